/**
 * Moves the selection. The document is not touched: shapes leave the plate and follow the pointer; on
 * release one edit says where they are, in which container, and which containers grew.
 */

import type { Id } from "../../../document/model";
import { type Box, center, changedEdges, sameBox, shift, unionAll } from "../../../geometry/box";
import { snap, toGrid } from "../../../geometry/snap";
import type { EditorCore } from "../../core";
import { duplicateEdit, GRID, grow, HEADER, moveEdit, nameOf, rootsOf } from "../../edits";
import { containerAt } from "../../hit";
import { zoneAfter } from "../../lanes";
import { BLEED } from "../../scene/scene";
import { zoneWords } from "../../words";
import { type KeyInfo, type PointerInfo, State } from "../state";

const SNAP_REACH = 6;
const MOST_NEIGHBOURS = 200;

export class Translating extends State {
  readonly name = "select.translating";
  private readonly from: PointerInfo;
  private last: PointerInfo;
  private readonly roots: Id[];
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

  constructor(core: EditorCore, from: PointerInfo, now: PointerInfo) {
    super(core);
    this.from = from;
    this.last = now;
    this.roots = rootsOf(core.store, core.selection.get().resources);
    this.shapes = core.scene.subtree(this.roots);
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
    if (!this.last.alt) core.hide(this.shapes, [...this.inner, ...this.crossing]);
    this.update();
  }

