/** Far away: names of containers on their upper edges, where they cover least. Larger places first. */
import type { Scene } from "../../editor/scene/scene";
import type { Painter } from "../painter";
import type { Theme } from "../theme";
import { shortName } from "./containers";
import { NAMES_BELOW } from "./level";

/** Screen pixels. */
const SIZE = 11;
const SIZE_OUTER = 12;
const PAD = 6;
const INSET = 5;
/** What a name is higher than its letters. */
const AROUND = 4;
const LEAST_ROOM = 30;
/** Units below a box's upper edge in which nothing stands, and what of a name may lie above the edge to keep to them. */
const HEADER = 44;
const MOST_ABOVE = 0.6;
/** A box shows its name while it is so many times as high; what lies in named boxes has to be worth one more. */
const LEAST_HEIGHT = 2.2;
const LEAST_HEIGHT_WITHIN = 4;

interface Name {
  /** In units. */
  x: number;
  y: number;
  w: number;
  h: number;
  text: string;
}

/** How far above its box a name may stand, in units. */
export function nameReach(zoom: number, theme: Theme): number {
  return zoom >= NAMES_BELOW ? 0 : above((SIZE_OUTER * theme.textScale + AROUND) / zoom);
}

/** What of a name so high lies above the edge: half of it, and more where it would cover what is in the box. */
function above(h: number): number {
  return Math.min(h * MOST_ABOVE, Math.max(h / 2, h - HEADER));
}

export function paintNames(
  p: Painter,
  scene: Scene,
  theme: Theme,
  containers: readonly number[],
  zoom: number,
): void {
  if (zoom >= NAMES_BELOW) return;
  for (const outer of [true, false]) {
    const px = (outer ? SIZE_OUTER : SIZE) * theme.textScale;
    p.font(600, px / zoom);
    const names = containers.flatMap((s) => {
      const name = (scene.depth[s] === 0) === outer ? nameOf(p, scene, s, zoom, px) : null;
      return name ? [name] : [];
    });
    if (names.length === 0) continue;
    p.begin();
    for (const { x, y, w, h } of names) p.round(x, y, w, h, 4 / zoom);
    p.fill(theme.panel);
    p.stroke(theme.line, 1 / zoom);
    for (const { text, x, y, h } of names)
      p.text(text, x + PAD / zoom, y + h / 2 + (px * 0.35) / zoom, theme.text);
  }
}

/** Null where it would not fit. Beside the name of what it lies in, where that one stands in the same place. */
function nameOf(p: Painter, scene: Scene, s: number, zoom: number, px: number): Name | null {
  const h = (px + AROUND) / zoom;
  const inset = INSET / zoom;
  if (scene.h[s]! < h * (scene.depth[s]! > 1 ? LEAST_HEIGHT_WITHIN : LEAST_HEIGHT)) return null;
  const x = Math.max(scene.x[s]! + inset, besideOuter(p, scene, s, zoom, h));
  const room = scene.x[s]! + scene.w[s]! - inset - x - (2 * PAD) / zoom;
  if (room * zoom < LEAST_ROOM) return null;
  const text = p.fit(shortName(scene.title[s]!, Number.POSITIVE_INFINITY), room);
  return { x, y: scene.y[s]! - above(h), w: p.width(text) + (2 * PAD) / zoom, h, text };
}

/** Where the names of the containers around it end, if they stand in its way. */
function besideOuter(p: Painter, scene: Scene, s: number, zoom: number, h: number): number {
  const outer = scene.parent[s]!;
  if (outer < 0 || scene.y[s]! - scene.y[outer]! > h + 1 / zoom) return Number.NEGATIVE_INFINITY;
  const beside = besideOuter(p, scene, outer, zoom, h);
  const x = Math.max(scene.x[outer]! + INSET / zoom, beside);
  return x + p.width(shortName(scene.title[outer]!, Number.POSITIVE_INFINITY)) + (2 * PAD + 2 * INSET) / zoom;
}
