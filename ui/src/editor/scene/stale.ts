/** Boxes whose paint is stale. Very many are one: to look at each would take longer than to paint what lies between. */
import { Around, type Box } from "../../geometry/box";

const MOST = 4000;

export class Stale {
  private list: Box[] = [];
  private around: Around | null = null;

  /** Only what is around all of them is known any more. */
  get many(): boolean {
    return this.around !== null;
  }

  add(b: Box): void {
    if (this.around) return this.around.add(b.x, b.y, b.w, b.h);
    this.list.push(b);
    if (this.list.length <= MOST) return;
    this.around = new Around();
    for (const { x, y, w, h } of this.list) this.around.add(x, y, w, h);
    this.list = [];
  }

  get boxes(): Box[] {
    const all = this.around?.box;
    return all ? [all] : this.list;
  }
}
