/** What another container means for what is dragged into it: said beside the pointer, before the drop. */
import type { Id } from "../../../document/model";
import type { EditorCore } from "../../core";

/** "into data, out of app". */
export function headline(core: EditorCore, id: Id, to: Id | null, because: string): string {
  const { store } = core;
  if (because) return `${because}: into ${to === null ? "the open" : store.title(to)}`;
  if (to === null) return "out of every container";
  const from = core.parentOf(id);
  const beside = from !== null && store.resource(from)?.kind === store.resource(to)?.kind;
  return `into ${store.title(to)}${beside ? `, out of ${store.title(from)}` : ""}`;
}

/** A line each: the address it would lose and get, the network, the region. */
export function consequences(core: EditorCore, id: Id, to: Id | null, address: string | undefined): string[] {
  const from = core.parentOf(id);
  const above = (at: Id | null) => (at === null ? [] : [at, ...core.store.ancestors(at)]);
  const [before, after] = [above(from), above(to)];
  const of = (chain: readonly Id[], kind: string) =>
    chain.find((one) => core.store.resource(one)?.kind === kind) ?? null;
  const changed = (kind: string) => of(before, kind) !== of(after, kind);
  const lines: string[] = [];
  const subnet = of(after, "subnet");
  if (subnet !== null && changed("subnet")) lines.push(newAddress(core, subnet, address));
  for (const kind of ["network", "region"])
    if (changed(kind))
      lines.push(`${kind}: ${name(core, of(before, kind))} → ${name(core, of(after, kind))}`);
  return lines;
}

function newAddress(core: EditorCore, subnet: Id, address: string | undefined): string {
  const range = rangeOf(core, subnet);
  const from = range ? ` from ${range}` : "";
  return `address: a new one${from}${address ? `, not ${address}` : ""}`;
}

/** As the drawing shows it at the container's right, or as the design says. */
function rangeOf(core: EditorCore, id: Id): string | undefined {
  const slot = core.scene.slotOf.get(id);
  const shown = slot === undefined ? "" : core.scene.fact[slot];
  const said = core.store.resource(id)?.attributes?.cidr;
  return /\d+(\.\d+){3}\/\d+/.exec(shown ?? "")?.[0] ?? (typeof said === "string" ? said : undefined);
}

function name(core: EditorCore, id: Id | null): string {
  return id === null ? "none" : core.store.title(id);
}
