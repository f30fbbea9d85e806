/** Containers: a tinted box, and a header with icon, title and the fact that matters at the right. */
import { Look } from "../../editor/scene/look";
import type { Scene } from "../../editor/scene/scene";
import type { Painter } from "../painter";
import type { Theme } from "../theme";
import { type Level, legible, NAMES_BELOW } from "./level";

interface Style {
  fill: string;
  line: string;
  dash?: readonly number[];
}

function styleOf(theme: Theme, look: number): Style {
  switch (look) {
    case Look.region:
      return { fill: theme.region, line: theme.regionLine, dash: [5, 4] };
    case Look.network:
      return { fill: theme.network, line: theme.networkLine };
    case Look.publicSubnet:
      return { fill: theme.public, line: theme.publicLine };
    case Look.frame:
      return { fill: "transparent", line: theme.faint, dash: [2, 3] };
    default:
      return { fill: theme.subnet, line: theme.subnetLine };
  }
}

/** `slots` in order of depth: what lies deeper is painted later. */
export function paintContainers(
  p: Painter,
  scene: Scene,
  theme: Theme,
  slots: readonly number[],
  zoom: number,
  level: Level,
): void {
  const groups = new Map<number, number[]>();
  for (const s of slots) {
    const key = scene.depth[s]! * 16 + scene.look[s]!;
    const group = groups.get(key);
    if (group) group.push(s);
    else groups.set(key, [s]);
  }
  for (const key of [...groups.keys()].sort((a, b) => a - b)) {
    const group = groups.get(key)!;
    const style = styleOf(theme, key % 16);
    const near = level === "full" || level === "reduced";
    const radius = near ? 10 : 0;
    p.begin();
    for (const s of group) {
      if (radius > 0) p.round(scene.x[s]!, scene.y[s]!, scene.w[s]!, scene.h[s]!, radius);
      else p.rect(scene.x[s]!, scene.y[s]!, scene.w[s]!, scene.h[s]!);
    }
    if (style.fill !== "transparent") p.fill(style.fill);
    // So many lie beside each other from afar that their lines would be all one sees.
    const depth = Math.floor(key / 16);
    if (depth > 1 ? !near : depth === 1 && level === "aggregate") p.alpha(theme.nestedFar);
    p.stroke(style.line, Math.max(1, 0.8 / zoom), level === "full" ? style.dash : undefined);
    p.alpha(1);
  }
  paintHeaders(p, scene, theme, slots, zoom);
}

const TITLE = 12;
const FACT = 11;
const ICON = 16;
/** Screen pixels that a header's words keep as long as the header is high enough. */
const LEAST_TITLE = 9;
const LEAST_FACT = 8.5;
/** Below this zoom a fact would take more room than it is worth. */
const FACTS_FROM = 0.5;
/** The middle of a header, below the upper edge. */
const MIDDLE = 16.8;

/** Headers grow against the zoom, so that names stay readable as long as they fit. */
function paintHeaders(p: Painter, scene: Scene, theme: Theme, slots: readonly number[], zoom: number): void {
  if (zoom < NAMES_BELOW) return;
  const size = legible(TITLE, LEAST_TITLE, zoom) * theme.textScale;
  const swell = size / TITLE;
  const icon = zoom >= 0.4 ? ICON * Math.min(swell, 1.6) : 0;
  const left = icon > 0 ? 11 + icon + 6 * swell : 12;
  const shown = slots.filter((s) => scene.w[s]! - left - 11 >= size * 3 && scene.h[s]! >= size * 1.6);
  p.font(600, size);
  const taken = shown.map((s) => {
    const title = p.fit(shortName(scene.title[s]!, swell), scene.w[s]! - left - 11);
    const middle = scene.y[s]! + MIDDLE;
    if (icon > 0) p.icon(scene.icon[s]!, theme.muted, scene.x[s]! + 11, middle - icon / 2, icon);
    p.text(title, scene.x[s]! + left, middle + size * 0.35, theme.text);
    return left + p.width(title);
  });
  if (zoom < FACTS_FROM) return;
  const small = legible(FACT, LEAST_FACT, zoom) * theme.textScale;
  p.font(400, small);
  shown.forEach((s, k) => {
    const room = scene.w[s]! - taken[k]! - 28;
    const fact = scene.fact[s] && p.fit(scene.fact[s]!, room);
    // Half a range says nothing.
    if (fact !== scene.fact[s]) return;
    const at = scene.y[s]! + MIDDLE + small * 0.38;
    if (fact) p.text(fact, scene.x[s]! + scene.w[s]! - 12, at, theme.muted, "right");
  });
}

/** "web · zones a, b": where letters are large against the box, the name is enough. */
export function shortName(title: string, swell: number): string {
  return swell > 1.25 ? title.split(" · ", 1)[0]! : title;
}
