/** The scene as it goes to the worker: whole at first, then only what differs from what was sent before. */
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

/** A column's numbers: all of them, or those of these slots. */
interface Sent {
  name: Column;
  numbers: Numbers;
  slots: Int32Array<ArrayBuffer> | null;
}

export interface SceneCopy {
  version: number;
  structure: number;
  count: number;
  linkCount: number;
  linksAway: boolean;
  columns: Sent[];
  /** Slots and what they say now. */
  texts: [Text, number[], string[]][];
}

/** A column of which more than this share differs goes whole. */
const MUCH = 1 / 8;

/** What the worker has, to send it only what is new. */
export class Copier {
  private readonly sent = new Map<Text, string[]>();
  private readonly known = new Map<Column, Numbers>();

  copy(scene: Scene): { copy: SceneCopy; transfer: ArrayBuffer[] } {
    const { version, structure, count, linkCount, linksAway } = scene;
    let used = 0;
    for (let l = 0; l < linkCount; l++) used = Math.max(used, scene.routeAt[l]! + scene.routeLength[l]!);
    const columns: Sent[] = [
      ...SHAPE_COLUMNS.map((name) => this.changed(name, scene[name] as Numbers, count)),
      ...LINK_COLUMNS.map((name) => this.changed(name, scene[name] as Numbers, linkCount)),
      this.changed("points", scene.points, used),
    ].filter((column) => column !== null);
    const texts = [
      ...SHAPE_TEXTS.map((name) => this.newer(name, scene[name], count)),
      ...LINK_TEXTS.map((name) => this.newer(name, scene[name], linkCount)),
    ];
    const copy = { version, structure, count, linkCount, linksAway, columns, texts };
    const transfer = columns.flatMap(({ numbers, slots }) =>
      slots ? [numbers.buffer, slots.buffer] : [numbers.buffer],
    );
    return { copy, transfer };
  }

  /** Null: the worker has it as it is. */
  private changed(name: Column, column: Numbers, length: number): Sent | null {
    const known = this.known.get(name);
    const slots = known && known.length === length ? differences(known, column, length * MUCH) : null;
    if (!known || !slots) {
      this.known.set(name, column.slice(0, length));
      return { name, numbers: column.slice(0, length), slots: null };
    }
    if (slots.length === 0) return null;
    const numbers = column.slice(0, slots.length);
    for (const [k, slot] of slots.entries()) numbers[k] = known[slot] = column[slot]!;
    return { name, numbers, slots: Int32Array.from(slots) };
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

/** Where they differ; null: in more than `most` places. */
function differences(known: Numbers, now: Numbers, most: number): number[] | null {
  const out: number[] = [];
  for (let k = 0; k < known.length; k++) {
    // A label that never stood anywhere is NaN, here and there.
    if (known[k] === now[k] || (Number.isNaN(known[k]) && Number.isNaN(now[k]))) continue;
    if (out.length >= most) return null;
    out.push(k);
  }
  return out;
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
  for (const column of copy.columns) Object.assign(scene, { [column.name]: renewed(scene, column) });
  for (const [name, slots, said] of copy.texts)
    for (const [k, slot] of slots.entries()) scene[name][slot] = said[k]!;
  const shapes = Math.max(scene.count, copy.count);
  const links = Math.max(scene.linkCount, copy.linkCount);
  scene.version = copy.version;
  scene.structure = copy.structure;
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

/** Never in place: what was before is compared with it. */
function renewed(scene: Scene, { name, numbers, slots }: Sent): Numbers {
  if (!slots) return numbers;
  const column = scene[name].slice() as Numbers;
  for (const [k, slot] of slots.entries()) column[slot] = numbers[k]!;
  return column;
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
