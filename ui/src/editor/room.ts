/**
 * Containers that grow push what stands beside them away: as the core's own layout does it. Pure: reads the document
 * and a finished edit, answers the edit with the places of what made room.
 */
import type { EditJson, Id, RectJson } from "../document/model";
import { type Box, bottom, inflate, right, sameBox, shift, touches, unionAll } from "../geometry/box";
import type { EditorCore } from "./core";
import { boxOfRect, grow, movedWaypoints, toRect } from "./edits";
import { Look } from "./scene/look";

/** A container that grew comes no nearer to its neighbours. */
const AIR = 16;

type Layout = Extract<EditJson, { edit: "set-layout" }>;

/** The edit, and what makes room for the containers that grow with it. */
export function withRoom(core: EditorCore, edit: EditJson): EditJson {
  if (edit.edit !== "batch") return edit;
  const said = new Map<Id, Box>();
  for (const one of edit.edits)
    if (one.edit === "set-layout")
      for (const [id, rect] of Object.entries(one.resources ?? {})) if (rect) said.set(id, boxOfRect(rect));
  const room = new Room(core, said, parentsIn(edit.edits));
  for (const id of said.keys()) room.around(id);
  const layout = room.layout();
  return layout ? { ...edit, edits: [...edit.edits, layout] } : edit;
}

/** The containers that shapes get with the edit. */
function parentsIn(edits: readonly EditJson[]): ReadonlyMap<Id, Id | null> {
  const parents = new Map<Id, Id | null>();
  for (const one of edits)
    if (one.edit === "move-to-parent") for (const id of one.ids) parents.set(id, one.parent);
  return parents;
}

class Room {
  /** Whole shapes that were pushed: those at the top of what moves. */
  private readonly pushed = new Map<Id, { dx: number; dy: number }>();
  private readonly places = new Map<Id, Box>();

  constructor(
    private readonly core: EditorCore,
    private readonly said: ReadonlyMap<Id, Box>,
    private readonly parents: ReadonlyMap<Id, Id | null>,
  ) {}

  /** Neighbours of a container that grew, and of those above it that grow by that. */
  around(id: Id, guard = 0): void {
    const { core } = this;
    const slot = core.scene.slotOf.get(id);
    const old = core.documentBox(id);
    const grown = this.boxOf(id);
    if (slot === undefined || !old || !grown || guard > 30 || !isGrown(old, grown)) return;
    if (!core.scene.container(slot) || isMark(core.scene.look[slot] as Look)) return;
    const beside = this.neighbours(id);
    const near = inflate(grown, AIR - 1);
    const crowded = beside.some((one) => touches(this.boxOf(one)!, near) && !touches(this.boxOf(one)!, old));
    if (!crowded) return;
    for (const one of beside) this.push(one, wayOut(this.boxOf(one)!, old, grown));
    const parent = this.parentOf(id);
    const all = unionAll([grown, ...beside.map((one) => this.boxOf(one)!)]);
    if (parent === null || !all) return;
    const above = grow(
      parent,
      all,
      (at) => this.boxOf(at),
      (at) => this.parentOf(at),
    );
    for (const [at, b] of above) this.places.set(at, b);
    for (const at of above.keys()) this.around(at, guard + 1);
  }

  /** The places, and the way-points of links that moved as a whole; null where nothing makes room. */
  layout(): Layout | null {
    if (this.places.size === 0) return null;
    const resources: { [id: Id]: RectJson } = {};
    for (const [id, b] of this.places) resources[id] = toRect(b);
    const links: { [id: Id]: [number, number][] } = {};
    for (const [id, { dx, dy }] of this.pushed)
      Object.assign(links, movedWaypoints(this.core.store, [id], dx, dy));
    return { edit: "set-layout", resources, ...(Object.keys(links).length > 0 ? { links } : {}) };
  }

  private push(id: Id, { dx, dy }: { dx: number; dy: number }): void {
    if (dx === 0 && dy === 0) return;
    for (const one of this.core.store.subtree(id)) {
      const b = this.boxOf(one);
      if (b) this.places.set(one, shift(b, dx, dy));
    }
    const before = this.pushed.get(id) ?? { dx: 0, dy: 0 };
    this.pushed.set(id, { dx: before.dx + dx, dy: before.dy + dy });
  }

  /** What lies on the same ground, is not locked and was not put somewhere by the edit itself. */
  private neighbours(id: Id): Id[] {
    const { core, said } = this;
    return core.store.children(this.parentOf(id)).filter((one) => {
      const slot = core.scene.slotOf.get(one);
      if (one === id || slot === undefined || isMark(core.scene.look[slot] as Look)) return false;
      if (core.store.locked(one)) return false;
      const [old, put] = [core.documentBox(one), said.get(one)];
      const isPut = old !== null && put !== undefined && !isGrown(old, put);
      return old !== null && !isPut && !this.parents.has(one);
    });
  }

  private boxOf(id: Id): Box | null {
    return this.places.get(id) ?? this.said.get(id) ?? this.core.documentBox(id);
  }

  private parentOf(id: Id): Id | null {
    return this.parents.has(id) ? this.parents.get(id)! : this.core.parentOf(id);
  }
}

/** Marks on the ground: nothing makes room for them, and they make none. */
function isMark(look: Look): boolean {
  return look === Look.lane || look === Look.note || look === Look.frame;
}

function isGrown(old: Box, b: Box): boolean {
  const holds = b.x <= old.x && b.y <= old.y && right(b) >= right(old) && bottom(b) >= bottom(old);
  return holds && !sameBox(old, b);
}

/** All on one side of the container go the same way, so that what stood in line still does. */
function wayOut(b: Box, old: Box, grown: Box): { dx: number; dy: number } {
  const across = b.x >= right(old) ? right(grown) - right(old) : right(b) <= old.x ? grown.x - old.x : 0;
  const down = b.y >= bottom(old) ? bottom(grown) - bottom(old) : bottom(b) <= old.y ? grown.y - old.y : 0;
  return { dx: across, dy: down };
}
