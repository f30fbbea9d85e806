/** Where links run: a pool of points with room for longer ones, and where labels stand on their lines. */
import type { Point } from "../../geometry/box";
import { labelPlace } from "../../geometry/polyline";
import { Columns } from "./columns";
import { labelWidth, PILL_HEIGHT } from "./look";
import type { Stale } from "./stale";

/** Parallel links run that far apart. */
export const FAN_GAP = 16;

export class Lines extends Columns {
  protected pointsUsed = 0;

  /** Replaces a link's points, in place where they fit; its label stands there, or where `labelOn` says. */
  setRoute(slot: number, points: ArrayLike<number>, at?: Point): void {
    const n = points.length;
    if (n > this.routeLength[slot]!) {
      if (this.pointsUsed + n > this.points.length) this.growPoints(n);
      this.routeAt[slot] = this.pointsUsed;
      this.pointsUsed += n;
    }
    const start = this.routeAt[slot]!;
    for (let k = 0; k < n; k++) this.points[start + k] = points[k]!;
    this.routeLength[slot] = n;
    const label = at ?? this.labelOn(slot, points);
    this.labelX[slot] = label.x;
    this.labelY[slot] = label.y;
  }

  /** Where its label stands on a line: it keeps its place as long as the line passes there. */
  labelOn(slot: number, line: ArrayLike<number>): Point {
    const old = Number.isNaN(this.labelX[slot]!) ? null : this.labelAt(slot);
    const step = this.fan[slot]! / FAN_GAP;
    return labelPlace(line, labelWidth(this.label[slot]!), PILL_HEIGHT, step, old);
  }

  /** A pool with room for twice what is in use; leftovers of longer routes are dropped on the way. */
  protected growPoints(n: number): void {
    let live = n;
    for (let s = 0; s < this.linkCount; s++) live += this.linkAlive[s] ? this.routeLength[s]! : 0;
    const next = new Float32Array(Math.max(512, live * 2));
    let used = 0;
    for (let s = 0; s < this.linkCount; s++) {
      const length = this.linkAlive[s] ? this.routeLength[s]! : 0;
      next.set(this.points.subarray(this.routeAt[s]!, this.routeAt[s]! + length), used);
      this.routeAt[s] = used;
      this.routeLength[s] = length;
      used += length;
    }
    this.points = next;
    this.pointsUsed = used;
  }

  protected shiftLink(slot: number, { x, y }: Point): void {
    const start = this.routeAt[slot]!;
    const end = start + this.routeLength[slot]!;
    for (let k = start; k < end; k += 2) {
      this.points[k]! += x;
      this.points[k + 1]! += y;
    }
    this.labelX[slot]! += x;
    this.labelY[slot]! += y;
  }

  protected runsAlong(slot: number, line: ArrayLike<number>): boolean {
    const at = this.routeAt[slot]!;
    const { length } = line;
    if (this.routeLength[slot] !== length) return false;
    for (let k = 0; k < length; k++) if (this.points[at + k] !== line[k]) return false;
    return true;
  }

  protected soilLink(slot: number, stale: Stale): void {
    if (stale.many) stale.add(this.linkBox(slot));
    else for (const b of this.linkBoxes(slot)) stale.add(b);
  }
}
