/** What a screen reader says of an item ("server App server in subnet app, 1 error, 3 links"), and of what was done. */

import type { ChangeJson, Id } from "../document/model";
import type { EditorCore } from "./core";
import type { Item } from "./editor";
import { STATUSES } from "./scene/look";
import { inSentence } from "./words";

export function spokenName(core: EditorCore, item: Item): string {
  return item.on === "link" ? spokenLink(core, item.id) : spokenShape(core, item.id);
}

function spokenShape(core: EditorCore, id: Id): string {
  const { store, scene } = core;
  const slot = scene.slotOf.get(id);
  if (!store.resource(id) || slot === undefined) return id;
  const parent = core.parentOf(id);
  const parts = [
    named(core, id) + (parent === null ? "" : ` in ${named(core, parent)}`),
    ...(store.locked(id) ? ["locked"] : []),
    ...problems(core, id),
  ];
  const links = scene.linksAt(slot).length;
  if (links > 0) parts.push(count(links, "link"));
  const inside = store.children(id).length;
  if (inside > 0) parts.push(`holds ${inside}`);
  return parts.join(", ");
}

function spokenLink(core: EditorCore, id: Id): string {
  const { store, scene } = core;
  const link = store.link(id);
  if (!link) return id;
  const slot = scene.linkSlotOf.get(id);
  const label = slot === undefined ? "" : scene.label[slot];
  const state = scene.linkFact(id)?.state;
  return [
    `link from ${store.title(link.from)} to ${store.title(link.to)}`,
    ...(label ? [label] : []),
    ...(state === undefined || state === "unproven" ? [] : [state]),
    ...problems(core, id),
  ].join(", ");
}

/** "server App server". */
export function named(core: EditorCore, id: Id): string {
  const kind = core.store.resource(id)?.kind ?? "";
  return `${inSentence(core.scene.kinds.get(kind)?.title ?? kind.replaceAll("-", " "))} ${core.store.title(id)}`;
}

const WORDS = { error: "error", warning: "warning", advice: "piece of advice" } as const;

/** How many of each; where the host cannot say, the worst that the badge shows. */
function problems(core: EditorCore, id: Id): string[] {
  const known = core.host.findings?.(id);
  const slot = core.scene.slotOf.get(id);
  const worst = slot === undefined ? "none" : STATUSES[core.scene.status[slot]!]!;
  const has = (severity: string) =>
    known ? known.filter((one) => one.severity === severity).length : severity === worst ? 1 : 0;
  return (Object.keys(WORDS) as (keyof typeof WORDS)[]).flatMap((severity) => {
    const n = has(severity);
    return n === 0 ? [] : [count(n, WORDS[severity], severity === "advice" ? "pieces of advice" : undefined)];
  });
}

function count(n: number, one: string, many = `${one}s`): string {
  return `${n} ${n === 1 ? one : many}`;
}

/** What came from elsewhere (a panel, undo, another window), in one sentence; empty where nobody need hear it. */
export function spokenResult(core: EditorCore, changes: readonly ChangeJson[]): string {
  const { store } = core;
  const made: string[] = [];
  const gone: string[] = [];
  const into: string[] = [];
  const moved = new Set<Id>();
  for (const change of changes) {
    if (change.of === "resource-layout") moved.add(change.id);
    if (change.of === "link" && !change.before && change.after) made.push(spokenLink(core, change.id));
    if (change.of === "link" && change.before && !change.after) gone.push("a link");
    if (change.of !== "resource") continue;
    const { before, after } = change;
    const parent = core.parentOf(change.id);
    const where = parent === null ? "" : named(core, parent);
    if (!before && after) made.push(named(core, change.id) + (where && ` in ${where}`));
    else if (before && !after) gone.push(typeof before.title === "string" ? before.title : change.id);
    else if (before?.parent !== after?.parent)
      into.push(`${store.title(change.id)} moved ${where ? `to ${where}` : "out of every container"}`);
  }
  const several = (list: string[], verb: string) =>
    list.length === 0 ? [] : [list.length === 1 ? `${list[0]} ${verb}` : `${list.length} ${verb}`];
  const said = [...several(made, "added"), ...several(gone, "removed"), ...into.slice(0, 3)];
  if (said.length === 0 && moved.size > 0)
    said.push(moved.size === 1 ? `${store.title([...moved][0]!)} moved` : `${moved.size} moved`);
  return said.join(", ");
}
