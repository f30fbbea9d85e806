/** Selecting by what shapes have in common. */
import type { Id } from "../document/model";
import type { EditorCore } from "./core";

export function selectSameKind(core: EditorCore): void {
  const { store } = core;
  const kinds = new Set(core.selection.get().resources.map((id) => store.resource(id)?.kind));
  const all = Object.entries(store.design().resources);
  select(
    core,
    all.filter(([, r]) => kinds.has(r.kind)).map(([id]) => id),
  );
}

/** "owner=shop-team" for each tag that it says itself. */
function tagsOf(core: EditorCore, id: Id): string[] {
  const tags = Object.entries(core.store.resource(id)?.tags ?? {});
  return tags.map(([key, value]) => `${key}=${JSON.stringify(value)}`);
}

export function hasTags(core: EditorCore): boolean {
  return core.selection.get().resources.some((id) => tagsOf(core, id).length > 0);
}

/** All that share a tag with a selected one, key and value. */
export function selectSameTag(core: EditorCore): void {
  const wanted = new Set(core.selection.get().resources.flatMap((id) => tagsOf(core, id)));
  const all = Object.keys(core.store.design().resources);
  select(
    core,
    all.filter((id) => tagsOf(core, id).some((tag) => wanted.has(tag))),
  );
}

/** All that is linked with it, and with what is linked with it, and so on. */
export function selectConnected(core: EditorCore): void {
  const found = new Set(core.selection.get().resources);
  for (const id of found)
    for (const l of core.store.linksOf(id)) {
      const link = core.store.link(l)!;
      for (const end of [link.from, link.to]) if (core.store.resource(end)) found.add(end);
    }
  select(core, [...found]);
}

function select(core: EditorCore, found: readonly Id[]): void {
  const resources = core.inView(found);
  core.select({ resources });
  core.surface.announce(`${resources.length} selected`);
}
