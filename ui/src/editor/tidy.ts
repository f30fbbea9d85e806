/** Puts boxes in rows with equal gaps. Pure. */
import { type Box, bottom } from "../geometry/box";
import { toGrid } from "../geometry/snap";
import { GRID } from "./edits";

const GAP = 24;

/** Shift of each box. A row takes what begins above the middle of its first box; order in a row stays. */
export function tidyShifts(boxes: readonly Box[]): { dx: number; dy: number }[] {
  const left = toGrid(Math.min(...boxes.map((b) => b.x)), GRID);
  let top = toGrid(Math.min(...boxes.map((b) => b.y)), GRID);
  const shifts = boxes.map(() => ({ dx: 0, dy: 0 }));
  for (const row of rows(boxes)) {
    let x = left;
    for (const k of row) {
      const b = boxes[k]!;
      shifts[k] = { dx: x - b.x, dy: top - b.y };
      x += b.w + GAP;
    }
    top += Math.max(...row.map((k) => boxes[k]!.h)) + GAP;
  }
  return shifts;
}

function rows(boxes: readonly Box[]): number[][] {
  const order = boxes.map((_, k) => k).sort((a, b) => boxes[a]!.y - boxes[b]!.y);
  const found: number[][] = [];
  for (const k of order) {
    const first = found.at(-1)?.[0];
    const head = first === undefined ? null : boxes[first]!;
    if (head && boxes[k]!.y < (head.y + bottom(head)) / 2) found.at(-1)!.push(k);
    else found.push([k]);
  }
  for (const row of found) row.sort((a, b) => boxes[a]!.x - boxes[b]!.x);
  return found;
}
