/**
 * Moves the selection. The document is not touched: shapes leave the plate and follow the pointer; on
 * release one edit says where they are, in which container, and which containers grew.
 */

import type { Id } from "../../../document/model";
import { type Box, center, changedEdges, inflate, sameBox, shift, unionAll } from "../../../geometry/box";
import { aligned, neighbours } from "../../aligned";
import type { EditorCore } from "../../core";
import { duplicateEdit, grow, HEADER, moveEdit, nameOf, rootsOf } from "../../edits";
import { containerAt } from "../../hit";
import { zonesAfter } from "../../lanes";
import { lockedOf, lockedWords, unlockedOf } from "../../locks";
import { doorInto } from "../../offers";
import { around, freePlace } from "../../places";
import { BLEED } from "../../scene/columns";
import { named } from "../../spoken";
import { zoneWords } from "../../words";
import { type KeyInfo, type PointerInfo, State } from "../state";
import { consequences, headline } from "./changes";

/** How far beyond the edge of its container the pointer may be before a shape is dragged out of it. */
const HOLD = 16;

export class Translating extends State {
  readonly name = "select.translating";
  private readonly from: PointerInfo;
  private last: PointerInfo;
  private readonly roots: Id[];
  /** Something of it is locked, and stays. */
  private readonly onlyCopies: boolean;
  private readonly shapes: Set<number>;
  private readonly inner = new Set<number>();
  private readonly crossing = new Set<number>();
  private readonly start: Box;
  private neighbours: Box[] | null = null;
  private dx = 0;
  private dy = 0;
  private parents = new Map<Id, Id | null>();
  private zones = new Map<Id, string | null>();
  private grown = new Map<Id, Box>();
  /** Boxes of grown containers before, to put back. */
  private readonly original = new Map<Id, Box>();
  private refused = "";
  /** Of the only shape that is dragged, as soon as the core has said it. */
  private address: string | undefined;
  /** The container over which the drag began: what lies over it now is not news. */
  private readonly began: number;
  /** It cannot live in the container it is dropped on, and goes beside it. */
  private astray: { at: Id; because: string } | null = null;

  constructor(core: EditorCore, from: PointerInfo, now: PointerInfo) {
    super(core);
    this.from = from;
    this.last = now;
    const chosen = rootsOf(core.store, core.selection.get().resources);
    const unlocked = unlockedOf(core, chosen);
    this.onlyCopies = now.alt && unlocked.length < chosen.length;
    this.roots = this.onlyCopies ? chosen : unlocked;
    this.shapes = core.scene.subtree(this.roots);
    this.began = containerAt(core.scene, from.world, this.shapes);
    for (const s of this.shapes)
      for (const l of core.scene.linksAt(s)) {
        const both = this.shapes.has(core.scene.from[l]!) && this.shapes.has(core.scene.to[l]!);
        (both ? this.inner : this.crossing).add(l);
      }
    this.start = unionAll(core.scene.slots(this.roots).map((s) => core.scene.box(s))) ?? {
      x: 0,
      y: 0,
      w: 0,
      h: 0,
    };
  }

  override enter(): void {
    const { core } = this;
    core.surface.cursor("grabbing");
    core.setHover(null);
    if (!this.copying) core.hide(this.shapes, [...this.inner, ...this.crossing]);
    this.update();
    this.askAddress();
  }

  private get copying(): boolean {
    return this.last.alt || this.onlyCopies;
  }

  private askAddress(): void {
    const [id, more] = this.roots;
    if (id === undefined || more !== undefined) return;
    const told = (address: string | undefined) => {
      this.address = address;
      if (this.core.state !== this) return;
      this.update();
      this.core.surface.frame();
    };
    // Without an answer the hint says that it will be another one.
    this.core.host.addressOf?.(id).then(told, () => undefined);
  }

  override pointerMove(p: PointerInfo): void {
    const wasCopy = this.copying;
    this.last = p;
    if (this.copying !== wasCopy) {
      if (this.copying) this.core.unhide();
      else this.core.hide(this.shapes, [...this.inner, ...this.crossing]);
    }
    this.update();
  }

