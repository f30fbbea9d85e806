/** What lies under a point: handles first, then shapes, links, containers from the inside out. */
import { type Box, containsPoint, inflate, type Point } from "../geometry/box";
import { nearest } from "../geometry/polyline";
import { labelWidth } from "./scene/look";
import type { Scene } from "./scene/scene";

export type Corner = "nw" | "ne" | "se" | "sw";
/** What of a selected shape is pulled: the letters say which edges follow. */
export type Grip = Corner | "n" | "e" | "s" | "w";

export type Hit =
  | { on: "shape"; slot: number; part: "body" | "header" | "edge" }
  | { on: "link"; slot: number; part: "line" | "label" }
  | { on: "grip"; slot: number; grip: Grip }
  | { on: "plus"; slot: number }
  | { on: "waypoint"; slot: number; index: number }
  | { on: "nothing" };

export const HEADER_HEIGHT = 32;
const EDGE = 5;
/** Pixels that a side is long at least to be pulled: of a smaller shape all is left to move it by. */
const LEAST_SIDE = 32;
/** Half the height of a lane's label, which sits on its upper edge. */
export const LANE_LABEL = 9;
const LINK_REACH = 6;
const HANDLE_REACH = 8;
/** The `+` handle hangs this many pixels below the shape. */
export const PLUS_DROP = 16;
const PLUS_RADIUS = 11;
/** As painted: side of a corner handle, radius of the `+`. */
export const HANDLE = 9;
export const PLUS_SIZE = 9.5;

export interface Handles {
  /** The shape whose corners can be pulled, or -1. */
  shape: number;
  /** Shapes with a `+` below: the only selected one, the one under the pointer. */
  plus: readonly number[];
  /** The only selected link, or -1, with its way-points. */
  link: number;
  waypoints: readonly Point[];
}

export function corners(b: Box): { corner: Corner; x: number; y: number }[] {
  return [
    { corner: "nw", x: b.x, y: b.y },
    { corner: "ne", x: b.x + b.w, y: b.y },
    { corner: "se", x: b.x + b.w, y: b.y + b.h },
    { corner: "sw", x: b.x, y: b.y + b.h },
  ];
}

/** Handles are of one size on the screen, so their reach in units depends on the zoom. */
export function hitHandle(scene: Scene, handles: Handles, p: Point, zoom: number): Hit | null {
  const near = (x: number, y: number, reach: number) => Math.hypot(p.x - x, p.y - y) * zoom <= reach;
  if (handles.shape >= 0 && scene.alive[handles.shape]) {
    const b = scene.box(handles.shape);
    for (const { corner, x, y } of corners(b))
      if (near(x, y, HANDLE_REACH)) return { on: "grip", slot: handles.shape, grip: corner };
  }
  for (const slot of handles.plus) {
    const b = scene.box(slot);
    // The way there from the shape counts too, else the handle would go before the pointer is on it.
    const [aside, below] = [Math.abs(p.x - b.x - b.w / 2) * zoom, (p.y - b.y - b.h) * zoom];
    if (aside <= PLUS_RADIUS && below > 0 && below <= PLUS_DROP + PLUS_RADIUS) return { on: "plus", slot };
  }
  for (const [index, w] of handles.waypoints.entries())
    if (near(w.x, w.y, HANDLE_REACH)) return { on: "waypoint", slot: handles.link, index };
  return hitSide(scene, handles.shape, p, zoom);
}

/** A lane is moved by its sides. */
function hitSide(scene: Scene, slot: number, p: Point, zoom: number): Hit | null {
  if (slot < 0 || !scene.alive[slot] || scene.lane(slot)) return null;
  const b = scene.box(slot);
  const reach = EDGE / zoom;
  if (!containsPoint(inflate(b, reach), p) || Math.min(b.w, b.h) * zoom < LEAST_SIDE) return null;
  const away = { n: p.y - b.y, s: b.y + b.h - p.y, w: p.x - b.x, e: b.x + b.w - p.x };
  const grip = (["n", "s", "w", "e"] as const).find((side) => away[side] <= reach);
  return grip ? { on: "grip", slot, grip } : null;
}

