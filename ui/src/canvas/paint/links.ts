/** Links: orthogonal lines with rounded corners, arrow at the end, ports in a pill. */
import { isQuiet, isWrong, LINK_STATES, type LinkState, PILL_HEIGHT } from "../../editor/scene/look";
import type { Scene } from "../../editor/scene/scene";
import type { Box, Point } from "../../geometry/box";
import type { Painter } from "../painter";
import type { Theme } from "../theme";
import { LEAST_TEXT, type Level, legible } from "./level";

const RADIUS = 6;
const ARROW = 8;
/** Screen pixels and units: an arrow stays one for as long as it is not longer than the gap that it points into. */
const LEAST_ARROW = 5;
const MOST_ARROW = 13;
/** Of a line far away: there are many, and shapes matter more. What is broken is drawn in full. */
const FADED = { reduced: 0.6, blocks: 0.35 };
const PILL_TEXT = 10.5;
const MOST_PILL = 140;

export function linkColour(theme: Theme, state: LinkState): string {
  return state === "proven" ? theme.ok : isWrong(state) ? theme.error : theme.link;
}

export function paintLinks(
  p: Painter,
  scene: Scene,
  theme: Theme,
  links: readonly number[],
  zoom: number,
  level: Level,
): void {
  for (const [index, state] of LINK_STATES.entries()) {
    for (const quiet of [false, true]) {
      const group = links.filter(
        (l) => scene.linkState[l] === index && isQuiet(scene.linkKind[l]!) === quiet,
      );
      if (group.length > 0) paintGroup(p, scene, theme, group, state, quiet, zoom, level);
    }
  }
}

function paintGroup(
  p: Painter,
  scene: Scene,
  theme: Theme,
  group: readonly number[],
  state: LinkState,
  quiet: boolean,
  zoom: number,
  level: Level,
): void {
  const colour = linkColour(theme, state);
  const simple = level !== "full";
  const arrow = !quiet && (!simple || zoom >= 0.2);
  const size = arrowSize(zoom);
  p.begin();
  for (const l of group)
    polyline(
      p,
      scene.points,
      scene.routeAt[l]!,
      scene.routeLength[l]!,
      simple ? 0 : RADIUS,
      arrow ? size - 1 : 0,
    );
  const dash = state === "broken" ? [5, 4] : quiet ? [2, 3] : undefined;
  if (simple && !isWrong(state)) p.alpha(level === "reduced" ? FADED.reduced : FADED.blocks);
  p.stroke(colour, lineWidth(quiet, zoom), simple ? undefined : dash);
  if (arrow) {
    p.begin();
    for (const l of group) arrowHead(p, scene.points, scene.routeAt[l]!, scene.routeLength[l]!, size);
    p.fill(colour);
  }
  p.alpha(1);
}

/** Never so thin that it breaks up. */
export function lineWidth(quiet: boolean, zoom: number): number {
  return Math.max(quiet ? 1.2 : 1.5, (quiet ? 0.6 : 0.75) / zoom);
}

/** Length of an arrow's head. */
export function arrowSize(zoom: number): number {
  return legible(ARROW, LEAST_ARROW, zoom, MOST_ARROW);
}

/** Stops `short` of the end, where the arrow begins. (`rounded` of exported pictures is the same.) */
export function polyline(
  p: Painter,
  points: ArrayLike<number>,
  at: number,
  length: number,
  radius: number,
  short: number,
): void {
  if (length < 4) return;
  const last = at + length - 2;
  const [ex, ey] = shortened(points, last, short);
  p.move(points[at]!, points[at + 1]!);
  for (let k = at + 2; k < last; k += 2) {
    const x = points[k]!;
    const y = points[k + 1]!;
    const nx = k + 2 === last ? ex : points[k + 2]!;
    const ny = k + 2 === last ? ey : points[k + 3]!;
    const before = Math.abs(x - points[k - 2]!) + Math.abs(y - points[k - 1]!);
    const after = Math.abs(nx - x) + Math.abs(ny - y);
    const r = Math.min(radius, before / 2, after / 2);
    if (r > 0.5) p.corner(x, y, nx, ny, r);
    else p.line(x, y);
  }
  p.line(ex, ey);
}

function shortened(points: ArrayLike<number>, last: number, short: number): [number, number] {
  const x = points[last]!;
  const y = points[last + 1]!;
  const dx = x - points[last - 2]!;
  const dy = y - points[last - 1]!;
  const long = Math.hypot(dx, dy);
  if (long <= short || short === 0) return [x, y];
  return [x - (dx / long) * short, y - (dy / long) * short];
}

export function arrowHead(
  p: Painter,
  points: ArrayLike<number>,
  at: number,
  length: number,
  size = ARROW,
): void {
  const last = at + length - 2;
  const x = points[last]!;
  const y = points[last + 1]!;
  let dx = x - points[last - 2]!;
  let dy = y - points[last - 1]!;
  const long = Math.hypot(dx, dy) || 1;
  dx /= long;
  dy /= long;
  p.move(x, y);
  const half = size * 0.45;
  p.line(x - dx * size - dy * half, y - dy * size + dx * half);
  p.line(x - dx * size + dy * half, y - dy * size - dx * half);
  p.close();
}

/** With the font set: what the pill says, its middle and its width. */
function pillOf(p: Painter, scene: Scene, link: number, at: Point) {
  const text = p.fit(scene.label[link]!, MOST_PILL);
  return { text, at, w: Math.max(26, p.width(text) + 14) };
}

/** Where the ports of a link are painted; null: it has none. */
export function pillBox(p: Painter, scene: Scene, theme: Theme, link: number): Box | null {
  if (!scene.label[link]) return null;
  p.font(600, PILL_TEXT * theme.textScale);
  const { at, w } = pillOf(p, scene, link, scene.labelAt(link));
  const h = PILL_HEIGHT * theme.textScale;
  return { x: at.x - w / 2, y: at.y - h / 2, w, h };
}

/** After the cards: a label is never covered. */
export function paintPills(
  p: Painter,
  scene: Scene,
  theme: Theme,
  links: readonly number[],
  zoom: number,
  labelAt = (l: number) => scene.labelAt(l),
): void {
  if (PILL_TEXT * zoom < LEAST_TEXT) return;
  const scale = theme.textScale;
  const height = PILL_HEIGHT * scale;
  p.font(600, PILL_TEXT * scale);
  for (const [index, state] of LINK_STATES.entries()) {
    const group = links.filter((l) => scene.linkState[l] === index && scene.label[l]);
    if (group.length === 0) continue;
    const pills = group.map((l) => pillOf(p, scene, l, labelAt(l)));
    p.begin();
    for (const { at, w } of pills) p.round(at.x - w / 2, at.y - height / 2, w, height, height / 2);
    p.fill(theme.panel);
    p.stroke(state === "proven" ? theme.okLine : isWrong(state) ? theme.error : theme.line, 1);
    const words = {
      unproven: theme.muted,
      proven: theme.okText,
      broken: theme.error,
      forbidden: theme.error,
    };
    const colour = words[state];
    for (const { text, at } of pills) p.text(text, at.x, at.y + 3.8 * scale, colour, "center");
  }
}
