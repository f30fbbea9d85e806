/** The free place nearest to a wanted one. */
import { type Box, contains, shift, touches } from "./box";

/** More obstacles than that are not looked at for places beside them: only avoided. */
const MOST_BESIDE = 40;

export interface Room {
  /** What must not be touched. */
  taken: readonly Box[];
  /** Where it should stand if it can. */
  within: Box | null;
  gap: number;
}

/**
 * Where the box stands, or the nearest place beside what is in its way. Inside the room if there is such a
 * place; else outside of it, never on top of anything.
 */
export function nearestFree(wanted: Box, { taken, within, gap }: Room): Box {
  const free = (b: Box) => !taken.some((one) => touches(one, b));
  const fits = (b: Box) => !within || contains(within, b);
  if (free(wanted) && fits(wanted)) return wanted;
  const far = (b: Box) => Math.hypot(b.x - wanted.x, b.y - wanted.y);
  const near = [...taken].sort((a, b) => far(a) - far(b)).slice(0, MOST_BESIDE);
  const along = (axis: "x" | "y", size: "w" | "h") => [
    wanted[axis],
    ...(within ? [within[axis], within[axis] + within[size] - wanted[size]] : []),
    ...near.flatMap((b) => [b[axis] + b[size] + gap, b[axis] - wanted[size] - gap]),
  ];
  const places = along("x", "w").flatMap((x) => along("y", "h").map((y) => ({ ...wanted, x, y })));
  places.sort((a, b) => far(a) - far(b));
  const inside = places.find((b) => fits(b) && free(b));
  return inside ?? places.find(free) ?? beyond(wanted, taken, gap);
}

/** Right of everything: there is always room. */
function beyond(wanted: Box, taken: readonly Box[], gap: number): Box {
  const right = Math.max(...taken.map((b) => b.x + b.w));
  return shift(wanted, right + gap - wanted.x, 0);
}