  override pointerMove(p: PointerInfo): void {
    const wasCopy = this.last.alt;
    this.last = p;
    if (p.alt !== wasCopy) {
      if (p.alt) this.core.unhide();
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
    const raw = { x: last.world.x - from.world.x, y: last.world.y - from.world.y };
    this.dx = Math.round(raw.x);
    this.dy = Math.round(raw.y);
    let guides: ReturnType<typeof snap>["guides"] = [];
    if (!last.ctrl) {
      this.dx = toGrid(this.start.x + raw.x, GRID) - this.start.x;
      this.dy = toGrid(this.start.y + raw.y, GRID) - this.start.y;
      const found = snap(shift(this.start, raw.x, raw.y), this.near(), SNAP_REACH / core.camera.get().zoom);
      const [gx, gy] = [found.guides.some((g) => isFor(g, "x")), found.guides.some((g) => isFor(g, "y"))];
      if (gx) this.dx = Math.round(raw.x + found.dx);
      if (gy) this.dy = Math.round(raw.y + found.dy);
      guides = found.guides;
    }
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
        copy: last.alt,
      },
    };
  }

  /** Siblings that can be seen: what one aligns with by eye. */
  private near(): Box[] {
    if (this.neighbours) return this.neighbours;
    const { core } = this;
    const camera = core.camera.get();
    const seen = { x: camera.x, y: camera.y, w: core.view.w / camera.zoom, h: core.view.h / camera.zoom };
    const parents = new Set(this.roots.map((id) => core.scene.parent[core.scene.slotOf.get(id)!]));
    const leaf = this.roots.every((id) => !core.scene.container(core.scene.slotOf.get(id)!));
    this.neighbours = core.scene
      .shapesIn(seen)
      .filter(
        (s) => !this.shapes.has(s) && (parents.has(core.scene.parent[s]!) || (leaf && !core.scene.ground(s))),
      )
      .slice(0, MOST_NEIGHBOURS)
      .map((s) => core.scene.box(s));
    return this.neighbours;
  }

  /** Which container takes the shapes, and what that changes: said before the drop. */
  private aim(): void {
    const { core, last } = this;
    const skip = last.alt ? undefined : this.shapes;
    const at = containerAt(core.scene, last.world, skip);
    this.parents = new Map();
    this.refused = "";
    let because = "";
    let target: Id | null | undefined;
    for (const id of this.roots) {
      const kind = core.store.resource(id)!.kind;
      const now = core.parentOf(id);
      const found = core.offer(kind, at, skip);
      if (!found.allowed) this.refused = found.because;
      const parent = found.parent ?? null;
      if (!found.allowed || parent === now) continue;
      this.parents.set(id, parent);
      target = parent;
      because = found.because;
    }
    core.preview = { ...core.preview, target: -1, hint: null };
    const lane = this.pin();
    if (this.refused) {
      core.preview.hint = { at: last.world, text: this.refused, refused: true };
      return;
    }
    const words = target === undefined ? [] : [this.changes(target, because)];
    const [zone] = this.zones.values();
    if (zone !== undefined) words.push(zoneWords(zone));
    if (words.length > 0) core.preview.hint = { at: last.world, text: words.join("; "), refused: false };
    core.preview.target = typeof target === "string" ? (core.scene.slotOf.get(target) ?? -1) : lane;
  }

  /** Zones that the shapes get where they would stand now; answers the lane of the first. */
  private pin(): number {
    const { core, dx, dy } = this;
    this.zones = new Map();
    let lane = -1;
    for (const id of this.refused ? [] : this.roots) {
      const b = core.documentBox(id);
      const parent = this.parents.has(id) ? this.parents.get(id)! : core.parentOf(id);
      const found = b && zoneAfter(core, id, shift(b, dx, dy), parent);
      if (!found) continue;
      this.zones.set(id, found.zone);
      if (lane < 0) lane = found.lane;
    }
    return lane;
  }

  private changes(target: Id | null, because: string): string {
    const { store } = this.core;
    if (because) return `${because}: into ${target === null ? "the open" : store.title(target)}`;
    if (target === null) return "out of every container";
    const now = this.roots.map((id) => this.core.parentOf(id))[0];
    const kind = store.resource(target)?.kind;
    if (kind !== "subnet") return `into ${store.title(target)}`;
    const from =
      now !== null && now !== undefined && store.resource(now)?.kind === "subnet"
        ? `, out of ${store.title(now)}`
        : "";
    return `into ${store.title(target)}${from}: new address and new rules`;
  }

  private growContainers(): void {
    const { core } = this;
    const next = new Map<Id, Box>();
    if (!this.refused)
      for (const id of this.roots) {
        const parent = this.parents.has(id) ? this.parents.get(id)! : core.parentOf(id);
        const b = core.documentBox(id);
        if (!b) continue;
        const box = (p: Id) => next.get(p) ?? this.original.get(p) ?? core.documentBox(p);
        for (const [at, g] of grow(parent, shift(b, this.dx, this.dy), box, (p) => core.parentOf(p)))
          next.set(at, g);
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

  override pointerUp(): void {
    const { core, dx, dy } = this;
    if (this.refused) {
      core.host.onNotice(this.refused);
      this.cancel();
      core.clearPreview();
      core.rest();
      return;
    }
    core.preview = { ...core.preview, guides: [], hint: null, target: -1 };
    const { roots, parents, grown, zones } = this;
    const move = { roots, dx, dy, parents, grown, zones };
    const boxOf = (id: Id) => this.original.get(id) ?? core.documentBox(id);
    const copies = this.last.alt ? duplicateEdit(core.store, core.scene.kinds, move, boxOf) : null;
    const edit = copies ? copies.edit : moveEdit(core.store, core.scene.kinds, move, boxOf);
    if (copies) core.lastOffset = { x: dx, y: dy };
    core.rest();
    void core.commit(edit, this.said(copies ? "duplicated" : "moved")).then((done) => {
      if (!done) this.cancel();
      else if (copies) core.select({ resources: copies.roots });
    });
  }

  private said(did: string): string {
    const { core } = this;
    const [target] = this.parents.values();
    const [zone] = this.zones.values();
    const what = `${did} ${nameOf(core.store, core.scene.kinds, this.roots)}`;
    const to = target === undefined ? "" : ` to ${target === null ? "the top" : core.store.title(target)}`;
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

function isFor(guide: { axis: "x" | "y"; type: string }, axis: "x" | "y"): boolean {
  return guide.type === "line" ? guide.axis === axis : guide.axis !== axis;
}
