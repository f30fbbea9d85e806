/** The far view: containers with a bar of what their resources are, and only links that cross containers, bundled. */
import type { Status } from "../../editor/editor";
import type { Restated } from "../../editor/scene/judged";
import { STATUSES } from "../../editor/scene/look";
import type { Scene } from "../../editor/scene/scene";
import { type Box, inflate, touches } from "../../geometry/box";
import { bounds, quickRoute } from "../../geometry/polyline";
import type { Painter } from "../painter";
import type { Theme } from "../theme";
import { fillBlocks } from "./cards";

const KINDS = STATUSES.length;
/** In a bar from left to right: what is wrong where every bar begins, what nothing was said of at its end. */
const PARTS = (
  [["error"], ["warning"], ["ok"], ["none", "advice", "waiting"]] satisfies (readonly Status[])[]
).map((statuses) => ({ look: statuses[0]!, kinds: statuses.map((status) => STATUSES.indexOf(status)) }));
/** A container lower than this on the screen is spoken for by the one around it. */
const LEAST_HEIGHT = 8;
const FADED = 0.3;
/** Width of a bundle on the screen: of one link, and of very many. */
const THIN = 0.6;
const THICK = 3;

/** All links between two containers as one line. */
interface Bundle {
  links: number;
  /** Twice as many links make a line a step wider. */
  step: number;
  line: number[];
  box: Box;
}

interface Counted {
  version: number;
  /** Per container and status: how many resources lie anywhere in it. */
  counts: Float32Array;
  /** Per container: height of the tallest container right in it. */
  tallest: Float32Array;
  bundles: Map<number, Bundle>;
  /** Of the scene, when the bundles were made. */
  structure: number;
}

const NOTHING: Counted = {
  version: -1,
  counts: new Float32Array(0),
  tallest: new Float32Array(0),
  bundles: new Map(),
  structure: -1,
};

const known = new WeakMap<Scene, Aggregate>();

export function aggregateOf(scene: Scene): Aggregate {
  const one = known.get(scene) ?? new Aggregate(scene);
  known.set(scene, one);
  return one;
}

/** Counted once per scene version. */
export class Aggregate {
  private now: Counted = NOTHING;
  /** Containers that the last count looked at; null: all. */
  private recounted: ReadonlySet<number> | null = null;
  private readonly scene: Scene;

  constructor(scene: Scene) {
    this.scene = scene;
  }

  /** Boxes in which the far view differs from when it was counted last. Links change it far from where they run. */
  changes(): Box[] {
    const before = this.now;
    const now = this.settle();
    if (now === before) return [];
    const { scene } = this;
    const out: Box[] = [];
    const differs = (s: number) => {
      if (!scene.alive[s] || !scene.container(s)) return;
      let same = before.tallest[s] === now.tallest[s];
      for (let k = s * KINDS; k < (s + 1) * KINDS; k++) same &&= before.counts[k] === now.counts[k];
      if (!same) out.push(scene.box(s));
    };
    const counted = this.recounted;
    if (counted) for (const s of counted) differs(s);
    else for (let s = 0; s < scene.count; s++) differs(s);
    if (before.bundles === now.bundles) return out;
    for (const [pair, bundle] of before.bundles)
      if (!sameBundle(bundle, now.bundles.get(pair))) out.push(bundle.box);
    for (const [pair, bundle] of now.bundles)
      if (!sameBundle(bundle, before.bundles.get(pair))) out.push(bundle.box);
    return out;
  }

  /** High enough to be seen. */
  visible(container: number, zoom: number): boolean {
    return this.scene.parent[container]! < 0 || this.scene.h[container]! * zoom >= LEAST_HEIGHT;
  }

  /** No bar stands for what lies right in it: its resources are shown themselves. */
  silent(container: number, zoom: number): boolean {
    return container < 0 || this.settle().tallest[container]! * zoom >= LEAST_HEIGHT;
  }

  /** Bundles through the box, and over them the bars of the containers; answers how many bundles. */
  paint(p: Painter, theme: Theme, slots: readonly number[], through: Box | null, zoom: number): number {
    const { counts, bundles } = this.settle();
    const reach = through && inflate(through, THICK / zoom);
    const seen = reach ? [...bundles.values()].filter((bundle) => touches(bundle.box, reach)) : [];
    paintBundles(p, theme, seen, zoom);
    const bars: Box[][] = PARTS.map(() => []);
    for (const s of slots) if (!this.silent(s, zoom)) this.bar(counts, s, bars);
    for (const [part, { look }] of PARTS.entries()) fillBlocks(p, theme, look, bars[part]!);
    return seen.length;
  }

  /** Per container and status: how many resources lie anywhere in it. */
  counts(): Float32Array {
    return this.settle().counts;
  }

