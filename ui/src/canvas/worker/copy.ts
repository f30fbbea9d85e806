/** The scene as it goes to the worker: numbers whole, texts only where they differ from what was sent before. */
import type { Scene } from "../../editor/scene/scene";

export const SHAPE_COLUMNS = [
  "x",
  "y",
  "w",
  "h",
  "parent",
  "depth",
  "look",
  "family",
  "status",
  "alive",
  "away",
  "locked",
  "hidden",
] as const;
export const LINK_COLUMNS = [
  "from",
  "to",
  "linkAlive",
  "linkHidden",
  "linkState",
  "labelX",
  "labelY",
  "routeAt",
  "routeLength",
] as const;
export const SHAPE_TEXTS = ["title", "summary", "fact", "icon"] as const;
export const LINK_TEXTS = ["linkKind", "label"] as const;

type Column = (typeof SHAPE_COLUMNS)[number] | (typeof LINK_COLUMNS)[number] | "points";
type Text = (typeof SHAPE_TEXTS)[number] | (typeof LINK_TEXTS)[number];
type Numbers = Float32Array<ArrayBuffer> | Int32Array<ArrayBuffer> | Uint8Array<ArrayBuffer>;

export interface SceneCopy {
  version: number;
  count: number;
  linkCount: number;
  linksAway: boolean;
  columns: [Column, Numbers][];
  /** Slots and what they say now. */
  texts: [Text, number[], string[]][];
}

/** What the worker has of the texts, to send it only what is new. */
export class Copier {
  private readonly sent = new Map<Text, string[]>();

  copy(scene: Scene): { copy: SceneCopy; transfer: ArrayBuffer[] } {
    const { version, count, linkCount, linksAway } = scene;
    const columns: [Column, Numbers][] = [];
    const add = (name: Column, length: number) =>
      columns.push([name, scene[name].slice(0, length) as Numbers]);
    for (const name of SHAPE_COLUMNS) add(name, count);
    for (const name of LINK_COLUMNS) add(name, linkCount);
    let used = 0;
    for (let l = 0; l < linkCount; l++) used = Math.max(used, scene.routeAt[l]! + scene.routeLength[l]!);
    add("points", used);
    const texts = [
      ...SHAPE_TEXTS.map((name) => this.newer(name, scene[name], count)),
      ...LINK_TEXTS.map((name) => this.newer(name, scene[name], linkCount)),
    ];
    const copy = { version, count, linkCount, linksAway, columns, texts };
    return { copy, transfer: columns.map(([, numbers]) => numbers.buffer) };
  }

  private newer(name: Text, now: readonly string[], count: number): [Text, number[], string[]] {
    const sent = this.sent.get(name) ?? [];
    this.sent.set(name, sent);
    const slots: number[] = [];
    const said: string[] = [];
    for (let k = 0; k < count; k++) {
      const text = now[k] ?? "";
      if (sent[k] === text) continue;
      sent[k] = text;
      slots.push(k);
      said.push(text);
    }
    return [name, slots, said];
  }
}

/** Rebuilds above this many differences: searching a long list is slower than a tree. */
const MANY = 64;

/** Brings the worker's scene up to the copy, its indexes too. */
export function take(scene: Scene, copy: SceneCopy): void {
  const before = {
    x: scene.x,
    y: scene.y,
    w: scene.w,
    h: scene.h,
    alive: scene.alive,
    away: scene.away,
    linksAway: scene.linksAway,
    linkAlive: scene.linkAlive,
    routeAt: scene.routeAt,
    routeLength: scene.routeLength,
    points: scene.points,
  };
  Object.assign(scene, Object.fromEntries(copy.columns));
  for (const [name, slots, said] of copy.texts)
    for (const [k, slot] of slots.entries()) scene[name][slot] = said[k]!;
  const shapes = Math.max(scene.count, copy.count);
  const links = Math.max(scene.linkCount, copy.linkCount);
  scene.version = copy.version;
  scene.count = copy.count;
  scene.linkCount = copy.linkCount;
  scene.linksAway = copy.linksAway;
  for (let s = 0; s < shapes; s++)
    if (
      before.alive[s] !== scene.alive[s] ||
      before.x[s] !== scene.x[s] ||
      before.y[s] !== scene.y[s] ||
      before.w[s] !== scene.w[s] ||
      before.h[s] !== scene.h[s]
    )
      scene.shapes.touch(s);
  for (let l = 0; l < links; l++) if (routeDiffers(before, scene, l)) scene.lines.touch(l);
  // Another view: links come and go with their ends.
  const other = before.linksAway !== scene.linksAway || differ(before.away, scene.away, copy.count);
  if (other) scene.lines.rebuild(scene.linkCount);
  if (other || scene.shapes.stale > MANY) scene.shapes.rebuild(scene.count);
  if (scene.lines.stale > MANY) scene.lines.rebuild(scene.linkCount);
}

function differ(a: Uint8Array, b: Uint8Array, count: number): boolean {
  for (let k = 0; k < count; k++) if ((a[k] ?? 0) !== b[k]) return true;
  return false;
}

type Lines = Pick<Scene, "linkAlive" | "routeAt" | "routeLength" | "points">;

function routeDiffers(a: Lines, b: Lines, l: number): boolean {
  const n = a.routeLength[l];
  if (a.linkAlive[l] !== b.linkAlive[l] || n !== b.routeLength[l] || n === undefined) return true;
  const p = a.routeAt[l]!;
  const q = b.routeAt[l]!;
  for (let k = 0; k < n; k++) if (a.points[p + k] !== b.points[q + k]) return true;
  return false;
}
