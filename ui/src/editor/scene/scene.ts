/**
 * The drawing in typed arrays: one slot per resource, one per link, numbers in columns, text in lists.
 * Built from the document, kept up to date by its patches. Knows no camera, no gesture, no paint.
 */
import type { ChangeJson, Id, LinkJson, RectJson } from "../../document/model";
import type { DocumentStore } from "../../document/store";
import { type Box, type Point, union, unionAll } from "../../geometry/box";
import { labelPlace, quickRoute, routeThrough } from "../../geometry/polyline";
import type { CanvasKind, Judgement, LinkFact, Routes } from "../editor";
import { BLEED, Columns } from "./columns";
import { FAMILIES, LINK_STATES, labelWidth, lookOf, PILL_HEIGHT, STATUSES } from "./look";
import { freeRoom } from "./room";
import { SpatialIndex } from "./spatial";
import { factOf, portsOf, summaryOf, titleOf } from "./strings";

/** Parallel links run that far apart. */
const FAN_GAP = 16;
/** More than there are. */
const SLOTS = 2 ** 32;
/** So many lines are taken over in one go. */
const PIECE = 400;
/** More boxes are one: to look at each would take longer than to paint what lies between. */
const MOST_STALE = 4000;
/** Numbers of a link that goes round one corner or two. */
const USUAL_POINTS = 8;

export class Scene extends Columns {
  private pointsUsed = 0;
  /** Routes of the core, by link; they hold until an end moves. */
  private routes = new Map<Id, ArrayLike<number>>();
  /** Where the core puts labels, by link: on its own routes. */
  private pills = new Map<Id, Point>();

