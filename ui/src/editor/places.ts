/** Where a new shape gets its place. */
import type { Id } from "../document/model";
import type { Box, Point } from "../geometry/box";
import { nearestFree } from "../geometry/free";
import { toGrid } from "../geometry/snap";
import type { EditorCore } from "./core";
import { GRID, HEADER, PADDING } from "./edits";
import { LANE, laneBox } from "./lanes";

/** Room that is left between a new shape and what was in its way. */
const GAP = 16;

export type Size = readonly [number, number];

export function sizeOf(core: EditorCore, kind: string): Size {
  return core.scene.kinds.get(kind)?.size ?? [160, 56];
}

export interface Wanted {
  /** As large as another; else of the kind's own size. */
  size?: Size;
  /** Where it was shown before it is made; else round the point. */
  box?: Box;
}

export function placeFor(
  core: EditorCore,
  kind: string,
  point: Point,
  parent: Id | null,
  { size = sizeOf(core, kind), box = around(point, size) }: Wanted = {},
): Box {
  const region = parent === null ? null : core.documentBox(parent);
  return kind === LANE && region ? laneBox(region, point, size[0]) : freePlace(core, box, parent);
}

/** With the point in its middle, on the grid. */
export function around(point: Point, [w, h]: Size): Box {
  return { x: toGrid(point.x - w / 2, GRID), y: toGrid(point.y - h / 2, GRID), w, h };
}

/** As wanted; where a sibling is already, the nearest free place, inside the container if there is one. */
export function freePlace(
  core: EditorCore,
  wanted: Box,
  parent: Id | null,
  moving: ReadonlySet<number> = new Set(),
): Box {
  const { w, h } = wanted;
  const taken = core.scene
    .slots(core.store.children(parent))
    .filter((s) => !core.scene.lane(s) && !moving.has(s))
    .map((s) => core.scene.box(s));
  const frame = parent === null ? null : core.documentBox(parent);
  return nearestFree(wanted, { taken, within: frame && roomIn(frame, w, h), gap: GAP });
}

/** Null where the shape is too large for it: the container grows then. */
function roomIn(frame: Box, w: number, h: number): Box | null {
  const room = {
    x: frame.x + PADDING,
    y: frame.y + HEADER,
    w: frame.w - 2 * PADDING,
    h: frame.h - HEADER - PADDING,
  };
  return room.w >= w && room.h >= h ? room : null;
}
