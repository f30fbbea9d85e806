/** Status by shape and colour: tick, triangle, octagon, clock. They sit on the upper edge, clear of handles. */

import type { Status } from "../../editor/editor";
import { STATUSES } from "../../editor/scene/look";
import type { Scene } from "../../editor/scene/scene";
import type { Box } from "../../geometry/box";
import type { Painter } from "../painter";
import type { Theme } from "../theme";
import { legible } from "./level";

const RADIUS = 7.5;
/** Screen pixels that the badge of what is wrong keeps, and the units that it may take for them. */
const LEAST_WRONG = 3.8;
const MOST_WRONG = 9.5;
/** The same of the dot that stands for a badge farther away. */
const DOT = 9;
const LEAST_DOT = 4;
const MOST_DOT = 24;
/** How far a badge's middle stands from the right end of the upper edge. */
const ASIDE = 18;

/** Where a shape's badge is painted; null: it has none. */
export function badgeBox(scene: Scene, slot: number): Box | null {
  if (!shown(scene, slot, STATUSES[scene.status[slot]!]!)) return null;
  const r = RADIUS + 1.5;
  return { x: scene.x[slot]! + scene.w[slot]! - ASIDE - r, y: scene.y[slot]! - r, w: 2 * r, h: 2 * r };
}

export function paintBadges(
  p: Painter,
  scene: Scene,
  theme: Theme,
  slots: readonly number[],
  zoom: number,
): void {
  for (const [index, status] of STATUSES.entries()) {
    const group = slots.filter((s) => scene.status[s] === index && shown(scene, s, status));
    if (group.length === 0) continue;
    const at = group.map((s) => ({ x: scene.x[s]! + scene.w[s]! - ASIDE, y: scene.y[s]! }));
    const r = isWrong(status) ? legible(RADIUS, LEAST_WRONG, zoom, MOST_WRONG) : RADIUS;
    // A ring in the card's colour parts the badge from the edge it sits on.
    each(p, at, (x, y) => outline(p, status, x, y, r + 1.5));
    p.fill(theme.card);
    each(p, at, (x, y) => outline(p, status, x, y, r));
    p.fill(colourOf(theme, status));
    if (status === "warning") p.stroke(theme.warningLine, 0.8);
    each(p, at, (x, y) => sign(p, status, x, y));
    p.stroke(status === "warning" ? theme.warningSign : theme.card, 1.6);
  }
}

/** A ground, on which others stand, only says what is wrong. (`badge` of a shape in exported pictures is the same.) */
function shown(scene: Scene, slot: number, status: Status): boolean {
  if (status === "none") return false;
  return !scene.ground(slot) || isWrong(status);
}

function each(
  p: Painter,
  at: readonly { x: number; y: number }[],
  draw: (x: number, y: number) => void,
): void {
  p.begin();
  for (const { x, y } of at) draw(x, y);
}

function colourOf(theme: Theme, status: Status): string {
  switch (status) {
    case "ok":
      return theme.ok;
    case "warning":
      return theme.warning;
    case "error":
      return theme.error;
    case "advice":
      return theme.accent;
    default:
      return theme.muted;
  }
}

function outline(p: Painter, status: Status, x: number, y: number, r: number): void {
  if (status === "warning") {
    p.move(x, y - r - 0.5);
    p.line(x + r * 1.12, y + r * 0.86);
    p.line(x - r * 1.12, y + r * 0.86);
    p.close();
  } else if (status === "error") {
    const c = r * 0.4142;
    p.move(x - c, y - r);
    for (const [dx, dy] of [
      [c, -r],
      [r, -c],
      [r, c],
      [c, r],
      [-c, r],
      [-r, c],
      [-r, -c],
    ] as const)
      p.line(x + dx, y + dy);
    p.close();
  } else p.circle(x, y, r);
}

function sign(p: Painter, status: Status, x: number, y: number): void {
  switch (status) {
    case "ok":
      p.move(x - 3.2, y + 0.2);
      p.line(x - 0.9, y + 2.6);
      p.line(x + 3.4, y - 2.2);
      break;
    case "waiting":
      p.move(x, y - 3.6);
      p.line(x, y + 0.3);
      p.line(x + 2.6, y + 1.8);
      break;
    case "advice":
      p.move(x, y - 0.8);
      p.line(x, y + 3.6);
      p.move(x, y - 3.6);
      p.line(x, y - 2.4);
      break;
    default:
      p.move(x, y - 3.6);
      p.line(x, y + 0.8);
      p.move(x, y + 2.6);
      p.line(x, y + 3.8);
  }
}

/** Far away: a dot; what is wrong keeps its shape, and a size to be found by. */
export function paintDots(
  p: Painter,
  scene: Scene,
  theme: Theme,
  slots: readonly number[],
  zoom: number,
): void {
  for (const [index, status] of STATUSES.entries()) {
    const group = slots.filter((s) => scene.status[s] === index && shown(scene, s, status));
    if (group.length === 0) continue;
    const wrong = isWrong(status);
    const r = wrong ? legible(DOT, LEAST_DOT, zoom, MOST_DOT) : DOT;
    const at = group.map((s) => ({
      x: scene.x[s]! + scene.w[s]! - Math.max(14, r),
      y: scene.y[s]! + (wrong ? 6 : 2),
    }));
    if (wrong) {
      each(p, at, (x, y) => outline(p, status, x, y, r + 1 / zoom));
      p.fill(theme.card);
    }
    each(p, at, (x, y) => (wrong ? outline(p, status, x, y, r) : p.circle(x, y, r)));
    p.fill(status === "warning" ? theme.warningLine : colourOf(theme, status));
  }
}

function isWrong(status: Status): boolean {
  return status === "warning" || status === "error";
}