  override key(k: KeyInfo): boolean {
    if (k.key !== "Alt" && k.key !== "Control") return false;
    this.pointerMove({
      ...this.last,
      alt: k.key === "Alt" ? k.down : this.last.alt,
      ctrl: k.key === "Control" ? k.down : this.last.ctrl,
    });
    return true;
  }

  private update(): void {
    const { core, last, from } = this;
    const raw = shift(this.start, last.world.x - from.world.x, last.world.y - from.world.y);
    const { x, y, guides } = aligned(core, raw, () => this.near(), last.ctrl);
    this.dx = x - this.start.x;
    this.dy = y - this.start.y;
    this.aim();
    this.growContainers();
    core.preview = {
      ...core.preview,
      guides,
      moving: {
        shapes: this.shapes,
        inner: this.inner,
        crossing: this.crossing,
        dx: this.dx,
        dy: this.dy,
        copy: this.copying,
      },
    };
  }

  private near(): Box[] {
    const { scene } = this.core;
    const slots = scene.slots(this.roots);
    this.neighbours ??= neighbours(this.core, {
      parents: new Set(slots.map((s) => scene.parent[s]!)),
      container: slots.some((s) => scene.container(s)),
      shapes: this.shapes,
    });
    return this.neighbours;
  }

  /** Which container takes the shapes, and what that changes: said before the drop. */
  private aim(): void {
    const { core, last } = this;
    const skip = this.copying ? undefined : this.shapes;
    // A container that grew to make room must not hold on to what is dragged out of it.
    const home = this.roots.map((id) => core.parentOf(id))[0];
    const asIs = (slot: number) => {
      const id = core.scene.ids[slot]!;
      const b = this.original.get(id) ?? core.scene.box(slot);
      return id === home ? inflate(b, HOLD) : b;
    };
    const at = containerAt(core.scene, last.world, skip, asIs);
    this.parents = new Map();
    this.refused = "";
    this.astray = null;
    let into: { id: Id; to: Id | null; because: string } | undefined;
    for (const id of this.roots) {
      const kind = core.store.resource(id)!.kind;
      const now = core.parentOf(id);
      const found = core.offer(kind, at, skip);
      if (!found.allowed) this.refused = found.because;
      const parent = found.parent ?? null;
      if (found.because && at >= 0 && at !== this.began)
        this.astray = { at: core.scene.ids[at]!, because: found.because };
      if (!found.allowed || parent === now) continue;
      this.parents.set(id, parent);
      into = { id, to: parent, because: found.because };
    }
    core.preview = { ...core.preview, target: -1, hint: null };
    const lane = this.pin();
    if (this.refused) {
      core.preview.hint = { at: last.world, text: this.refused, refused: true };
      return;
    }
    const words = into ? [headline(core, into.id, into.to, into.because)] : [];
    const lines = into ? consequences(core, into.id, into.to, this.address) : [];
    if (!into && this.astray) words.push(this.astray.because);
    const [zone] = this.zones.values();
    if (zone !== undefined) words.push(zoneWords(zone));
    if (words.length > 0)
      core.preview.hint = { at: last.world, text: words.join("; "), refused: false, lines };
    const to = into?.to ?? null;
    core.preview.target = to === null ? lane : (core.scene.slotOf.get(to) ?? -1);
  }

  /** Zones that the shapes get where they would stand now; answers the lane of the first. */
  private pin(): number {
    const roots = this.refused ? [] : this.roots;
    const { zones, lane } = zonesAfter(this.core, roots, this.dx, this.dy, (id) => this.parentAfter(id));
    this.zones = zones;
    return lane;
  }

  private parentAfter(id: Id): Id | null {
    return this.parents.has(id) ? this.parents.get(id)! : this.core.parentOf(id);
  }

