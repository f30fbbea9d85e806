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

/** The middle of the longest segment: where a label disturbs least. */
export function labelPoint(points: Flat, start = 0, length = points.length): Point {
  let best = -1;
  let at: Point = { x: points[start]!, y: points[start + 1]! };
  for (let k = start; k + 3 < start + length; k += 2) {
    const ax = points[k]!;
    const ay = points[k + 1]!;
    const bx = points[k + 2]!;
    const by = points[k + 3]!;
    const long = Math.abs(bx - ax) + Math.abs(by - ay);
    if (long > best + 0.5) {
      best = long;
      at = { x: (ax + bx) / 2, y: (ay + by) / 2 };
    }
  }
  return at;
}

/**
 * A cheap orthogonal route between two boxes in at most three segments, leaving from facing sides.
 * It goes round nothing: the core's router does that after the drop.
 */
export function quickRoute(a: Box, b: Box): number[] {
  const gapX = Math.max(b.x - (a.x + a.w), a.x - (b.x + b.w));
  const gapY = Math.max(b.y - (a.y + a.h), a.y - (b.y + b.h));
  const ax = a.x + a.w / 2;
  const ay = a.y + a.h / 2;
  const bx = b.x + b.w / 2;
  const by = b.y + b.h / 2;
  if (gapX >= gapY) {
    const x1 = bx >= ax ? a.x + a.w : a.x;
    const x2 = bx >= ax ? b.x : b.x + b.w;
    const y = shared(a.y, a.h, b.y, b.h);
    if (y !== null) return [x1, y, x2, y];
    const middle = (x1 + x2) / 2;
    return [x1, ay, middle, ay, middle, by, x2, by];
  }
  const y1 = by >= ay ? a.y + a.h : a.y;
  const y2 = by >= ay ? b.y : b.y + b.h;
  const x = shared(a.x, a.w, b.x, b.w);
  if (x !== null) return [x, y1, x, y2];
  const middle = (y1 + y2) / 2;
  return [ax, y1, ax, middle, bx, middle, bx, y2];
}

/** The middle of what two spans share, if it is enough for a line that looks deliberate. */
function shared(a: number, along: number, b: number, blong: number): number | null {
  const low = Math.max(a, b);
  const high = Math.min(a + along, b + blong);
  return high - low >= 16 ? (low + high) / 2 : null;
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
