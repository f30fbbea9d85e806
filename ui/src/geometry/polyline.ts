/** Polylines as flat number lists `[x0, y0, x1, y1, …]`. */
import type { Box, Point } from "./box";

export type Flat = ArrayLike<number>;

export function bounds(points: Flat, start = 0, length = points.length): Box {
  let x1 = Infinity;
  let y1 = Infinity;
  let x2 = -Infinity;
  let y2 = -Infinity;
  for (let k = start; k < start + length; k += 2) {
    const x = points[k]!;
    const y = points[k + 1]!;
    if (x < x1) x1 = x;
    if (x > x2) x2 = x;
    if (y < y1) y1 = y;
    if (y > y2) y2 = y;
  }
  return { x: x1, y: y1, w: x2 - x1, h: y2 - y1 };
}

export function distanceToSegment(p: Point, ax: number, ay: number, bx: number, by: number): number {
  const dx = bx - ax;
  const dy = by - ay;
  const square = dx * dx + dy * dy;
  const t = square === 0 ? 0 : Math.max(0, Math.min(1, ((p.x - ax) * dx + (p.y - ay) * dy) / square));
  return Math.hypot(p.x - (ax + t * dx), p.y - (ay + t * dy));
}

/** The segment nearest to the point and how far it is. */
export function nearest(p: Point, points: Flat, start = 0, length = points.length) {
  let best = { distance: Infinity, segment: 0 };
  for (let k = start, segment = 0; k + 3 < start + length; k += 2, segment++) {
    const distance = distanceToSegment(p, points[k]!, points[k + 1]!, points[k + 2]!, points[k + 3]!);
    if (distance < best.distance) best = { distance, segment };
  }
  return best;
}

/** A label follows its line no further than that from where it stood. */
const LABEL_REACH = 40;
/** Room between a label and the end of its run. */
const LABEL_ROOM = 6;

/**
 * Where a label of that size stands on a line: where it stood, if the line still passes there, else in the
 * middle of the longest run; labels of parallel lines stand `step` sizes apart.
 */
export function labelPlace(points: Flat, w: number, h: number, step: number, old: Point | null): Point {
  let longest = -1;
  let run = 0;
  let kept: Point | null = null;
  let near = LABEL_REACH;
  for (let k = 0; k + 3 < points.length; k += 2) {
    const [ax, ay, bx, by] = [points[k]!, points[k + 1]!, points[k + 2]!, points[k + 3]!];
    const long = Math.abs(bx - ax) + Math.abs(by - ay);
    if (long > longest + 0.5) {
      longest = long;
      run = k;
    }
    if (!old || long < needs(ax === bx, w, h)) continue;
    const at = along(points, k, w, h, old);
    const off = Math.hypot(at.x - old.x, at.y - old.y);
    if (off < near) {
      near = off;
      kept = at;
    }
  }
  if (kept) return kept;
  if (longest < 0) return { x: points[0]!, y: points[1]! };
  const x = (points[run]! + points[run + 2]!) / 2;
  const y = (points[run + 1]! + points[run + 3]!) / 2;
  return along(points, run, w, h, { x: x + step * (w + LABEL_ROOM), y: y + step * (h + LABEL_ROOM) });
}

const needs = (upright: boolean, w: number, h: number) => (upright ? h : w) + 2 * LABEL_ROOM;

/** The place of a run next to a point at which the label does not hang over its ends. */
function along(points: Flat, k: number, w: number, h: number, p: Point): Point {
  const [ax, ay, bx, by] = [points[k]!, points[k + 1]!, points[k + 2]!, points[k + 3]!];
  const upright = ax === bx;
  const [a, b] = upright ? [ay, by] : [ax, bx];
  const room = Math.min(needs(upright, w, h) / 2, Math.abs(b - a) / 2);
  const low = Math.min(a, b) + room;
  const high = Math.max(a, b) - room;
  const at = Math.max(low, Math.min(high, upright ? p.y : p.x));
  return upright
    ? { x: ax, y: at }
    : { x: at, y: ay + (bx === ax ? 0 : ((by - ay) * (at - ax)) / (bx - ax)) };
}