  private growContainers(): void {
    const { core } = this;
    const next = new Map<Id, Box>();
    if (!this.refused)
      for (const id of this.roots) {
        const parent = this.parentAfter(id);
        const b = core.documentBox(id);
        if (!b) continue;
        const box = (p: Id) => next.get(p) ?? this.original.get(p) ?? core.documentBox(p);
        for (const [at, g] of grow(parent, shift(b, this.dx, this.dy), box, (p) => core.parentOf(p)))
          next.set(at, g);
      }
    const stuck = lockedOf(core, next.keys());
    if (stuck.length > 0) {
      next.clear();
      this.refused = `${lockedWords(core, stuck)} and cannot grow`;
      core.preview.hint = { at: this.last.world, text: this.refused, refused: true };
    }
    for (const [id, g] of next) this.stretch(id, g);
    for (const id of this.grown.keys()) if (!next.has(id)) this.stretch(id, this.original.get(id)!);
    this.grown = next;
  }

  private stretch(id: Id, b: Box): void {
    const { scene, surface } = this.core;
    const slot = scene.slotOf.get(id);
    if (slot === undefined) return;
    const old = scene.box(slot);
    if (!this.original.has(id)) this.original.set(id, old);
    if (sameBox(old, b)) return;
    scene.setBox(slot, b);
    scene.shapes.touch(slot);
    surface.stale(changedEdges(old, b, HEADER, BLEED));
  }

  /** What cannot live where it was dropped stands beside it, not on top of it. */
  private stepAside(): void {
    const { core, astray } = this;
    const [id, more] = this.roots;
    const b = id === undefined || more !== undefined || !astray ? null : core.documentBox(id);
    if (!b || id === undefined) return;
    const skip = this.copying ? undefined : this.shapes;
    const to = freePlace(
      core,
      around(center(shift(b, this.dx, this.dy)), [b.w, b.h]),
      this.parentAfter(id),
      skip,
    );
    this.dx = to.x - b.x;
    this.dy = to.y - b.y;
    this.pin();
    this.growContainers();
  }

  override pointerUp(): void {
    const { core } = this;
    if (this.refused) {
      core.host.onNotice(this.refused);
      this.cancel();
      core.clearPreview();
      core.rest();
      return;
    }
    this.stepAside();
    const moving = core.preview.moving && { ...core.preview.moving, dx: this.dx, dy: this.dy };
    core.preview = { ...core.preview, moving, guides: [], hint: null, target: -1 };
    const { roots, parents, grown, zones, dx, dy, astray } = this;
    const move = { roots, dx, dy, parents, grown, zones };
    const boxOf = (id: Id) => this.original.get(id) ?? core.documentBox(id);
    const copies = this.copying ? duplicateEdit(core.store, core.scene.kinds, move, boxOf) : null;
    const edit = copies ? copies.edit : moveEdit(core.store, core.scene.kinds, move, boxOf);
    if (copies) core.lastOffset = { x: dx, y: dy };
    core.rest();
    void core.commit(edit, this.said(copies ? "duplicated" : "moved")).then((done) => {
      if (!done) this.cancel();
      else if (copies) core.select({ resources: copies.roots });
      if (done && astray) this.offerDoor(astray, copies ? copies.roots : roots);
    });
  }

  private offerDoor({ at, because }: { at: Id; because: string }, dropped: readonly Id[]): void {
    const [id, more] = dropped;
    const door = id === undefined || more !== undefined ? undefined : doorInto(this.core, at, id);
    if (door) this.core.host.onNotice(because, door);
  }

  private said(did: string): string {
    const { core } = this;
    const [target] = this.parents.values();
    const [zone] = this.zones.values();
    const what = `${did} ${nameOf(core.store, core.scene.kinds, this.roots)}`;
    const to = target === undefined ? "" : ` to ${target === null ? "the top" : named(core, target)}`;
    return `${what}${to}${zone === undefined ? "" : ` ${zoneWords(zone)}`}`;
  }

  /** Containers go back to their size. */
  override cancel(): void {
    for (const [id, b] of this.original) {
      const rect = this.core.store.rect(id);
      this.stretch(id, rect ? { x: rect[0], y: rect[1], w: rect[2], h: rect[3] } : b);
    }
  }

  /** Where the moving set is now, for tests and the frame. */
  get at() {
    return center(shift(this.start, this.dx, this.dy));
  }
}
