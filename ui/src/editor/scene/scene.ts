/**
 * The drawing in typed arrays: one slot per resource, one per link, numbers in columns, text in lists.
 * Built from the document, kept up to date by its patches. Knows no camera, no gesture, no paint.
 */
import type { ChangeJson, Id, LinkJson, RectJson } from "../../document/model";
import { pairs } from "../../document/said";
import type { DocumentStore } from "../../document/store";
import { Around, type Box, type Point, sameBox } from "../../geometry/box";
import { quickRoute, routeThrough } from "../../geometry/polyline";
import type { CanvasKind, Routes } from "../editor";
import { BLEED } from "./columns";
import { Judged, PIECE } from "./judged";
import { FAN_GAP } from "./lines";
import { FAMILIES, LINK_STATES, lookOf } from "./look";
import { freeRoom } from "./room";
import { SpatialIndex } from "./spatial";
import { Stale } from "./stale";
import { factOf, portsOf, summaryOf, titleOf } from "./strings";

/** More than there are. */
const SLOTS = 2 ** 32;
/** Numbers of a link that goes round one corner or two. */
const USUAL_POINTS = 8;

const NO_LINKS: readonly number[] = [];

export class Scene extends Judged {
  /** Routes of the core, by link; they hold until an end moves. */
  private routes = new Map<Id, ArrayLike<number>>();
  /** Where the core puts labels, by link: on its own routes. */
  private pills = new Map<Id, Point>();

  readonly shapes = new SpatialIndex((slot, out) => this.shapeExtent(slot, out));
  readonly lines = new SpatialIndex((slot, out) => this.lineExtent(slot, out));
  kinds = new Map<string, CanvasKind>();
  private readonly store: DocumentStore;
  /** By shape; where none ends there is no list. */
  private links: number[][] = [];
  private extentCache: Box | null = null;

  constructor(store: DocumentStore) {
    super();
    this.store = store;
  }

  // --- reading ---------------------------------------------------------------------------------

  /** What is in the view; null: all of it. */
  show(ids: ReadonlySet<Id> | null, links: boolean): void {
    for (let s = 0; s < this.count; s++) this.away[s] = ids && !ids.has(this.ids[s]!) ? 1 : 0;
    this.linksAway = !links;
    this.shapes.rebuild(this.count);
    this.lines.rebuild(this.linkCount);
    this.extentCache = null;
    this.version++;
    this.structure++;
  }

  /** Slots of links at a shape. */
  linksAt(slot: number): readonly number[] {
    return this.links[slot] ?? NO_LINKS;
  }

  /** Everything drawn; null when nothing is. */
  extent(): Box | null {
    if (this.extentCache) return this.extentCache;
    const all = new Around();
    for (let s = 0; s < this.count; s++)
      if (this.shown(s)) all.add(this.x[s]!, this.y[s]!, this.w[s]!, this.h[s]!);
    this.extentCache = all.box;
    return all.box;
  }

  /** Shape slots that touch the box, containers before their contents. */
  shapesIn(b: Box): number[] {
    const slots = this.shapes.search(b);
    // Numbers without a comparison function are sorted ten times as fast, and a far view has all shapes in it.
    const keys = new Float64Array(slots.length);
    for (let k = 0; k < keys.length; k++) keys[k] = this.depth[slots[k]!]! * SLOTS + slots[k]!;
    keys.sort();
    for (let k = 0; k < keys.length; k++) slots[k] = keys[k]! % SLOTS;
    return slots;
  }

  linksIn(b: Box): number[] {
    return this.lines.search(b).sort((p, q) => p - q);
  }

  slots(ids: Iterable<Id>): number[] {
    const out: number[] = [];
    for (const id of ids) {
      const slot = this.slotOf.get(id);
      if (slot !== undefined) out.push(slot);
    }
    return out;
  }

  /** The shape and everything below it. */
  subtree(ids: Iterable<Id>): Set<number> {
    const out = new Set<number>();
    for (const id of ids)
      for (const below of this.store.subtree(id)) {
        const slot = this.slotOf.get(below);
        if (slot !== undefined) out.add(slot);
      }
    return out;
  }

  // --- building --------------------------------------------------------------------------------

