/** What a shape can be linked to. */
import type { Id } from "../../../document/model";
import type { EditorCore } from "../../core";
import { linkOffer } from "../../nesting";

/** Shapes that may be the other end, and kinds that may be. */
export function linkTargets(core: EditorCore, from: Id): { slots: Set<number>; kinds: string[] } {
  const { scene, store } = core;
  const kind = store.resource(from)?.kind ?? "";
  const fits = new Map<string, boolean>();
  const canLink = (other: string) => {
    let known = fits.get(other);
    if (known === undefined) {
      known = linkOffer(scene.kinds, kind, other) !== null;
      fits.set(other, known);
    }
    return known;
  };
  const slots = new Set<number>();
  for (let s = 0; s < scene.count; s++)
    if (scene.shown(s) && scene.ids[s] !== from && canLink(store.resource(scene.ids[s]!)?.kind ?? ""))
      slots.add(s);
  return { slots, kinds: [...scene.kinds.keys()].filter(canLink) };
}
