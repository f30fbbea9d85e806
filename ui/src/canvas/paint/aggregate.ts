/** The far view: containers with a bar of what their resources are, and only links that cross containers. */
import { STATUSES } from "../../editor/scene/look";
import type { Scene } from "../../editor/scene/scene";
import type { Painter } from "../painter";
import type { Theme } from "../theme";
import { blockColour } from "./cards";

const KINDS = STATUSES.length;

/** Counted once per scene version: which containers hold how many of each status, which links cross. */
export class Aggregate {
  private version = -1;
  private counts = new Float32Array(0);
  private crossing: number[] = [];

  private settle(scene: Scene): void {
    if (this.version === scene.version) return;
    this.version = scene.version;
    this.counts = new Float32Array(scene.count * KINDS);
    for (let s = 0; s < scene.count; s++)
      if (scene.alive[s] && scene.parent[s]! >= 0 && !scene.ground(s))
        this.counts[scene.parent[s]! * KINDS + scene.status[s]!]!++;
    // One line per pair of containers stands for all links between them.
    const pairs = new Set<number>();
    this.crossing = [];
    for (let l = 0; l < scene.linkCount; l++) {
      if (!scene.linkAlive[l]) continue;
      const a = scene.parent[scene.from[l]!]!;
      const b = scene.parent[scene.to[l]!]!;
      if (a < 0 || b < 0 || a === b || scene.parent[a] === scene.parent[b]) continue;
      const pair = a * scene.count + b;
      if (pairs.has(pair)) continue;
      pairs.add(pair);
      this.crossing.push(l);
    }
  }

  paint(p: Painter, scene: Scene, theme: Theme, slots: readonly number[], zoom: number): void {
    this.settle(scene);
    STATUSES.forEach((status, k) => {
      let any = false;
      p.begin();
      for (const s of slots) any = this.bar(p, scene, s, k) || any;
      if (any) p.fill(blockColour(theme, status));
    });
    this.bundles(p, scene, theme, slots, zoom);
  }

  private bar(p: Painter, scene: Scene, s: number, status: number): boolean {
    const at = s * KINDS;
    const n = this.counts[at + status]!;
    if (n === 0) return false;
    let all = 0;
    let before = 0;
    for (let k = 0; k < KINDS; k++) {
      if (k < status) before += this.counts[at + k]!;
      all += this.counts[at + k]!;
    }
    const left = scene.x[s]! + scene.w[s]! * 0.08;
    const wide = scene.w[s]! * 0.84;
    p.rect(
      left + (wide * before) / all,
      scene.y[s]! + scene.h[s]! * 0.3,
      (wide * n) / all,
      scene.h[s]! * 0.5,
    );
    return true;
  }

  private bundles(p: Painter, scene: Scene, theme: Theme, slots: readonly number[], zoom: number): void {
    const seen = new Set(slots);
    p.begin();
    let any = false;
    for (const l of this.crossing) {
      if (!seen.has(scene.parent[scene.from[l]!]!) && !seen.has(scene.parent[scene.to[l]!]!)) continue;
      const at = scene.routeAt[l]!;
      const last = at + scene.routeLength[l]! - 2;
      p.move(scene.points[at]!, scene.points[at + 1]!);
      p.line(scene.points[last]!, scene.points[last + 1]!);
      any = true;
    }
    if (!any) return;
    p.alpha(0.35);
    p.stroke(theme.link, 0.6 / zoom);
    p.alpha(1);
  }
}