  setKinds(kinds: readonly CanvasKind[]): void {
    this.kinds = new Map(kinds.map((k) => [k.id, k]));
    this.load();
  }

  /** Everything anew from the document. */
  load(): void {
    for (const _ of this.loading());
  }

  /** Everything may stand elsewhere: the core says anew where links run. */
  forgetRoutes(): void {
    this.routes.clear();
    this.pills.clear();
  }

  /** The same in pieces, between which others may have their turn; only after the last one it is a scene. */
  *loading(): Generator<void> {
    const design = this.store.design();
    this.count = this.linkCount = this.pointsUsed = 0;
    this.ids = [];
    this.linkIds = [];
    this.title = [];
    this.summary = [];
    this.fact = [];
    this.icon = [];
    this.label = [];
    this.linkKind = [];
    this.slotOf.clear();
    this.linkSlotOf.clear();
    this.links = [];
    const waiting: Id[] = [];
    for (const id of Object.keys(design.resources)) {
      this.fillShape(this.newShape(id), id);
      if (!this.store.rect(id)) waiting.push(id);
      if (this.count % PIECE === 0) yield;
    }
    this.settleParents();
    for (const id of waiting) this.placeLoose(id);
    for (const id of Object.keys(design.links)) {
      this.fillLink(this.newLink(id), id);
      if (this.linkCount % PIECE === 0) yield;
    }
    this.growPoints(this.linkCount * USUAL_POINTS);
    for (let l = 0; l < this.linkCount; l++) {
      this.layLink(l);
      if (l % PIECE === 0) yield;
    }
    this.shapes.rebuild(this.count);
    this.lines.rebuild(this.linkCount);
    this.extentCache = null;
    this.version++;
    this.structure++;
  }

  /** Applies a patch's changes, in pieces as `loading`; answers the boxes whose paint is stale. */
  *patching(changes: readonly ChangeJson[]): Generator<void, Box[]> {
    const stale = new Stale();
    const shapes = new Set<Id>();
    const placed: Id[] = [];
    const links = new Set<Id>();
    let nesting = false;
    for (const c of changes) {
      if (c.of === "resource-layout" && isMove(c)) placed.push(c.id);
      else if (c.of === "resource" || c.of === "resource-layout" || c.of === "lock") shapes.add(c.id);
      if (c.of === "link" || c.of === "link-layout") links.add(c.id);
      if (c.of === "link") for (const beside of this.besides(c.before, c.after)) links.add(beside);
      if (c.of === "resource") nesting ||= c.before?.parent !== c.after?.parent || !c.before || !c.after;
      // Zones show in the titles of the subnets below.
      if (c.of === "resource" && c.after)
        for (const below of this.store.subtree(c.id))
          if (this.store.resource(below)?.kind === "subnet") shapes.add(below);
    }
    const bent = new Set<number>();
    const moved = new Map<number, Point>();
    for (const id of shapes) this.refreshShape(id, links, bent, stale);
    for (const [k, id] of placed.entries()) {
      this.placeShape(id, moved, bent, stale);
      if (k % PIECE === PIECE - 1) yield;
    }
    if (nesting) this.settleParents();
    if (nesting || changes.some((c) => c.of === "link")) this.structure++;
    for (const id of links) this.refreshLink(id, stale);
    for (const id of links) this.refreshRoute(id, bent, stale);
    let turned = 0;
    for (const slot of bent) {
      this.bendLink(slot, moved, stale);
      if (++turned % PIECE === 0) yield;
    }
    this.extentCache = null;
    this.version++;
    return stale.boxes;
  }

  private refreshShape(id: Id, links: Set<Id>, bent: Set<number>, stale: Stale): void {
    const old = this.slotOf.get(id);
    const before = old !== undefined ? this.box(old) : null;
    if (old !== undefined) stale.add(this.paintedBox(old));
    if (!this.store.resource(id)) {
      if (old === undefined) return;
      this.alive[old] = 0;
      this.slotOf.delete(id);
      this.shapes.touch(old);
      return;
    }
    const slot = old ?? this.newShape(id);
    this.fillShape(slot, id);
    if (!this.store.rect(id)) {
      if (before) this.setBox(slot, before);
      else {
        this.settleParents();
        this.placeLoose(id);
      }
    }
    stale.add(this.paintedBox(slot));
    this.shapes.touch(slot);
    // A link to what was not there hangs on it from now on.
    if (!before) {
      for (const l of this.store.linksOf(id)) {
        links.add(l);
        this.routes.delete(l);
      }
    }
    if (before && !sameBox(before, this.box(slot))) this.bendLinksAt(slot, bent);
  }

