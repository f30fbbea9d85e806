/**
 * Which boxes meet a box. A packed R-tree plus a short list of what moved since it was built. `rebuild()` is asked
 * for when there is time, never while a gesture runs; the tree is made at the first search, which may never come.
 */
import Flatbush from "flatbush";
import type { Box } from "../../geometry/box";

/** Writes `[minX, minY, maxX, maxY]` of a slot; false where the slot is empty. */
export type Extent = (slot: number, out: Float64Array) => boolean;

/** A tree as bytes, as it goes from thread to thread. An empty tree has none. */
export interface Packed {
  slots: Int32Array<ArrayBuffer>;
  tree: ArrayBuffer;
}

/** Each once. A set of very many takes several times as long. */
class Slots {
  readonly list: number[] = [];
  private marks = new Uint8Array(64);

  has(slot: number): boolean {
    return this.marks[slot] === 1;
  }

  add(slot: number): void {
    if (this.has(slot)) return;
    if (slot >= this.marks.length) {
      const { marks } = this;
      this.marks = new Uint8Array(2 * slot);
      this.marks.set(marks);
    }
    this.marks[slot] = 1;
    this.list.push(slot);
  }
}

export class SpatialIndex {
  private tree: Flatbush | null = null;
  private slots: Int32Array = new Int32Array(0);
  /** So many slots are to be looked at for a tree that is not made yet. */
  private due: number | null = null;
  private loose = new Slots();
  /** What was touched since another thread was asked to build the tree. */
  private since: Slots | null = null;
  private readonly room = new Float64Array(4);
  private readonly extent: Extent;

  constructor(extent: Extent) {
    this.extent = extent;
  }

  rebuild(count: number): void {
    this.due = count;
    this.loose = new Slots();
    this.since = null;
  }

  private make(): void {
    if (this.due === null) return;
    const count = this.due;
    this.due = null;
    const alive = new Int32Array(count);
    let n = 0;
    for (let slot = 0; slot < count; slot++) if (this.extent(slot, this.room)) alive[n++] = slot;
    this.slots = alive.subarray(0, n);
    this.tree = null;
    if (n === 0) return;
    const tree = new Flatbush(n);
    for (let k = 0; k < n; k++) {
      this.extent(this.slots[k] as number, this.room);
      const [a, b, c, d] = this.room as unknown as [number, number, number, number];
      tree.add(a, b, c, d);
    }
    tree.finish();
    this.tree = tree;
  }

  /** The slot's box changed, or it was made or removed. */
  touch(slot: number): void {
    this.loose.add(slot);
    this.since?.add(slot);
  }

  /** From now on somebody else builds the tree, of the boxes as they are. */
  lend(): void {
    this.since = new Slots();
  }

  /** Takes the tree that was built elsewhere, unless it was rebuilt here meanwhile. */
  adopt({ slots, tree }: Packed): void {
    if (!this.since) return;
    this.due = null;
    this.slots = slots;
    this.tree = tree.byteLength > 0 ? Flatbush.from(tree) : null;
    this.loose = this.since;
    this.since = null;
  }

  packed(): Packed {
    this.make();
    return {
      slots: this.slots.slice(),
      tree: (this.tree?.data.slice(0) as ArrayBuffer | undefined) ?? new ArrayBuffer(0),
    };
  }

  /** How many slots the tree is wrong about. */
  get stale(): number {
    return this.due === null ? this.loose.list.length : Number.POSITIVE_INFINITY;
  }

  /** Slots whose boxes touch the box, in no order. */
  search(b: Box): number[] {
    this.make();
    const x2 = b.x + b.w;
    const y2 = b.y + b.h;
    const out: number[] = [];
    if (this.tree) {
      const { slots, loose } = this;
      for (const k of this.tree.search(b.x, b.y, x2, y2)) {
        const slot = slots[k] as number;
        if (!loose.has(slot)) out.push(slot);
      }
    }
    const r = this.room;
    for (const slot of this.loose.list) {
      if (!this.extent(slot, r)) continue;
      if (
        (r[0] as number) <= x2 &&
        (r[2] as number) >= b.x &&
        (r[1] as number) <= y2 &&
        (r[3] as number) >= b.y
      )
        out.push(slot);
    }
    return out;
  }
}
