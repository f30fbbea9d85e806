/** The drawing's numbers in columns and its texts in lists: one slot per resource, one per link. */
import type { Id } from "../../document/model";
import { type Box, inflate, type Point } from "../../geometry/box";
import { bounds } from "../../geometry/polyline";
import { isContainer, Look } from "./look";

/** Room around a shape for its badge and shadow, in units. */
export const BLEED = 12;
/** Room around a link for arrow and label. */
export const LINK_BLEED = 80;
/** Half the width of arrow, label and the widest line. */
const LINK_REACH = 14;

type Column = Float32Array | Int32Array | Uint8Array;

function grown<T extends Column>(column: T, length: number): T {
  const next = new (column.constructor as new (n: number) => T)(length);
  next.set(column as never);
  return next;
}

export class Columns {
  /** Goes up whenever anything changed that is painted. */
  version = 0;
  /** Goes up whenever containers, what lies in which, or what links join may have changed. */
  structure = 0;
  /** Slots in use or once used; dead ones have `alive` 0. */
  count = 0;
  ids: Id[] = [];
  slotOf = new Map<Id, number>();
  x = new Float32Array(64);
  y = new Float32Array(64);
  w = new Float32Array(64);
  h = new Float32Array(64);
  parent = new Int32Array(64);
  depth = new Uint8Array(64);
  look = new Uint8Array(64);
  family = new Uint8Array(64);
  status = new Uint8Array(64);
  alive = new Uint8Array(64);
  /** Not to be moved, resized or deleted. */
  locked = new Uint8Array(64);
  /** Left out of the view: not painted, hit, nor walked to. */
  away = new Uint8Array(64);
  linksAway = false;
  /** Not painted on the plate: it is being moved. */
  hidden = new Uint8Array(64);
  title: string[] = [];
  summary: string[] = [];
  fact: string[] = [];
  icon: string[] = [];

  linkCount = 0;
  linkIds: Id[] = [];
  linkSlotOf = new Map<Id, number>();
  from = new Int32Array(64);
  to = new Int32Array(64);
  linkAlive = new Uint8Array(64);
  linkHidden = new Uint8Array(64);
  linkState = new Uint8Array(64);
  linkKind: string[] = [];
  label: string[] = [];
  /** Middle of the label; NaN: it never stood anywhere. */
  labelX = new Float32Array(64);
  labelY = new Float32Array(64);
  /** How far beside the middle a link runs: parallel links fan out. */
  fan = new Float32Array(64);
  /** Offset and length of a link's points in `points`. */
  routeAt = new Int32Array(64);
  routeLength = new Int32Array(64);
  points = new Float32Array(512);

  box(slot: number): Box {
    return { x: this.x[slot]!, y: this.y[slot]!, w: this.w[slot]!, h: this.h[slot]! };
  }

  /** With badge and shadow. */
  paintedBox(slot: number): Box {
    const b = this.box(slot);
    return { x: b.x - BLEED, y: b.y - BLEED, w: b.w + 2 * BLEED, h: b.h + 2 * BLEED };
  }

  linkBox(slot: number): Box {
    const { points } = this;
    const at = this.routeAt[slot]!;
    const end = at + this.routeLength[slot]!;
    // As `bounds`, which takes lists of every sort and is slower by that: very many links are looked at so.
    let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
    for (let k = at; k < end; k += 2) {
      const [x, y] = [points[k]!, points[k + 1]!];
      if (x < left) left = x;
      if (x > right) right = x;
      if (y < top) top = y;
      if (y > bottom) bottom = y;
    }
    return {
      x: left - LINK_BLEED,
      y: top - LINK_REACH,
      w: right - left + 2 * LINK_BLEED,
      h: bottom - top + 2 * LINK_REACH,
    };
  }

  /** What of the box the link is painted in: along its segments, and round its label. */
  linkBoxes(slot: number): Box[] {
    const at = this.routeAt[slot]!;
    const out: Box[] = [];
    for (let k = at; k + 3 < at + this.routeLength[slot]!; k += 2)
      out.push(inflate(bounds(this.points, k, 4), LINK_REACH));
    if (this.label[slot]) out.push(inflate({ ...this.labelAt(slot), w: 0, h: 0 }, LINK_BLEED, LINK_REACH));
    return out;
  }

  /** Whether something of the link is painted in the box; its own box says so of much that it only goes round. */
  linkTouches(slot: number, b: Box): boolean {
    const { points } = this;
    const at = this.routeAt[slot]!;
    const end = at + this.routeLength[slot]!;
    const [left, top, right, bottom] = [b.x, b.y, b.x + b.w, b.y + b.h];
    for (let k = at; k + 3 < end; k += 2) {
      const [x1, y1, x2, y2] = [points[k]!, points[k + 1]!, points[k + 2]!, points[k + 3]!];
      const across = Math.min(x1, x2) - LINK_REACH <= right && Math.max(x1, x2) + LINK_REACH >= left;
      if (across && Math.min(y1, y2) - LINK_REACH <= bottom && Math.max(y1, y2) + LINK_REACH >= top)
        return true;
    }
    if (!this.label[slot]) return false;
    const { x, y } = this.labelAt(slot);
    return (
      x - LINK_BLEED <= right && x + LINK_BLEED >= left && y - LINK_REACH <= bottom && y + LINK_REACH >= top
    );
  }

  route(slot: number): Float32Array {
    const at = this.routeAt[slot]!;
    return this.points.subarray(at, at + this.routeLength[slot]!);
  }

  labelAt(slot: number): Point {
    return { x: this.labelX[slot]!, y: this.labelY[slot]! };
  }

  container(slot: number): boolean {
    return isContainer(this.look[slot] as Look);
  }

  shown(slot: number): boolean {
    return this.alive[slot] === 1 && this.away[slot] === 0;
  }

  linkShown(slot: number): boolean {
    if (!this.linkAlive[slot] || this.linksAway) return false;
    return !this.away[this.from[slot]!] && !this.away[this.to[slot]!];
  }

  lane(slot: number): boolean {
    return this.look[slot] === Look.lane;
  }

  /** A box that others lie in or over: no card. */
  ground(slot: number): boolean {
    return this.container(slot) || this.lane(slot);
  }

  /** Moves a shape without touching the document: gestures and loading. */
  setBox(slot: number, b: Box): void {
    this.x[slot] = b.x;
    this.y[slot] = b.y;
    this.w[slot] = b.w;
    this.h[slot] = b.h;
    this.version++;
    if (this.container(slot)) this.structure++;
  }

  protected roomForShape(slot: number): void {
    if (slot >= this.x.length) {
      const n = this.x.length * 2;
      for (const name of ["x", "y", "w", "h"] as const) this[name] = grown(this[name], n);
      this.parent = grown(this.parent, n);
      for (const name of ["depth", "look", "family", "status", "alive", "locked", "away", "hidden"] as const)
        this[name] = grown(this[name], n);
    }
  }

  protected roomForLink(slot: number): void {
    if (slot >= this.from.length) {
      const n = this.from.length * 2;
      for (const name of ["from", "to", "routeAt", "routeLength"] as const) this[name] = grown(this[name], n);
      for (const name of ["labelX", "labelY", "fan"] as const) this[name] = grown(this[name], n);
      for (const name of ["linkAlive", "linkHidden", "linkState"] as const) this[name] = grown(this[name], n);
    }
  }
}
