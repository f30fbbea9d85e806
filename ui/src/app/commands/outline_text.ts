// The selection as people write it down: an indented list, and who talks to whom.
import type { DocumentStore } from "../../document/store";
import type { Facts } from "../../panels/facts";

/** Of these and what they hold; of everything where none are named. */
export function outlineText(document: DocumentStore, facts: Facts, ids: readonly string[]): string {
  const all = new Set(
    ids.length > 0 ? ids.flatMap((id) => document.subtree(id)) : Object.keys(document.design().resources),
  );
  const lines: string[] = [];
  const walk = (id: string, depth: number) => {
    const line = facts.summaries.get(id) ?? facts.containers.get(id) ?? document.resource(id)?.kind ?? "";
    lines.push(`${"  ".repeat(depth)}${document.title(id)}${line && ` (${line})`}`);
    for (const child of document.children(id)) if (all.has(child)) walk(child, depth + 1);
  };
  const tops = [...all].filter((id) => !all.has(document.resource(id)?.parent ?? ""));
  for (const id of tops) walk(id, 0);
  const links = Object.entries(document.design().links).filter(
    ([, it]) => all.has(it.from) && all.has(it.to),
  );
  if (links.length > 0) lines.push("");
  for (const [id, link] of links) {
    const ports = facts.links.get(id)?.label ?? link.allow?.join(", ") ?? "";
    lines.push(`${document.title(link.from)} → ${document.title(link.to)}${ports && ` ${ports}`}`);
  }
  return `${lines.join("\n")}\n`;
}
