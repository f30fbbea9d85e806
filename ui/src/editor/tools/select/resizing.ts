/** Drags a corner. A container never becomes smaller than what it holds. */
import type { Id } from "../../../document/model";
import {
  type Box,
  bottom,
  changedEdges,
  inflate,
  right,
  sameBox,
  union,
  unionAll,
} from "../../../geometry/box";
import { toGrid } from "../../../geometry/snap";
import type { EditorCore } from "../../core";
import { GRID, grow, HEADER, PADDING, toRect } from "../../edits";
import type { Corner } from "../../hit";
import { BLEED } from "../../scene/scene";
import { type PointerInfo, State } from "../state";

const LEAST = { w: 48, h: 24 };
const LEAST_CONTAINER = { w: 120, h: 72 };

export class Resizing extends State {
  readonly name = "select.resizing";
  private readonly from: PointerInfo;
  private readonly slot: number;
  private readonly corner: Corner;
  private readonly start: Box;
  private readonly content: Box | null;
  private readonly original = new Map<Id, Box>();
  private changed = new Map<Id, Box>();

  constructor(core: EditorCore, from: PointerInfo, slot: number, corner: Corner) {
    super(core);
    this.from = from;
    this.slot = slot;
    this.corner = corner;
    this.start = core.scene.box(slot);
    const inside = core.store.children(core.scene.ids[slot]!);
    this.content = core.scene.container(slot)
      ? unionAll(core.scene.slots(inside).map((s) => core.scene.box(s)))
      : null;
  }

  override pointerMove(p: PointerInfo): void {
    const { core, slot } = this;
    const id = core.scene.ids[slot]!;
    const b = this.pulled(p);
    const next = new Map<Id, Box>([[id, b]]);
    const boxOf = (at: Id) => this.original.get(at) ?? core.documentBox(at);
    for (const [at, g] of grow(core.parentOf(id), b, boxOf, (at) => core.parentOf(at))) next.set(at, g);
    for (const [at, g] of next) this.put(at, g);
    for (const at of this.changed.keys()) if (!next.has(at)) this.put(at, this.original.get(at)!);
    this.changed = next;
  }

  private pulled(p: PointerInfo): Box {
    const { start, corner, content } = this;
    const step = (v: number) => (p.ctrl ? Math.round(v) : toGrid(v, GRID));
    const dx = p.world.x - this.from.world.x;
    const dy = p.world.y - this.from.world.y;
    const least = this.core.scene.container(this.slot) ? LEAST_CONTAINER : LEAST;
    let [x1, y1, x2, y2] = [start.x, start.y, right(start), bottom(start)];
    if (corner === "nw" || corner === "sw") x1 = Math.min(step(x1 + dx), x2 - least.w);
    else x2 = Math.max(step(x2 + dx), x1 + least.w);
    if (corner === "nw" || corner === "ne") y1 = Math.min(step(y1 + dy), y2 - least.h);
    else y2 = Math.max(step(y2 + dy), y1 + least.h);
    if (content) {
      // Room that was not there before is not asked for.
      x1 = Math.min(x1, Math.max(start.x, content.x - PADDING));
      y1 = Math.min(y1, Math.max(start.y, content.y - HEADER));
      x2 = Math.max(x2, Math.min(right(start), right(content) + PADDING));
      y2 = Math.max(y2, Math.min(bottom(start), bottom(content) + PADDING));
    }
    return { x: x1, y: y1, w: x2 - x1, h: y2 - y1 };
  }

  private put(id: Id, b: Box): void {
    const { scene, surface } = this.core;
    const slot = scene.slotOf.get(id);
    if (slot === undefined) return;
    const old = scene.box(slot);
    if (!this.original.has(id)) this.original.set(id, old);
    if (sameBox(old, b)) return;
    const links = scene.linksAt(slot);
    surface.stale(links.map((l) => scene.linkBox(l)));
    scene.setBox(slot, b);
    scene.shapes.touch(slot);
    for (const l of links) {
      scene.setRoute(l, scene.ownRoute(l));
      scene.lines.touch(l);
    }
    const changed = scene.container(slot)
      ? changedEdges(old, b, HEADER, BLEED)
      : [inflate(union(old, b), BLEED)];
    surface.stale([...changed, ...links.map((l) => scene.linkBox(l))]);
  }

  override pointerUp(): void {
    const { core } = this;
    core.rest();
    const id = core.scene.ids[this.slot]!;
    const resources = Object.fromEntries([...this.changed].map(([at, b]) => [at, toRect(b)]));
    const now = this.changed.get(id);
    if (!now || sameBox(now, this.start)) return;
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
