/** Smart guides: the small shift that aligns a moving box with its neighbours, and what to draw for it. */
import type { Box } from "./box";

type Axis = "x" | "y";

export interface Guide {
  /** `x`: a vertical line at x = `at`; `y`: a horizontal line at y = `at`. */
  axis: Axis;
  at: number;
  from: number;
  to: number;
  /** Equal gaps are drawn as measures between boxes, alignments as a line. */
  type: "line" | "gap";
}

export interface Snap {
  dx: number;
  dy: number;
  guides: Guide[];
}

interface Hit {
  delta: number;
  guides: Guide[];
}

/** `others`: boxes it may align with; `reach`: largest shift, in world units. */
export function snap(moving: Box, others: readonly Box[], reach: number): Snap {
  const x = better(alignment(moving, others, reach, "x"), spacing(moving, others, reach, "x"));
  const y = better(alignment(moving, others, reach, "y"), spacing(moving, others, reach, "y"));
  return { dx: x?.delta ?? 0, dy: y?.delta ?? 0, guides: [...(x?.guides ?? []), ...(y?.guides ?? [])] };
}

function better(a: Hit | null, b: Hit | null): Hit | null {
  if (!a || !b) return a ?? b;
  return Math.abs(b.delta) < Math.abs(a.delta) ? b : a;
}

const low = (b: Box, axis: Axis) => (axis === "x" ? b.x : b.y);
const size = (b: Box, axis: Axis) => (axis === "x" ? b.w : b.h);
const high = (b: Box, axis: Axis) => low(b, axis) + size(b, axis);
const across = (axis: Axis): Axis => (axis === "x" ? "y" : "x");

/** Left with left, centre with centre, right with right, and edges that meet. */
function alignment(moving: Box, others: readonly Box[], reach: number, axis: Axis): Hit | null {
  const m = low(moving, axis);
  const n = size(moving, axis);
  let best: { delta: number; at: number; other: Box } | null = null;
  for (const other of others) {
    const o = low(other, axis);
    const p = size(other, axis);
    const pairs = [m, o, m + n / 2, o + p / 2, m + n, o + p, m, o + p, m + n, o];
    for (let k = 0; k < pairs.length; k += 2) {
      const at = pairs[k + 1]!;
      const delta = at - pairs[k]!;
      if (Math.abs(delta) <= reach && (!best || Math.abs(delta) < Math.abs(best.delta)))
        best = { delta, at, other };
    }
  }
  if (!best) return null;
  const c = across(axis);
  const from = Math.min(low(moving, c), low(best.other, c));
  const to = Math.max(high(moving, c), high(best.other, c));
  return { delta: best.delta, guides: [{ axis, at: best.at, from, to, type: "line" }] };
}

/** The same gap on both sides of it, or as between its two neighbours. Only boxes beside it count. */
function spacing(moving: Box, others: readonly Box[], reach: number, axis: Axis): Hit | null {
  const c = across(axis);
  const row = others
    .filter((o) => low(o, c) < high(moving, c) && low(moving, c) < high(o, c))
    .filter((o) => size(o, axis) <= size(moving, axis) * 4)
    .sort((p, q) => low(p, axis) - low(q, axis));
  const middle = low(moving, axis) + size(moving, axis) / 2;
  const before = row.filter((o) => high(o, axis) <= middle);
  const after = row.filter((o) => low(o, axis) >= middle);
  const [a2, a] = [before[before.length - 2], before[before.length - 1]];
  const [b, b2] = after;
  const wanted: number[] = [];
  if (a && b) wanted.push((high(a, axis) + low(b, axis) - size(moving, axis)) / 2);
  if (a && a2) wanted.push(high(a, axis) + (low(a, axis) - high(a2, axis)));
  if (b && b2) wanted.push(low(b, axis) - (low(b2, axis) - high(b, axis)) - size(moving, axis));
  const deltas = wanted.map((place) => place - low(moving, axis)).filter((d) => Math.abs(d) <= reach);
  if (deltas.length === 0) return null;
  const delta = deltas.reduce((p, q) => (Math.abs(q) < Math.abs(p) ? q : p));
  const at = low(moving, c) + size(moving, c) / 2;
  const start = low(moving, axis) + delta;
  const guides: Guide[] = [];
  if (a) guides.push({ axis: c, at, from: high(a, axis), to: start, type: "gap" });
  if (b) guides.push({ axis: c, at, from: start + size(moving, axis), to: low(b, axis), type: "gap" });
  return { delta, guides };
}

export function toGrid(value: number, step: number): number {
  return Math.round(value / step) * step;
}