  /** What only stands elsewhere than before; tells by how much, if it is as large as it was. */
  private placeShape(id: Id, moved: Map<number, Point>, bent: Set<number>, stale: Stale): void {
    const slot = this.slotOf.get(id);
    const rect = this.store.rect(id);
    // Places may be kept of what is gone.
    if (slot === undefined || !rect) return;
    const before = this.box(slot);
    const [x, y, w, h] = rect;
    stale.add(this.paintedBox(slot));
    this.setBox(slot, { x, y, w, h });
    stale.add(this.paintedBox(slot));
    this.shapes.touch(slot);
    if (sameBox(before, this.box(slot))) return;
    if (before.w === w && before.h === h) moved.set(slot, { x: x - before.x, y: y - before.y });
    this.bendLinksAt(slot, bent);
  }

  /** Its links run otherwise now: what the core made of them holds no more. */
  private bendLinksAt(slot: number, bent: Set<number>): void {
    for (const l of this.linksAt(slot)) {
      bent.add(l);
      this.routes.delete(this.linkIds[l]!);
    }
  }

  private refreshLink(id: Id, stale: Stale): void {
    const old = this.linkSlotOf.get(id);
    if (old !== undefined) this.soilLink(old, stale);
    if (old !== undefined) this.dropLinkEnds(old);
    if (!this.store.link(id)) {
      if (old === undefined) return;
      this.linkAlive[old] = 0;
      this.linkSlotOf.delete(id);
      this.lines.touch(old);
      return;
    }
    if (this.store.design().layout.links[id]) this.routes.delete(id);
    const slot = old ?? this.newLink(id);
    this.fillLink(slot, id);
  }

  private refreshRoute(id: Id, bent: Set<number>, stale: Stale): void {
    const slot = this.linkSlotOf.get(id);
    if (slot === undefined) return;
    bent.delete(slot);
    this.layLink(slot);
    this.lines.touch(slot);
    if (this.linkAlive[slot]) this.soilLink(slot, stale);
  }

  /** An end of it stands elsewhere; what runs beside it still does. */
  private bendLink(slot: number, moved: ReadonlyMap<number, Point>, stale: Stale): void {
    if (!this.linkAlive[slot]) return;
    this.soilLink(slot, stale);
    const by = this.carriedBy(slot, moved);
    if (by) this.shiftLink(slot, by);
    else this.setRoute(slot, this.ownRoute(slot));
    this.lines.touch(slot);
    this.soilLink(slot, stale);
  }

  /** How far it goes along with both its ends; null: they part, or its way-points may stay where they are. */
  private carriedBy(slot: number, moved: ReadonlyMap<number, Point>): Point | null {
    const from = moved.get(this.from[slot]!);
    const to = moved.get(this.to[slot]!);
    if (!from || !to || from.x !== to.x || from.y !== to.y) return null;
    return this.store.design().layout.links[this.linkIds[slot]!] ? null : from;
  }

  /** Links between the same two ends, which make room for one another. */
  private besides(...links: (LinkJson | null)[]): Id[] {
    return links.flatMap((link) => {
      if (!link) return [];
      const { from, to } = link;
      return this.store.linksOf(from).filter((id) => {
        const other = this.store.link(id);
        return other && (other.from === from ? other.to === to : other.from === to);
      });
    });
  }

  private newShape(id: Id): number {
    const slot = this.count++;
    this.roomForShape(slot);
    this.hidden[slot] = this.away[slot] = this.alive[slot] = 0;
    this.ids[slot] = id;
    this.slotOf.set(id, slot);
    return slot;
  }