/**
 * A cheap orthogonal route between two boxes in at most three segments, leaving from facing sides.
 * It goes round nothing: the core's router does that after the drop. `aside`: how far it runs beside the
 * middle, so that parallel links fan out.
 */
export function quickRoute(a: Box, b: Box, aside = 0): number[] {
  const gapX = Math.max(b.x - (a.x + a.w), a.x - (b.x + b.w));
  const gapY = Math.max(b.y - (a.y + a.h), a.y - (b.y + b.h));
  if (gapX >= gapY) return across(a, b, aside);
  const turned = across({ x: a.y, y: a.x, w: a.h, h: a.w }, { x: b.y, y: b.x, w: b.h, h: b.w }, aside);
  return turned.map((_, k) => turned[k ^ 1]!);
}

function across(a: Box, b: Box, aside: number): number[] {
  const right = b.x + b.w / 2 >= a.x + a.w / 2;
  const x1 = right ? a.x + a.w : a.x;
  const x2 = right ? b.x : b.x + b.w;
  const y = shared(a.y, a.h, b.y, b.h, aside);
  if (y !== null) return [x1, y, x2, y];
  const y1 = exitAt(a, aside);
  const y2 = exitAt(b, aside);
  // Who leaves on the inner side turns last: parallel lines do not cross.
  const middle = (x1 + x2) / 2 + (right === y2 > y1 ? -aside : aside);
  return [x1, y1, middle, y1, middle, y2, x2, y2];
}

const exitAt = ({ y, h }: Box, aside: number) =>
  y + h / 2 + Math.max(6 - h / 2, Math.min(h / 2 - 6, aside)) * (h > 12 ? 1 : 0);

/** The middle of what two spans share, if it is enough for a line that looks deliberate. */
function shared(a: number, along: number, b: number, blong: number, aside: number): number | null {
  const low = Math.max(a, b);
  const high = Math.min(a + along, b + blong);
  if (high - low < 16) return null;
  return Math.max(low + 6, Math.min(high - 6, (low + high) / 2 + aside));
}

/** The point of the box's border nearest to `p`, away from corners where the box is large enough. */
export function exit(b: Box, p: Point): Point {
  const inset = Math.min(12, b.w / 4, b.h / 4);
  const x = Math.max(b.x + inset, Math.min(b.x + b.w - inset, p.x));
  const y = Math.max(b.y + inset, Math.min(b.y + b.h - inset, p.y));
  const outX = Math.max(b.x - p.x, p.x - (b.x + b.w));
  const outY = Math.max(b.y - p.y, p.y - (b.y + b.h));
  if (outX >= outY) return { x: p.x < b.x + b.w / 2 ? b.x : b.x + b.w, y };
  return { x, y: p.y < b.y + b.h / 2 ? b.y : b.y + b.h };
}

/** An orthogonal line from a box through way-points to a box; corners are added where needed. */
export function routeThrough(a: Box, via: readonly Point[], b: Box): number[] {
  const first = via[0];
  const last = via[via.length - 1];
  if (!first || !last) return quickRoute(a, b);
  const start = exit(a, first);
  const out = [start.x, start.y];
  let at = start;
  let horizontal = start.x === a.x || start.x === a.x + a.w;
  for (const p of [...via, exit(b, last)]) {
    if (p.x !== at.x && p.y !== at.y) {
      if (horizontal) out.push(p.x, at.y);
      else out.push(at.x, p.y);
      horizontal = !horizontal;
    } else if (p.x !== at.x) horizontal = true;
    else if (p.y !== at.y) horizontal = false;
    else continue;
    out.push(p.x, p.y);
    at = p;
  }
  return out;
}