export function hitTest(scene: Scene, p: Point, zoom: number): Hit {
  const shape = topShape(scene, p);
  if (shape >= 0 && !scene.container(shape)) return { on: "shape", slot: shape, part: "body" };
  const link = hitLink(scene, p, zoom);
  if (link) return link;
  if (shape < 0) return { on: "nothing" };
  const b = scene.box(shape);
  if (p.y - b.y <= HEADER_HEIGHT) return { on: "shape", slot: shape, part: "header" };
  const reach = EDGE / zoom;
  const inside = { x: b.x + reach, y: b.y + reach, w: b.w - 2 * reach, h: b.h - 2 * reach };
  return { on: "shape", slot: shape, part: containsPoint(inside, p) ? "body" : "edge" };
}

/** The shape on top at the point: the deepest, of equals the last one. Leaves before containers. */
export function topShape(scene: Scene, p: Point, skip?: ReadonlySet<number>): number {
  let best = -1;
  const near = { x: p.x - LANE_LABEL, y: p.y - LANE_LABEL, w: 2 * LANE_LABEL, h: 2 * LANE_LABEL };
  for (const slot of scene.shapes.search(near)) {
    if (skip?.has(slot) || !takes(scene, slot, p)) continue;
    if (best < 0 || above(scene, slot, best)) best = slot;
  }
  return best;
}

/** A lane is taken by its label or its sides: what lies over it is not in it. */
function takes(scene: Scene, slot: number, p: Point): boolean {
  const b = scene.box(slot);
  if (!scene.lane(slot)) return containsPoint(b, p);
  if (p.y < b.y - LANE_LABEL || p.y > b.y + b.h || p.x < b.x - EDGE || p.x > b.x + b.w + EDGE) return false;
  const side = Math.min(Math.abs(p.x - b.x), Math.abs(p.x - b.x - b.w)) <= EDGE;
  const label = Math.abs(p.x - b.x - b.w / 2) <= LANE_LABEL * 4 && Math.abs(p.y - b.y) <= LANE_LABEL;
  return (side && p.y >= b.y) || label;
}

function above(scene: Scene, a: number, b: number): boolean {
  const leafA = rank(scene, a);
  const leafB = rank(scene, b);
  return leafA - leafB > 0 || (leafA === leafB && (scene.depth[a]! - scene.depth[b]! || a - b) > 0);
}

/** Containers lie lowest, lanes over them, cards on top. */
function rank(scene: Scene, slot: number): number {
  return scene.container(slot) ? 0 : scene.lane(slot) ? 1 : 2;
}

/** The innermost container at the point. `boxOf`: of those that only look larger for now, as they are. */
export function containerAt(
  scene: Scene,
  p: Point,
  skip?: ReadonlySet<number>,
  boxOf: (slot: number) => Box = (slot) => scene.box(slot),
): number {
  let best = -1;
  for (const slot of scene.shapes.search({ x: p.x, y: p.y, w: 0, h: 0 })) {
    if (skip?.has(slot) || !scene.container(slot) || !containsPoint(boxOf(slot), p)) continue;
    if (
      best < 0 ||
      scene.depth[slot]! - scene.depth[best]! > 0 ||
      (scene.depth[slot] === scene.depth[best] && slot > best)
    )
      best = slot;
  }
  return best;
}

function hitLink(scene: Scene, p: Point, zoom: number): Hit | null {
  const reach = LINK_REACH / zoom;
  let best = reach;
  let slot = -1;
  for (const l of scene.lines.search({ x: p.x - reach, y: p.y - reach, w: 2 * reach, h: 2 * reach })) {
    if (scene.label[l] && zoom >= 0.4) {
      const at = scene.labelAt(l);
      if (Math.abs(p.x - at.x) <= labelWidth(scene.label[l]!) / 2 && Math.abs(p.y - at.y) <= 10)
        return { on: "link", slot: l, part: "label" };
    }
    const d = nearest(p, scene.points, scene.routeAt[l], scene.routeLength[l]).distance;
    if (d <= best) {
      best = d;
      slot = l;
    }
  }
  return slot < 0 ? null : { on: "link", slot, part: "line" };
}