  private fillShape(slot: number, id: Id): void {
    const resource = this.store.resource(id);
    if (!resource) return;
    const kind = this.kinds.get(resource.kind);
    const rect = this.store.rect(id);
    const [x, y, w, h]: RectJson = rect ?? [0, 0, ...(kind?.size ?? ([160, 56] as [number, number]))];
    this.setBox(slot, { x, y, w, h });
    this.alive[slot] = 1;
    this.locked[slot] = this.store.locked(id) ? 1 : 0;
    this.look[slot] = lookOf(resource, kind, h);
    this.family[slot] = Math.max(0, FAMILIES.indexOf((kind?.family ?? "actor") as never));
    this.status[slot] = this.statusOf(id);
    this.title[slot] = titleOf(this.store, id, resource);
    this.summary[slot] = this.judgement.summaries.get(id) ?? summaryOf(resource, kind);
    this.fact[slot] = this.judgement.facts.get(id) ?? factOf(resource, kind);
    this.icon[slot] = kind?.icon ?? "";
  }

  private settleParents(): void {
    for (let s = 0; s < this.count; s++) {
      if (!this.alive[s]) continue;
      const parent = this.store.resource(this.ids[s]!)?.parent;
      this.parent[s] = (parent !== undefined ? this.slotOf.get(parent) : undefined) ?? -1;
    }
    for (let s = 0; s < this.count; s++) {
      let d = 0;
      for (let at = this.parent[s]!; at >= 0 && d < 30; at = this.parent[at]!) d++;
      this.depth[s] = d;
    }
  }

  /** A resource that the file places nowhere: into free room of its container, row by row. */
  private placeLoose(id: Id): void {
    const slot = this.slotOf.get(id)!;
    const parent = this.parent[slot]!;
    const room = parent >= 0 ? this.box(parent) : (this.extent() ?? { x: 0, y: 0, w: 800, h: 600 });
    const siblings = this.store.children(parent >= 0 ? this.ids[parent]! : null);
    const taken = this.slots(siblings.filter((s) => s !== id && this.store.rect(s))).map((s) => this.box(s));
    const [w, h] = [this.w[slot]!, this.h[slot]!];
    this.setBox(slot, { ...freeRoom(room, w, h, taken), w, h });
  }

  private newLink(id: Id): number {
    const slot = this.linkCount++;
    this.roomForLink(slot);
    this.linkHidden[slot] = this.linkAlive[slot] = 0;
    this.routeAt[slot] = this.routeLength[slot] = 0;
    this.labelX[slot] = Number.NaN;
    this.linkIds[slot] = id;
    this.linkSlotOf.set(id, slot);
    return slot;
  }

  private fillLink(slot: number, id: Id): void {
    const link = this.store.link(id);
    if (!link) return;
    const from = this.slotOf.get(link.from);
    const to = this.slotOf.get(link.to);
    this.from[slot] = from ?? -1;
    this.to[slot] = to ?? -1;
    this.linkAlive[slot] = from !== undefined && to !== undefined ? 1 : 0;
    const fact = this.judgement.links.get(id);
    this.linkKind[slot] = fact?.kind ?? link.kind ?? "flow";
    this.linkState[slot] = Math.max(0, LINK_STATES.indexOf((fact?.state ?? "unproven") as never));
    this.label[slot] = fact?.label ?? portsOf(link.allow);
    if (from === undefined || to === undefined) return;
    this.hang(slot, from);
    if (to !== from) this.hang(slot, to);
  }

  private hang(link: number, shape: number): void {
    const list = this.links[shape];
    if (list) list.push(link);
    else this.links[shape] = [link];
  }

  /** Once all links have their ends: the line of one, beside those that run parallel to it. */
  private layLink(slot: number): void {
    if (!this.linkAlive[slot]) return;
    const id = this.linkIds[slot]!;
    const all = this.parallel(slot);
    this.fan[slot] = all.length > 1 ? (this.rank(id, all) - (all.length - 1) / 2) * FAN_GAP : 0;
    const route = this.routes.get(id);
    this.setRoute(slot, route ?? this.ownRoute(slot), route && this.pills.get(id));
  }

  /** The links between the same two ends, itself among them. */
  private parallel(slot: number): number[] {
    const [from, to] = [this.from[slot]!, this.to[slot]!];
    // Where very many end, they are not looked through for each of them.
    const [a, b] = this.linksAt(from).length <= this.linksAt(to).length ? [from, to] : [to, from];
    return this.linksAt(a).filter((l) => (this.from[l] === a ? this.to[l] === b : this.from[l] === b));
  }

