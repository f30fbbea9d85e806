/** Moves by the keyboard: the shapes, what they hold, and containers that have to grow. */
import type { Id } from "../document/model";
import { type Box, shift } from "../geometry/box";
import type { EditorCore } from "./core";
import { grow, moveEdit, rootsOf } from "./edits";
import type { Act } from "./turns";

class Nudge implements Act<boolean> {
  private readonly core: EditorCore;
  private readonly chosen: readonly Id[];
  private dx: number;
  private dy: number;

  constructor(core: EditorCore, chosen: readonly Id[], dx: number, dy: number) {
    this.core = core;
    this.chosen = chosen;
    this.dx = dx;
    this.dy = dy;
  }

  /** Held keys: what waits for the core goes in one edit. */
  add(chosen: readonly Id[], dx: number, dy: number): boolean {
    if (chosen !== this.chosen) return false;
    this.dx += dx;
    this.dy += dy;
    return true;
  }

  run(): Promise<boolean> {
    const { core, dx, dy } = this;
    const roots = rootsOf(core.store, this.chosen);
    const move = { roots, dx, dy, parents: new Map(), grown: growAround(core, roots, dx, dy) };
    return core.commit(moveEdit(core.store, core.scene.kinds, move, (id) => core.documentBox(id)));
  }
}

export function nudge(core: EditorCore, dx: number, dy: number): void {
  const chosen = core.selection.get().resources;
  if (chosen.length === 0 || core.readOnly) return;
  const { last } = core.turns;
  if (last instanceof Nudge && last.add(chosen, dx, dy)) return;
  void core.turns.take(new Nudge(core, chosen, dx, dy));
}

/** What containers grow to so that these shapes have room once they are shifted. */
export function growAround(core: EditorCore, roots: readonly Id[], dx: number, dy: number): Map<Id, Box> {
  const grown = new Map<Id, Box>();
  const boxOf = (id: Id) => grown.get(id) ?? core.documentBox(id);
  for (const id of roots) {
    const b = core.documentBox(id);
    if (!b) continue;
    for (const [at, g] of grow(core.parentOf(id), shift(b, dx, dy), boxOf, (a) => core.parentOf(a)))
      grown.set(at, g);
  }
  return grown;
}
