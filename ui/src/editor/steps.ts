/** What arrow keys do to the selected shapes, step by step: move them, or move their lower right corner. */
import type { EditJson, Id } from "../document/model";
import { type Box, shift } from "../geometry/box";
import type { EditorCore } from "./core";
import { grow, moveEdit, nameOf, rootsOf, toRect } from "./edits";
import { zonesAfter } from "./lanes";
import { free } from "./locks";
import { contentOf, pulled } from "./resize";
import type { Act } from "./turns";
import { zoneWords } from "./words";

/** What right, left, down and up are called. */
type Words = readonly [string, string, string, string];
const MOVES: Words = ["right", "left", "down", "up"];
const STRETCHES: Words = ["wider", "narrower", "taller", "shorter"];

/** "moved 16 right": in the drawing's own units. */
function steps(verb: string, words: Words, dx: number, dy: number): string {
  const across = dx === 0 ? [] : [`${Math.abs(dx)} ${words[dx > 0 ? 0 : 1]}`];
  const down = dy === 0 ? [] : [`${Math.abs(dy)} ${words[dy > 0 ? 2 : 3]}`];
  return `${verb} ${[...across, ...down].join(", ")}`;
}

/** What the steps come to, and what is said of it where that is more than can be seen. */
interface Outcome {
  edit: EditJson | null;
  said?: string;
}

type Change = (core: EditorCore, roots: readonly Id[], dx: number, dy: number) => Outcome;

class Step implements Act<boolean> {
  private readonly core: EditorCore;
  private readonly chosen: readonly Id[];
  private readonly change: Change;
  private dx = 0;
  private dy = 0;

  constructor(core: EditorCore, chosen: readonly Id[], change: Change) {
    this.core = core;
    this.chosen = chosen;
    this.change = change;
  }

  add(dx: number, dy: number): void {
    this.dx += dx;
    this.dy += dy;
  }

  like(other: Act | undefined): other is Step {
    return other instanceof Step && other.chosen === this.chosen && other.change === this.change;
  }

  run(): Promise<boolean> {
    const { core } = this;
    const roots = free(core, rootsOf(core.store, this.chosen));
    if (roots.length === 0) return Promise.resolve(false);
    const { edit, said } = this.change(core, roots, this.dx, this.dy);
    return core.commit(edit, said);
  }
}

/** Held keys are faster than the core: steps that wait for it go in one edit. */
function step(core: EditorCore, change: Change, dx: number, dy: number): void {
  const chosen = core.selection.get().resources;
  if (chosen.length === 0 || core.readOnly) return;
  const next = new Step(core, chosen, change);
  const { last } = core.turns;
  if (next.like(last)) return last.add(dx, dy);
  next.add(dx, dy);
  void core.turns.take(next);
}

export function nudge(core: EditorCore, dx: number, dy: number): void {
  step(core, moved, dx, dy);
}

export function stretch(core: EditorCore, dx: number, dy: number): void {
  step(core, resized, dx, dy);
}

const moved: Change = (core, roots, dx, dy) => {
  const { zones } = zonesAfter(core, roots, dx, dy, (id) => core.parentOf(id));
  const move = { roots, dx, dy, parents: new Map(), grown: growAround(core, roots, dx, dy), zones };
  const edit = moveEdit(core.store, core.scene.kinds, move, (id) => core.documentBox(id));
  const [zone] = zones.values();
  const name = nameOf(core.store, core.scene.kinds, roots);
  const said = zone === undefined ? steps("moved", MOVES, dx, dy) : `moved ${name} ${zoneWords(zone)}`;
  return { edit, said };
};

const resized: Change = (core, roots, dx, dy) => {
  const boxes = new Map<Id, Box>();
  const boxOf = (id: Id) => boxes.get(id) ?? core.documentBox(id);
  for (const id of roots) {
    const start = core.documentBox(id);
    const slot = core.scene.slotOf.get(id);
    if (!start || slot === undefined) continue;
    const b = pulled(start, "se", { x: dx, y: dy }, contentOf(core, slot));
    if (b.w === start.w && b.h === start.h) continue;
    boxes.set(id, b);
    for (const [at, g] of grow(core.parentOf(id), b, boxOf, (a) => core.parentOf(a))) boxes.set(at, g);
  }
  if (boxes.size === 0) return { edit: null };
  const resources = Object.fromEntries([...boxes].map(([id, b]) => [id, toRect(b)]));
  const name = `Resize ${nameOf(core.store, core.scene.kinds, roots)}`;
  const edit: EditJson = { edit: "batch", name, edits: [{ edit: "set-layout", resources }] };
  return { edit, said: steps("made", STRETCHES, dx, dy) };
};

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