  /** How many of them come before the one with this id. */
  private rank(id: Id, links: readonly number[]): number {
    return links.reduce((before, l) => (this.linkIds[l]! < id ? before + 1 : before), 0);
  }

  private dropLinkEnds(slot: number): void {
    for (const end of [this.from[slot]!, this.to[slot]!]) {
      const list = this.links[end];
      const at = list?.indexOf(slot) ?? -1;
      if (list && at >= 0) list.splice(at, 1);
    }
  }

  /** Until the core has routed: through the way-points of the file, or in three segments. */
  ownRoute(slot: number): number[] {
    const via = this.store.design().layout.links[this.linkIds[slot]!];
    const a = this.box(this.from[slot]!);
    const b = this.box(this.to[slot]!);
    return via?.length
      ? routeThrough(
          a,
          via.map(([x, y]) => ({ x, y })),
          b,
        )
      : quickRoute(a, b, this.fan[slot]);
  }

  // --- what the core thinks --------------------------------------------------------------------

  /** Takes over routes of the core, in pieces between which others may have their turn; answers stale boxes. */
  *routing({ routes, pills, partial }: Routes): Generator<void, Box[]> {
    const stale = new Stale();
    let taken = 0;
    const pieceIsFull = () => ++taken % PIECE === 0;
    if (!partial) {
      this.routes.clear();
      this.pills.clear();
    }
    for (const [id, at] of pairs(pills)) {
      this.pills.set(id, { x: at[0]!, y: at[1]! });
      if (pieceIsFull()) yield;
    }
    for (const [id, line] of pairs(routes)) {
      if (line.length >= 4) {
        this.routes.set(id, line);
        this.takeRoute(id, stale);
      }
      if (pieceIsFull()) yield;
    }
    // A label may go elsewhere while its line stays.
    for (const [id] of pairs(pills)) {
      this.takeRoute(id, stale);
      if (pieceIsFull()) yield;
    }
    if (stale.boxes.length > 0) this.version++;
    return stale.boxes;
  }

  /** The core's line and label, where the link is drawn otherwise. */
  private takeRoute(id: Id, stale: Stale): void {
    const slot = this.linkSlotOf.get(id);
    const line = this.routes.get(id);
    if (slot === undefined || !line || !this.linkAlive[slot]) return;
    const at = this.pills.get(id);
    const stays = !at || (at.x === this.labelX[slot] && at.y === this.labelY[slot]);
    if (stays && this.runsAlong(slot, line)) return;
    this.soilLink(slot, stale);
    this.setRoute(slot, line, at);
    this.lines.touch(slot);
    this.soilLink(slot, stale);
  }

  // --- index -----------------------------------------------------------------------------------

  /** Worth a rebuild of the trees? */
  get untidy(): boolean {
    return this.shapes.stale > 64 || this.lines.stale > 64;
  }

  /** Rebuilds the trees that are wrong about more than `most` things. Called when idle. */
  tidy(most = 64): void {
    if (this.shapes.stale > most) this.shapes.rebuild(this.count);
    if (this.lines.stale > most) this.lines.rebuild(this.linkCount);
  }

  private shapeExtent(slot: number, out: Float64Array): boolean {
    if (!this.shown(slot)) return false;
    out[0] = this.x[slot]! - BLEED;
    out[1] = this.y[slot]! - BLEED;
    out[2] = this.x[slot]! + this.w[slot]! + BLEED;
    out[3] = this.y[slot]! + this.h[slot]! + BLEED;
    return true;
  }

  private lineExtent(slot: number, out: Float64Array): boolean {
    if (!this.linkShown(slot)) return false;
    const b = this.linkBox(slot);
    out[0] = b.x;
    out[1] = b.y;
    out[2] = b.x + b.w;
    out[3] = b.y + b.h;
    return true;
  }
}

/** Of the same height: a shape's look goes by it. */
function isMove({ before, after }: { before: RectJson | null; after: RectJson | null }): boolean {
  return before !== null && after !== null && before[3] === after[3];
}
