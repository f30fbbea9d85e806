/** Rectangles and points in world units. Edges count as inside. */

export interface Point {
  x: number;
  y: number;
}

export interface Box {
  x: number;
  y: number;
  w: number;
  h: number;
}

/** The box between two corners, in whatever order they come. */
export function boxOf(a: Point, b: Point): Box {
  return { x: Math.min(a.x, b.x), y: Math.min(a.y, b.y), w: Math.abs(a.x - b.x), h: Math.abs(a.y - b.y) };
}

export function right(b: Box): number {
  return b.x + b.w;
}

export function bottom(b: Box): number {
  return b.y + b.h;
}

export function center(b: Box): Point {
  return { x: b.x + b.w / 2, y: b.y + b.h / 2 };
}

export function contains(outer: Box, inner: Box): boolean {
  return (
    inner.x >= outer.x && inner.y >= outer.y && right(inner) <= right(outer) && bottom(inner) <= bottom(outer)
  );
}

export function containsPoint(b: Box, p: Point): boolean {
  return p.x >= b.x && p.y >= b.y && p.x <= right(b) && p.y <= bottom(b);
}

/** Whether they share a point; touching edges do. */
export function touches(a: Box, b: Box): boolean {
  return a.x <= right(b) && b.x <= right(a) && a.y <= bottom(b) && b.y <= bottom(a);
}

/** What both cover; null where they share nothing. */
export function intersection(a: Box, b: Box): Box | null {
  const x = Math.max(a.x, b.x);
  const y = Math.max(a.y, b.y);
  const w = Math.min(right(a), right(b)) - x;
  const h = Math.min(bottom(a), bottom(b)) - y;
  return w > 0 && h > 0 ? { x, y, w, h } : null;
}

export function inflate(b: Box, by: number, down = by): Box {
  return { x: b.x - by, y: b.y - down, w: b.w + 2 * by, h: b.h + 2 * down };
}

export function shift(b: Box, dx: number, dy: number): Box {
  return { x: b.x + dx, y: b.y + dy, w: b.w, h: b.h };
}

export function union(a: Box, b: Box): Box {
  const x = Math.min(a.x, b.x);
  const y = Math.min(a.y, b.y);
  return { x, y, w: Math.max(right(a), right(b)) - x, h: Math.max(bottom(a), bottom(b)) - y };
}

export function unionAll(boxes: Iterable<Box>): Box | null {
  let all: Box | null = null;
  for (const b of boxes) all = all ? union(all, b) : b;
  return all;
}

/** The box around very many, which need not be boxes of their own. */
export class Around {
  private left = Infinity;
  private top = Infinity;
  private right = -Infinity;
  private bottom = -Infinity;

  add(x: number, y: number, w: number, h: number): void {
    if (x < this.left) this.left = x;
    if (y < this.top) this.top = y;
    if (x + w > this.right) this.right = x + w;
    if (y + h > this.bottom) this.bottom = y + h;
  }

  /** Null: around nothing. */
  get box(): Box | null {
    const { left, top, right, bottom } = this;
    return left > right ? null : { x: left, y: top, w: right - left, h: bottom - top };
  }
}

export function sameBox(a: Box, b: Box): boolean {
  return a.x === b.x && a.y === b.y && a.w === b.w && a.h === b.h;
}

export function distance(a: Point, b: Point): number {
  return Math.hypot(a.x - b.x, a.y - b.y);
}

/**
 * What looks different when a box with a header of that height becomes another one: strips along the edges
 * that moved and the header. The inside stays as it is.
 */
export function changedEdges(a: Box, b: Box, header: number, bleed: number): Box[] {
  const all = inflate(union(a, b), bleed);
  const strip = (x1: number, y1: number, x2: number, y2: number): Box => ({
    x: x1,
    y: y1,
    w: x2 - x1,
    h: y2 - y1,
  });
  const top = Math.max(a.y, b.y) + header;
  return [
    strip(all.x, all.y, right(all), Math.min(top, bottom(all))),
    strip(all.x, all.y, Math.max(a.x, b.x) + bleed, bottom(all)),
    strip(Math.min(right(a), right(b)) - bleed, all.y, right(all), bottom(all)),
    strip(all.x, Math.min(bottom(a), bottom(b)) - bleed, right(all), bottom(all)),
  ];
}