  private settle(): Counted {
    const { scene } = this;
    if (this.now.version === scene.version) return this.now;
    this.recounted = null;
    if (scene.restated?.from === this.now.version && scene.restated.to === scene.version)
      return this.recount(scene.restated);
    const counts = new Float32Array(scene.count * KINDS);
    const tallest = new Float32Array(scene.count);
    for (let s = 0; s < scene.count; s++) {
      if (!scene.shown(s)) continue;
      const parent = scene.parent[s]!;
      if (scene.container(s)) {
        if (parent >= 0) tallest[parent] = Math.max(tallest[parent]!, scene.h[s]!);
      } else if (!scene.ground(s))
        for (let at = parent, steps = 0; at >= 0 && steps < 30; at = scene.parent[at]!, steps++)
          counts[at * KINDS + scene.status[s]!]!++;
    }
    // Most edits move what lies in containers, and link nothing anew.
    const { version, structure } = scene;
    const bundles = structure === this.now.structure ? this.now.bundles : this.bundle();
    this.now = { version, structure, counts, tallest, bundles };
    return this.now;
  }

  /** Nothing changed but statuses: only what holds those is counted anew. */
  private recount({ slots, was }: Restated): Counted {
    const { scene } = this;
    const counts = this.now.counts.slice();
    const touched = new Set<number>();
    for (const [n, s] of slots.entries()) {
      if (!scene.shown(s) || scene.ground(s)) continue;
      for (let at = scene.parent[s]!, steps = 0; at >= 0 && steps < 30; at = scene.parent[at]!, steps++) {
        counts[at * KINDS + was[n]!]!--;
        counts[at * KINDS + scene.status[s]!]!++;
        touched.add(at);
      }
    }
    this.recounted = touched;
    this.now = { ...this.now, version: scene.version, counts };
    return this.now;
  }

  private bundle(): Map<number, Bundle> {
    const { scene } = this;
    const bundles = new Map<number, Bundle>();
    for (let l = 0; l < scene.linkCount; l++) {
      if (!scene.linkShown(l)) continue;
      const a = this.holder(scene.from[l]!);
      const b = this.holder(scene.to[l]!);
      if (a < 0 || b < 0 || scene.hidden[a] || scene.hidden[b]) continue;
      if (this.within(a, b) || this.within(b, a)) continue;
      const [low, high] = a < b ? [a, b] : [b, a];
      const pair = low * scene.count + high;
      const bundle = bundles.get(pair);
      if (bundle) bundle.step = stepOf(++bundle.links);
      else {
        const line = quickRoute(scene.box(low), scene.box(high));
        bundles.set(pair, { links: 1, step: 0, line, box: bounds(line) });
      }
    }
    return bundles;
  }

  /** The container that stands for a shape: the one it lies in, or itself. */
  private holder(slot: number): number {
    return this.scene.container(slot) ? slot : this.scene.parent[slot]!;
  }

  private within(inner: number, outer: number): boolean {
    for (let at = inner, steps = 0; at >= 0 && steps < 30; at = this.scene.parent[at]!, steps++)
      if (at === outer) return true;
    return false;
  }

  /** Adds the parts of a container's bar, as wide as what they stand for. */
  private bar(counts: Float32Array, s: number, bars: Box[][]): void {
    const first = s * KINDS;
    let all = 0;
    for (let k = first; k < first + KINDS; k++) all += counts[k]!;
    if (all === 0) return;
    const { x, y, w, h } = this.scene.box(s);
    const unit = (w * 0.84) / all;
    let left = x + w * 0.08;
    for (const [part, { kinds }] of PARTS.entries()) {
      let share = 0;
      for (const kind of kinds) share += counts[first + kind]!;
      if (share === 0) continue;
      bars[part]!.push({ x: left, y: y + h * 0.3, w: unit * share, h: h * 0.5 });
      left += unit * share;
    }
  }
}

function sameBundle(a: Bundle, b: Bundle | undefined): boolean {
  return b !== undefined && a.step === b.step && a.line.every((v, k) => v === b.line[k]);
}

const MOST_STEPS = 5;

function stepOf(links: number): number {
  return Math.min(MOST_STEPS, 31 - Math.clz32(links));
}

function paintBundles(p: Painter, theme: Theme, bundles: readonly Bundle[], zoom: number): void {
  for (let step = 0; step <= MOST_STEPS; step++) {
    const group = bundles.filter((bundle) => bundle.step === step);
    if (group.length === 0) continue;
    p.begin();
    for (const { line } of group) {
      p.move(line[0]!, line[1]!);
      for (let k = 2; k < line.length; k += 2) p.line(line[k]!, line[k + 1]!);
    }
    p.alpha(FADED);
    p.stroke(theme.link, (THIN + ((THICK - THIN) * step) / MOST_STEPS) / zoom);
    p.alpha(1);
  }
}