  readonly shapes = new SpatialIndex((slot, out) => this.shapeExtent(slot, out));
  readonly lines = new SpatialIndex((slot, out) => this.lineExtent(slot, out));
  kinds = new Map<string, CanvasKind>();
  private readonly store: DocumentStore;
  private summaries = new Map<Id, string>();
  private facts = new Map<Id, string>();
  private statuses: ReadonlyMap<Id, string> = new Map();
  private linkFacts = new Map<Id, LinkFact>();
  private links = new Map<number, number[]>();
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
    return this.links.get(slot) ?? [];
  }

  /** Everything drawn; null when nothing is. */
  extent(): Box | null {
    if (this.extentCache) return this.extentCache;
    let all: Box | null = null;
    for (let s = 0; s < this.count; s++) if (this.shown(s)) all = all ? union(all, this.box(s)) : this.box(s);
    this.extentCache = all;
    return all;
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
    this.links.clear();
    const waiting: Id[] = [];
    for (const id of Object.keys(design.resources)) {
      this.fillShape(this.newShape(id), id);
      if (!this.store.rect(id)) waiting.push(id);
    }
    this.settleParents();
    for (const id of waiting) this.placeLoose(id);
    for (const id of Object.keys(design.links)) this.fillLink(this.newLink(id), id);
    this.growPoints(this.linkCount * USUAL_POINTS);
    for (let l = 0; l < this.linkCount; l++) this.layLink(l);
    this.shapes.rebuild(this.count);
    this.lines.rebuild(this.linkCount);
    this.extentCache = null;
    this.version++;
    this.structure++;
  }

  /** Applies a patch's changes; answers the boxes whose paint is stale. */
  patch(changes: readonly ChangeJson[]): Box[] {
    const dirty: Box[] = [];
    const shapes = new Set<Id>();
    const links = new Set<Id>();
    let nesting = false;
    for (const c of changes) {
      if (c.of === "resource" || c.of === "resource-layout" || c.of === "lock") shapes.add(c.id);
      if (c.of === "link" || c.of === "link-layout") links.add(c.id);
      if (c.of === "link") for (const beside of this.besides(c.before, c.after)) links.add(beside);
      if (c.of === "resource") nesting ||= c.before?.parent !== c.after?.parent || !c.before || !c.after;
      // Zones show in the titles of the subnets below.
      if (c.of === "resource" && c.after)
        for (const below of this.store.subtree(c.id))
          if (this.store.resource(below)?.kind === "subnet") shapes.add(below);
    }
    for (const id of shapes) this.refreshShape(id, links, dirty);
    if (nesting) this.settleParents();
    if (nesting || changes.some((c) => c.of === "link")) this.structure++;
    for (const id of links) this.refreshLink(id, dirty);
    for (const id of links) this.refreshRoute(id, dirty);
    this.extentCache = null;
    this.version++;
    return dirty;
  }

  private refreshShape(id: Id, links: Set<Id>, dirty: Box[]): void {
    const old = this.slotOf.get(id);
    const before = old !== undefined ? this.box(old) : null;
    if (old !== undefined) dirty.push(this.paintedBox(old));
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
    dirty.push(this.paintedBox(slot));
    this.shapes.touch(slot);
    const now = this.box(slot);
    const moved =
      !before || before.x !== now.x || before.y !== now.y || before.w !== now.w || before.h !== now.h;
    if (moved)
      for (const l of this.store.linksOf(id)) {
        links.add(l);
        this.routes.delete(l);
      }
  }

  private refreshLink(id: Id, dirty: Box[]): void {
    const old = this.linkSlotOf.get(id);
    if (old !== undefined) dirty.push(...this.linkBoxes(old));
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

  private refreshRoute(id: Id, dirty: Box[]): void {
    const slot = this.linkSlotOf.get(id);
    if (slot === undefined) return;
    this.layLink(slot);
    this.lines.touch(slot);
    if (this.linkAlive[slot]) dirty.push(...this.linkBoxes(slot));
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
    this.hidden[slot] = this.away[slot] = 0;
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
    this.summary[slot] = this.summaries.get(id) ?? summaryOf(resource, kind);
    this.fact[slot] = this.facts.get(id) ?? factOf(resource, kind);
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
    this.linkHidden[slot] = 0;
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
    const fact = this.linkFacts.get(id);
    this.linkKind[slot] = fact?.kind ?? link.kind ?? "flow";
    this.linkState[slot] = Math.max(0, LINK_STATES.indexOf((fact?.state ?? "unproven") as never));
    this.label[slot] = fact?.label ?? portsOf(link.allow);
    if (from === undefined || to === undefined) return;
    for (const end of from === to ? [from] : [from, to]) {
      const list = this.links.get(end);
      if (list) list.push(slot);
      else this.links.set(end, [slot]);
    }
  }

  /** Once all links have their ends: the line of one, beside those that run parallel to it. */
  private layLink(slot: number): void {
    if (!this.linkAlive[slot]) return;
    const id = this.linkIds[slot]!;
    const all = this.parallel(slot).map((l) => this.linkIds[l]!);
    this.fan[slot] = all.length > 1 ? (all.sort().indexOf(id) - (all.length - 1) / 2) * FAN_GAP : 0;
    const route = this.routes.get(id);
    this.setRoute(slot, route ?? this.ownRoute(slot), route && this.pills.get(id));
  }

  /** The links between the same two ends, itself among them. */
  private parallel(slot: number): number[] {
    const [a, b] = [this.from[slot]!, this.to[slot]!];
    return this.linksAt(a).filter((l) => (this.from[l] === a ? this.to[l] === b : this.from[l] === b));
  }

  private dropLinkEnds(slot: number): void {
    for (const end of [this.from[slot]!, this.to[slot]!]) {
      const list = this.links.get(end);
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

  /** Replaces a link's points, in place where they fit; its label stands there, or where `labelOn` says. */
  setRoute(slot: number, points: ArrayLike<number>, at?: Point): void {
    const n = points.length;
    if (n > this.routeLength[slot]!) {
      if (this.pointsUsed + n > this.points.length) this.growPoints(n);
      this.routeAt[slot] = this.pointsUsed;
      this.pointsUsed += n;
    }
    this.points.set(points, this.routeAt[slot]!);
    this.routeLength[slot] = n;
    const label = at ?? this.labelOn(slot, this.route(slot));
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
  private growPoints(n: number): void {
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

  // --- what the core thinks --------------------------------------------------------------------

  /** Takes over routes of the core, in pieces between which others may have their turn; answers stale boxes. */
  *routing({ routes, pills, partial }: Routes): Generator<void, Box[]> {
    let dirty: Box[] = [];
    if (!partial) {
      this.routes.clear();
      this.pills.clear();
    }
    for (const [id, at] of Object.entries(pills)) this.pills.set(id, { x: at[0]!, y: at[1]! });
    const alone = Object.keys(pills).filter((id) => !Object.hasOwn(routes, id));
    for (const [number, id] of [...alone, ...Object.keys(routes)].entries()) {
      if (number % PIECE === PIECE - 1) {
        if (dirty.length > MOST_STALE) dirty = [unionAll(dirty)!];
        yield;
      }
      const line = Object.hasOwn(routes, id) ? routes[id]! : undefined;
      if (line && line.length < 4) continue;
      if (line) this.routes.set(id, line);
      this.takeRoute(id, dirty);
    }
    this.version++;
    return dirty;
  }

  /** The core's line and label, where the link is drawn otherwise. */
  private takeRoute(id: Id, dirty: Box[]): void {
    const slot = this.linkSlotOf.get(id);
    const line = this.routes.get(id);
    if (slot === undefined || !line || !this.linkAlive[slot]) return;
    const at = this.pills.get(id);
    const stays = !at || (at.x === this.labelX[slot] && at.y === this.labelY[slot]);
    if (stays && this.runsAlong(slot, line)) return;
    dirty.push(...this.linkBoxes(slot));
    this.setRoute(slot, line, at);
    this.lines.touch(slot);
    dirty.push(...this.linkBoxes(slot));
  }

  private runsAlong(slot: number, line: ArrayLike<number>): boolean {
    const at = this.routeAt[slot]!;
    const { length } = line;
    if (this.routeLength[slot] !== length) return false;
    for (let k = 0; k < length; k++) if (this.points[at + k] !== line[k]) return false;
    return true;
  }

  /** Statuses, second lines, header facts, link states; answers stale boxes. */
  applyJudgement(judgement: Judgement): Box[] {
    const dirty: Box[] = [];
    if (!judgement.partial) {
      this.summaries.clear();
      this.facts.clear();
      this.linkFacts.clear();
    }
    takeOver(this.summaries, judgement.summaries);
    takeOver(this.facts, judgement.facts);
    takeOver(this.linkFacts, judgement.links);
    this.statuses = judgement.statuses;
    const { partial, summaries, facts } = judgement;
    const said = (id: Id) => !partial || Object.hasOwn(summaries, id) || Object.hasOwn(facts, id);
    for (let s = 0; s < this.count; s++) {
      const id = this.ids[s]!;
      if (this.alive[s] && (this.statusOf(id) !== this.status[s] || said(id))) this.judgeShape(s, dirty);
    }
    for (const id of partial ? Object.keys(judgement.links) : this.linkSlotOf.keys()) {
      const slot = this.linkSlotOf.get(id);
      if (slot !== undefined && this.linkAlive[slot]) this.judgeLink(slot, dirty);
    }
    this.version++;
    return dirty;
  }

  private statusOf(id: Id): number {
    const status = this.statuses.get(id);
    return status === undefined ? 0 : Math.max(0, STATUSES.indexOf(status as never));
  }

  private judgeShape(slot: number, dirty: Box[]): void {
    const id = this.ids[slot]!;
    const status = this.statusOf(id);
    const summary = this.summaries.get(id) ?? this.summary[slot]!;
    const fact = this.facts.get(id) ?? this.fact[slot]!;
    if (status === this.status[slot] && summary === this.summary[slot] && fact === this.fact[slot]) return;
    this.status[slot] = status;
    this.summary[slot] = summary;
    this.fact[slot] = fact;
    // A container's inside does not change, only its edge and header do; its leaves are judged by themselves.
    const b = this.paintedBox(slot);
    dirty.push(this.container(slot) ? { ...b, h: Math.min(b.h, 48) } : b);
  }

  private judgeLink(slot: number, dirty: Box[]): void {
    const fact = this.linkFacts.get(this.linkIds[slot]!);
    if (!fact) return;
    const state = Math.max(0, LINK_STATES.indexOf(fact.state as never));
    if (
      state === this.linkState[slot] &&
      fact.label === this.label[slot] &&
      fact.kind === this.linkKind[slot]
    )
      return;
    this.linkState[slot] = state;
    this.label[slot] = fact.label;
    this.linkKind[slot] = fact.kind;
    dirty.push(...this.linkBoxes(slot));
  }

  linkFact(id: Id): LinkFact | undefined {
    return this.linkFacts.get(id);
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

function takeOver<T>(into: Map<Id, T>, from: { [id: Id]: T | undefined }): void {
  for (const [id, value] of Object.entries(from)) if (value !== undefined) into.set(id, value);
}
