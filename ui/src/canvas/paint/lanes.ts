/** Zones: a veil across the region that lies over its containers and under everything that stands in them. */
import { LANE_LABEL } from "../../editor/hit";
import type { Scene } from "../../editor/scene/scene";
import type { Painter } from "../painter";
import type { Theme } from "../theme";
import { LEAST_TEXT } from "./level";

const VEIL = 0.035;
const RADIUS = 10;
const SIZE = 11;

export function paintLanes(
  p: Painter,
  scene: Scene,
  theme: Theme,
  slots: readonly number[],
  zoom: number,
): void {
  if (slots.length === 0) return;
  p.begin();
  for (const s of slots) p.round(scene.x[s]!, scene.y[s]!, scene.w[s]!, scene.h[s]!, RADIUS);
  p.alpha(VEIL);
  p.fill(theme.text);
  p.alpha(1);
  p.stroke(theme.regionLine, Math.max(1, 0.8 / zoom), [2, 4]);
}

/** On the upper edge, as ports sit on links. */
export function paintLaneLabels(
  p: Painter,
  scene: Scene,
  theme: Theme,
  slots: readonly number[],
  zoom: number,
): void {
  if (slots.length === 0 || SIZE * zoom < LEAST_TEXT) return;
  const half = LANE_LABEL * theme.textScale;
  p.font(600, SIZE * theme.textScale);
  const labels = slots.map((s) => {
    const text = p.fit(scene.title[s]!, Math.max(0, scene.w[s]! - 32));
    return { text, x: scene.x[s]! + scene.w[s]! / 2, y: scene.y[s]!, w: p.width(text) + 18 };
  });
  p.begin();
  for (const { x, y, w } of labels) p.round(x - w / 2, y - half, w, 2 * half, half);
  p.fill(theme.panel);
  p.stroke(theme.regionLine, 1);
  for (const { text, x, y } of labels) p.text(text, x, y + 3.9 * theme.textScale, theme.muted, "center");
}
