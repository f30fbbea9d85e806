/** Drags a corner or a side. */
import type { Id } from "../../../document/model";
import { type Box, changedEdges, inflate, sameBox, union } from "../../../geometry/box";
import type { EditorCore } from "../../core";
import { grow, HEADER, toRect } from "../../edits";
import type { Grip } from "../../hit";
import { lockedOf, sayLocked } from "../../locks";
import { type Content, contentOf, pulled } from "../../resize";
import { BLEED } from "../../scene/columns";
import { type PointerInfo, State } from "../state";

export class Resizing extends State {
  readonly name = "select.resizing";
  private readonly from: PointerInfo;
  private readonly slot: number;
  private readonly grip: Grip;
  private readonly start: Box;
  private readonly content: Content;
  private readonly original = new Map<Id, Box>();
  private changed = new Map<Id, Box>();

  constructor(core: EditorCore, from: PointerInfo, slot: number, grip: Grip) {
    super(core);
    this.from = from;
    this.slot = slot;
    this.grip = grip;
    this.start = core.scene.box(slot);
    this.content = contentOf(core, slot);
  }

  override pointerMove(p: PointerInfo): void {
    const { core, slot } = this;
    const id = core.scene.ids[slot]!;
    const by = { x: p.world.x - this.from.world.x, y: p.world.y - this.from.world.y };
    const b = pulled(this.start, this.grip, by, this.content, p.ctrl);
    const next = new Map<Id, Box>([[id, b]]);
    const boxOf = (at: Id) => this.original.get(at) ?? core.documentBox(at);
    for (const [at, g] of grow(core.parentOf(id), b, boxOf, (at) => core.parentOf(at))) next.set(at, g);
    for (const [at, g] of next) this.put(at, g);
    for (const at of this.changed.keys()) if (!next.has(at)) this.put(at, this.original.get(at)!);
    this.changed = next;
  }

  private put(id: Id, b: Box): void {
    const { scene, surface } = this.core;
    const slot = scene.slotOf.get(id);
    if (slot === undefined) return;
    const old = scene.box(slot);
    if (!this.original.has(id)) this.original.set(id, old);
    if (sameBox(old, b)) return;
    const links = scene.linksAt(slot);
    surface.stale(links.flatMap((l) => scene.linkBoxes(l)));
    scene.setBox(slot, b);
    scene.shapes.touch(slot);
    for (const l of links) {
      scene.setRoute(l, scene.ownRoute(l));
      scene.lines.touch(l);
    }
    const changed = scene.container(slot)
      ? changedEdges(old, b, HEADER, BLEED)
      : [inflate(union(old, b), BLEED)];
    surface.stale([...changed, ...links.flatMap((l) => scene.linkBoxes(l))]);
  }

  override pointerUp(): void {
    const { core } = this;
    core.rest();
    const id = core.scene.ids[this.slot]!;
    const resources = Object.fromEntries([...this.changed].map(([at, b]) => [at, toRect(b)]));
    const now = this.changed.get(id);
    if (!now || sameBox(now, this.start)) return;
    const stuck = lockedOf(core, this.changed.keys());
    if (stuck.length > 0) {
      sayLocked(core, stuck);
      return this.cancel();
    }
    const edit = { edit: "set-layout" as const, resources };
    const name = `Resize ${core.store.title(id)}`;
    void core
      .commit({ edit: "batch", name, edits: [edit] }, `${core.store.title(id)} is ${now.w} by ${now.h}`)
      .then((done) => {
        if (!done) this.cancel();
      });
  }

  override cancel(): void {
    for (const [id, b] of this.original) this.put(id, b);
  }
}
