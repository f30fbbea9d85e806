/** Containers: a tinted box, and a header with icon, title and the fact that matters at the right. */
import { Look } from "../../editor/scene/look";
import type { Scene } from "../../editor/scene/scene";
import type { Painter } from "../painter";
import type { Theme } from "../theme";
import { LEAST_TEXT, type Level } from "./level";

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
    const radius = level === "full" || level === "reduced" ? 10 : 0;
    p.begin();
    for (const s of group) {
      if (radius > 0) p.round(scene.x[s]!, scene.y[s]!, scene.w[s]!, scene.h[s]!, radius);
      else p.rect(scene.x[s]!, scene.y[s]!, scene.w[s]!, scene.h[s]!);
    }
    if (style.fill !== "transparent") p.fill(style.fill);
    p.stroke(style.line, Math.max(1, 0.8 / zoom), level === "full" ? style.dash : undefined);
  }
  paintHeaders(p, scene, theme, slots, zoom);
}

const TITLE = 12;
const FACT = 11;

/** Headers grow a little against the zoom, so that a far view still has names on it. */
function paintHeaders(p: Painter, scene: Scene, theme: Theme, slots: readonly number[], zoom: number): void {
  const swell = zoom < 0.5 ? Math.min(6, 0.5 / zoom) : 1;
  const size = TITLE * swell;
  if (size * zoom < LEAST_TEXT) return;
  p.font(600, size);
  for (const s of slots) {
    const x = scene.x[s]!;
    const y = scene.y[s]!;
    const room = scene.w[s]! - 44 * swell;
    if (room < size * 3 || scene.h[s]! < size * 1.6) continue;
    if (swell === 1) p.icon(scene.icon[s]!, theme.muted, x + 11, y + 9, 16);
    const left = swell === 1 ? 33 : 12 * swell;
    p.text(p.fit(scene.title[s]!, room), x + left, y + (swell === 1 ? 21 : size * 1.4), theme.text);
  }
  if (swell > 1 || FACT * zoom < LEAST_TEXT) return;
  const taken = slots.map((s) => p.width(scene.title[s]!));
  p.font(400, FACT);
  slots.forEach((s, k) => {
    const fact = scene.fact[s];
    const room = scene.w[s]! - 33 - taken[k]! - 28;
    if (fact && room > 24)
      p.text(p.fit(fact, room), scene.x[s]! + scene.w[s]! - 12, scene.y[s]! + 21, theme.muted, "right");
  });
}
