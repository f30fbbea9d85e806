/** Where a new shape gets its place. */
import type { Id } from "../document/model";
import { type Box, type Point, touches } from "../geometry/box";
import { toGrid } from "../geometry/snap";
import type { EditorCore } from "./core";
import { GRID } from "./edits";
import { LANE, laneBox } from "./lanes";

export function placeFor(core: EditorCore, kind: string, point: Point, parent: Id | null): Box {
  const region = parent === null ? null : core.documentBox(parent);
  const size = core.scene.kinds.get(kind)?.size ?? [160, 56];
  return kind === LANE && region ? laneBox(region, point, size[0]) : freePlace(core, size, point, parent);
}

/** At the point; if a sibling is there already, the nearest free place to the right or below. */
export function freePlace(
  core: EditorCore,
  [w, h]: readonly [number, number],
  point: Point,
  parent: Id | null,
): Box {
  const x0 = toGrid(point.x - w / 2, GRID);
  const y0 = toGrid(point.y - h / 2, GRID);
  const taken = core.scene
    .slots(core.store.children(parent))
    .filter((s) => !core.scene.lane(s))
    .map((s) => core.scene.box(s));
  for (let ring = 0; ring < 40; ring++)
    for (const [dx, dy] of [
      [ring, 0],
      [0, ring],
    ] as const) {
      const b = { x: x0 + dx * GRID * 2, y: y0 + dy * GRID * 2, w, h };
      if (!taken.some((t) => touches(t, b))) return b;
    }
  return { x: x0, y: y0, w, h };
}
