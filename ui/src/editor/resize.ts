/** A box whose corner or side is pulled: never too small to be seen, a container never smaller than what it holds. */
import { type Box, bottom, type Point, right, unionAll } from "../geometry/box";
import { toGrid } from "../geometry/snap";
import type { EditorCore } from "./core";
import { GRID, HEADER, PADDING } from "./edits";
import type { Grip } from "./hit";

const LEAST = { w: 48, h: 24 };
const LEAST_CONTAINER = { w: 120, h: 72 };

/** What a container holds; null: it is empty. `undefined`: it is no container. */
export type Content = Box | null | undefined;

export function contentOf(core: EditorCore, slot: number): Content {
  const { scene, store } = core;
  if (!scene.container(slot)) return undefined;
  return unionAll(scene.slots(store.children(scene.ids[slot]!)).map((s) => scene.box(s)));
}

/** `fine`: to whole units, not to the grid. */
export function pulled(start: Box, grip: Grip, by: Point, content: Content, fine = false): Box {
  /** An edge that is not pulled stays off the grid where it stood off it. */
  const step = (from: number, by: number) =>
    by === 0 ? from : fine ? Math.round(from + by) : toGrid(from + by, GRID);
  const least = content === undefined ? LEAST : LEAST_CONTAINER;
  let [x1, y1, x2, y2] = [start.x, start.y, right(start), bottom(start)];
  if (grip.includes("w")) x1 = Math.min(step(x1, by.x), x2 - least.w);
  if (grip.includes("e")) x2 = Math.max(step(x2, by.x), x1 + least.w);
  if (grip.includes("n")) y1 = Math.min(step(y1, by.y), y2 - least.h);
  if (grip.includes("s")) y2 = Math.max(step(y2, by.y), y1 + least.h);
  if (content) {
    // Room that was not there before is not asked for.
    x1 = Math.min(x1, Math.max(start.x, content.x - PADDING));
    y1 = Math.min(y1, Math.max(start.y, content.y - HEADER));
    x2 = Math.max(x2, Math.min(right(start), right(content) + PADDING));
    y2 = Math.max(y2, Math.min(bottom(start), bottom(content) + PADDING));
  }
  return { x: x1, y: y1, w: x2 - x1, h: y2 - y1 };
}
