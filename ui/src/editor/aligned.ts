/** Where a box that is carried comes to: in line with what stands near it, else on the grid. */
import type { Box } from "../geometry/box";
import { type Guide, snap, toGrid } from "../geometry/snap";
import { viewBox } from "./camera";
import type { EditorCore } from "./core";
import { GRID } from "./edits";

/** Pixels within which a line is taken. */
const REACH = 6;
const MOST_NEIGHBOURS = 200;

export interface Aligned {
  x: number;
  y: number;
  guides: Guide[];
}

export interface Carried {
  /** Slots of the containers that it stands in; -1 is the top. */
  parents: ReadonlySet<number>;
  container: boolean;
  shapes?: ReadonlySet<number>;
}

/** `free`: nothing holds it, neither lines nor grid. */
export function aligned(core: EditorCore, box: Box, near: () => readonly Box[], free: boolean): Aligned {
  if (free) return { x: Math.round(box.x), y: Math.round(box.y), guides: [] };
  const { dx, dy, guides } = snap(box, near(), REACH / core.camera.get().zoom);
  const along = (axis: "x" | "y") => guides.some((guide) => isFor(guide, axis));
  return {
    x: along("x") ? Math.round(box.x + dx) : toGrid(box.x, GRID),
    y: along("y") ? Math.round(box.y + dy) : toGrid(box.y, GRID),
    guides,
  };
}

function isFor({ type, axis }: Guide, wanted: "x" | "y"): boolean {
  return type === "line" ? axis === wanted : axis !== wanted;
}

/** Siblings that can be seen: what one aligns with by eye. A leaf has cards of other containers for that, too. */
export function neighbours(
  { scene, camera, view }: EditorCore,
  { parents, container, shapes }: Carried,
): Box[] {
  return scene
    .shapesIn(viewBox(camera.get(), view))
    .filter((s) => !shapes?.has(s) && (parents.has(scene.parent[s]!) || (!container && !scene.ground(s))))
    .slice(0, MOST_NEIGHBOURS)
    .map((s) => scene.box(s));
}
