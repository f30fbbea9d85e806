// Where on the drawing a finding is seen.
import type { Id } from "../../document/model";
import type { DocumentStore } from "../../document/store";
import type { DiagnosticDto } from "../../ipc/generated/DiagnosticDto";

type Places = Pick<DocumentStore, "design" | "resource" | "link">;

/** The thing itself; of an intent, which is nowhere drawn, the shapes on its way, else its ends. */
export function placesOf(document: Places, { on, id, related }: DiagnosticDto): Id[] {
  if (on !== "intent" && id !== undefined) return document.resource(id) || document.link(id) ? [id] : [];
  const named = shapes(document, related);
  if (named.length > 0 || on !== "intent" || id === undefined) return named;
  const { intents } = document.design();
  const intent = Object.hasOwn(intents, id) ? intents[id] : undefined;
  return intent ? shapes(document, [intent.from, intent.to]) : [];
}

function shapes(document: Places, ids: readonly Id[]): Id[] {
  return [...new Set(ids)].filter((id) => document.resource(id));
}
