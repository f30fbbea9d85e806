/** The editor's commands by name: for shortcuts, menus, the toolbar and the command palette. */
import type { Id, RectJson } from "../document/model";
import { type Box, center, type Point, unionAll } from "../geometry/box";
import { nextZoom, panBy, toScreen, zoomAt } from "./camera";
import type { EditorCore } from "./core";
import type { EditorCommand, Item } from "./editor";
import {
  type Alignment,
  alignShifts,
  distributeShifts,
  duplicateEdit,
  GRID,
  grow,
  nameOf,
  removeEdit,
  rootsOf,
  toRect,
} from "./edits";
import { containerAt } from "./hit";
import { zonesAfter } from "./lanes";
import { free, lockedOf, sayLocked, setLocked } from "./locks";
import { kindsFor } from "./nesting";
import { around, freePlace } from "./places";
import { hasTags, selectConnected, selectSameKind, selectSameTag } from "./selecting";
import { growAround, stretch } from "./steps";
import { tidyShifts } from "./tidy";
import { editLabel, renameShape } from "./tools/select/text";

interface Command {
  run(core: EditorCore): void;
  can(core: EditorCore): boolean;
}

const always = () => true;
const some = (core: EditorCore) => core.selection.get().resources.length > 0;
const editable = (core: EditorCore) => !core.readOnly && some(core);
const several = (n: number) => (core: EditorCore) =>
  !core.readOnly && rootsOf(core.store, core.selection.get().resources).length >= n;

/** On what the act before has left, however fast the keys are. A gesture under way ends without an edit. */
const inTurn = (act: (core: EditorCore) => Promise<unknown>) => (core: EditorCore) => {
  if (!core.state.resting) core.cancel();
  void core.turns.take({ run: () => act(core) });
};

/** A command that shows another place. */
function led(move: (core: EditorCore) => void, can: Command["can"] = always): Command {
  return { can, run: (core) => core.surface.travel(() => move(core)) };
}

export const COMMANDS: { [name in EditorCommand]: Command } = {
  "zoom-in": led((core) => zoomStep(core, 1)),
  "zoom-out": led((core) => zoomStep(core, -1)),
  "zoom-100": led((core) => core.camera.set(zoomAt(core.camera.get(), middle(core), 1))),
  "zoom-fit": led((core) => core.fit(core.scene.extent())),
  "zoom-selection": led((core) => core.fit(selectionBox(core), 2), some),
  "pan-left": led((core) => page(core, 1, 0)),
  "pan-right": led((core) => page(core, -1, 0)),
  "pan-up": led((core) => page(core, 0, 1)),
  "pan-down": led((core) => page(core, 0, -1)),
  "select-all": {
    can: always,
    run: (core) => core.select({ resources: core.inView(Object.keys(core.store.design().resources)) }),
  },
  "select-none": { can: always, run: (core) => core.select({}) },
  "select-same-kind": { can: some, run: selectSameKind },
  "select-same-tag": { can: hasTags, run: selectSameTag },
  "select-connected": { can: some, run: selectConnected },
  delete: {
    can: (core) =>
      !core.readOnly && core.selection.get().resources.length + core.selection.get().links.length > 0,
    run: inTurn(remove),
  },
  duplicate: { can: editable, run: inTurn(duplicate) },
  rename: { can: (core) => several(1)(core) || onlyLink(core), run: rename },
  insert: { can: (core) => !core.readOnly, run: askInsert },
  "align-left": align("left"),
  "align-center": align("center"),
  "align-right": align("right"),
  "align-top": align("top"),
  "align-middle": align("middle"),
  "align-bottom": align("bottom"),
  "distribute-horizontal": { can: several(3), run: (core) => spread(core, "x") },
  "distribute-vertical": { can: several(3), run: (core) => spread(core, "y") },
  tidy: { can: several(2), run: tidy },
  "same-size": { can: several(2), run: sameSize },
  wider: { can: editable, run: (core) => stretch(core, GRID, 0) },
  narrower: { can: editable, run: (core) => stretch(core, -GRID, 0) },
  taller: { can: editable, run: (core) => stretch(core, 0, GRID) },
  shorter: { can: editable, run: (core) => stretch(core, 0, -GRID) },
  "reset-waypoints": {
    can: (core) => !core.readOnly && core.selection.get().links.some((l) => core.waypoints(l).length > 0),
    run: resetWaypoints,
  },
  lock: { can: (core) => editable(core) && !allLocked(core), run: inTurn((core) => lockChosen(core, true)) },
  unlock: {
    can: (core) => editable(core) && allLocked(core),
    run: inTurn((core) => lockChosen(core, false)),
  },
  "tool-lock": { can: (core) => !core.readOnly, run: lockTool },
  "edit-ports": {
    can: (core) => !core.readOnly && core.selection.get().links.length === 1,
    run: (core) => void editLabel(core, core.scene.linkSlotOf.get(core.selection.get().links[0]!)!),
  },
  "enter-container": { can: some, run: enterContainer },
  "leave-container": { can: some, run: leaveContainer },
  "next-link": { can: (core) => linksHere(core).length > 0, run: (core) => walkLinks(core, 1) },
  "previous-link": { can: (core) => linksHere(core).length > 0, run: (core) => walkLinks(core, -1) },
  menu: { can: always, run: openMenu },
};

function middle(core: EditorCore) {
  return { x: core.view.w / 2, y: core.view.h / 2 };
}

function zoomStep(core: EditorCore, direction: 1 | -1): void {
  const camera = core.camera.get();
  core.camera.set(zoomAt(camera, middle(core), nextZoom(camera.zoom, direction)));
}

/** Between what was copied and its first copy. */
const GAP = 24;

/** By half of what is in view. */
function page(core: EditorCore, x: number, y: number): void {
  core.camera.set(panBy(core.camera.get(), (x * core.view.w) / 2, (y * core.view.h) / 2));
}

function selectionBox(core: EditorCore): Box | null {
  return unionAll(core.selectedSlots().map((s) => core.scene.box(s)));
}

async function remove(core: EditorCore): Promise<void> {
  const { resources, links } = core.selection.get();
  const { store } = core;
  const locked = lockedOf(core, resources);
  if (locked.length > 0) return sayLocked(core, locked);
  const what = resources.length > 0 ? nameOf(store, core.scene.kinds, rootsOf(store, resources)) : "";
  const intents = intentsAt(store, resources);
  const held = resources.length === 1 ? store.subtree(resources[0]!).length - 1 : 0;
  const within = held > 0 ? ` with the ${held === 1 ? "one thing" : `${held} things`} in it` : "";
  const edit = removeEdit(store, core.scene.kinds, resources, links);
  if (!(await core.commit(edit, "deleted")) || intents === 0) return;
  const lost = intents === 1 ? "the intent that named it" : `the ${intents} intents that named it`;
  const { host } = core;
  const after = store.revision();
  const take = () => {
    if (store.revision() === after) host.onCommand("undo");
    else host.onNotice("something else was done since: undo goes back step by step");
  };
  host.onNotice(`deleted ${what}${within}, and ${lost}`, { title: "Undo", take });
}

/** Intents that go with these shapes and what they hold. */
function intentsAt(store: EditorCore["store"], ids: readonly Id[]): number {
  const gone = new Set(ids.flatMap((id) => store.subtree(id)));
  return Object.values(store.design().intents).filter(({ from, to }) => gone.has(from) || gone.has(to))
    .length;
}

/** A card lies a little aside of its original, what holds others beside it: names on names cannot be read. */
function firstOffset(core: EditorCore, roots: readonly Id[]): Point {
  const aside = { x: GAP, y: GAP };
  const slots = core.scene.slots(roots);
  const box = unionAll(slots.map((slot) => core.scene.box(slot)));
  if (!box || !slots.some((slot) => core.scene.container(slot))) return aside;
  const free = freePlace(core, around(center(box), [box.w, box.h]), core.parentOf(roots[0]!));
  return { x: free.x - box.x, y: free.y - box.y };
}

async function duplicate(core: EditorCore): Promise<void> {
  const roots = rootsOf(core.store, core.selection.get().resources);
  const { x, y } = core.lastOffset ?? firstOffset(core, roots);
  const grown = growAround(core, roots, x, y);
  const { zones } = zonesAfter(core, roots, x, y, (id) => core.parentOf(id));
  const move = { roots, dx: x, dy: y, parents: new Map(), grown, zones };
  const made = duplicateEdit(core.store, core.scene.kinds, move, (id) => core.documentBox(id));
  const done = await core.commit(made?.edit ?? null, "duplicated");
  if (!done || !made) return;
  core.select({ resources: made.roots });
  core.bringIntoView(made.roots);
}

/** At the pointer; where it is elsewhere, beside what is selected. */
function askInsert(core: EditorCore): void {
  const pointed = core.pointed();
  const { world, parent } = pointed ? { world: pointed, parent: containerIdAt(core, pointed) } : beside(core);
  const kind = parent === null ? null : (core.store.resource(parent)?.kind ?? null);
  const client = toScreen(core.camera.get(), world);
  core.host.onInsertRequest({ client, world, parent, kinds: kindsFor(core.scene.kinds, kind) });
}

function containerIdAt(core: EditorCore, point: Point): Id | null {
  const slot = containerAt(core.scene, point);
  return slot < 0 ? null : core.scene.ids[slot]!;
}

function beside(core: EditorCore): { world: Point; parent: Id | null } {
  const slot = core.selectedSlots()[0];
  if (slot === undefined) {
    const world = core.info(middle(core)).world;
    return { world, parent: containerIdAt(core, world) };
  }
  const b = core.scene.box(slot);
  const id = core.scene.ids[slot]!;
  if (core.scene.container(slot)) return { world: center(b), parent: id };
  return { world: { x: b.x + b.w / 2, y: b.y + b.h + 56 }, parent: core.parentOf(id) };
}

function allLocked(core: EditorCore): boolean {
  return core.selection.get().resources.every((id) => core.store.locked(id));
}

function lockChosen(core: EditorCore, lock: boolean): Promise<boolean> {
  return setLocked(core, core.selection.get().resources, lock);
}

function lockTool(core: EditorCore): void {
  const locked = !core.toolLock.get();
  core.toolLock.set(locked);
  core.surface.announce(locked ? "tools stay until Escape" : "tools are put down after use");
}

/** In rows with equal gaps, in the order in which they are read. */
function tidy(core: EditorCore): void {
  const roots = free(core, rootsOf(core.store, core.selection.get().resources));
  if (roots.length < 2) return;
  const boxes = roots.map((id) => core.documentBox(id)!);
  shiftEach(core, roots, tidyShifts(boxes), `Tidy ${nameOf(core.store, core.scene.kinds, roots)}`);
}

/** Moves every chosen shape (with what it holds) by its own shift, in one edit. */
export function shiftEach(
  core: EditorCore,
  roots: readonly Id[],
  shifts: { dx: number; dy: number }[],
  name: string,
): void {
  const resources: { [id: Id]: RectJson } = {};
  const boxOf = (id: Id): Box | null => (resources[id] ? rectBox(resources[id]) : core.documentBox(id));
  roots.forEach((root, k) => {
    const { dx, dy } = shifts[k]!;
    if (dx === 0 && dy === 0) return;
    for (const id of core.store.subtree(root)) {
      const b = core.documentBox(id);
      if (b) resources[id] = toRect({ ...b, x: b.x + dx, y: b.y + dy });
    }
    const b = boxOf(root)!;
    for (const [id, g] of grow(core.parentOf(root), b, boxOf, (id) => core.parentOf(id)))
      resources[id] = toRect(g);
  });
  if (Object.keys(resources).length === 0) return;
  void core.commit({ edit: "batch", name, edits: [{ edit: "set-layout", resources }] }, name.toLowerCase());
}

function rectBox([x, y, w, h]: RectJson): Box {
  return { x, y, w, h };
}

function align(how: Alignment): Command {
  return {
    can: several(2),
    run: (core) => {
      const roots = free(core, rootsOf(core.store, core.selection.get().resources));
      if (roots.length < 2) return;
      const boxes = roots.map((id) => core.documentBox(id)!);
      shiftEach(
        core,
        roots,
        alignShifts(boxes, how),
        `Align ${nameOf(core.store, core.scene.kinds, roots)} ${how}`,
      );
    },
  };
}

function spread(core: EditorCore, axis: "x" | "y"): void {
  const roots = free(core, rootsOf(core.store, core.selection.get().resources));
  if (roots.length < 3) return;
  const boxes = roots.map((id) => core.documentBox(id)!);
  shiftEach(
    core,
    roots,
    distributeShifts(boxes, axis),
    `Distribute ${nameOf(core.store, core.scene.kinds, roots)}`,
  );
}

function sameSize(core: EditorCore): void {
  const roots = free(core, rootsOf(core.store, core.selection.get().resources)).filter(
    (id) => !core.scene.container(core.scene.slotOf.get(id)!),
  );
  const boxes = roots.map((id) => core.documentBox(id)!);
  if (boxes.length < 2) return;
  const w = Math.max(...boxes.map((b) => b.w));
  const h = Math.max(...boxes.map((b) => b.h));
  const resources: { [id: Id]: RectJson } = {};
  const boxOf = (id: Id): Box | null => (resources[id] ? rectBox(resources[id]) : core.documentBox(id));
  roots.forEach((id, k) => {
    const b = { ...boxes[k]!, w, h };
    resources[id] = toRect(b);
    for (const [at, g] of grow(core.parentOf(id), b, boxOf, (one) => core.parentOf(one)))
      resources[at] = toRect(g);
  });
  const name = `Same size for ${nameOf(core.store, core.scene.kinds, roots)}`;
  void core.commit({ edit: "batch", name, edits: [{ edit: "set-layout", resources }] });
}

function resetWaypoints(core: EditorCore): void {
  const ids = core.selection.get().links.filter((l) => core.waypoints(l).length > 0);
  const links = Object.fromEntries(ids.map((id) => [id, null]));
  void core.commit({ edit: "batch", name: "Straighten links", edits: [{ edit: "set-layout", links }] });
}

function enterContainer(core: EditorCore): void {
  const id = core.selection.get().resources[0]!;
  const [child] = core.store.children(id);
  if (child === undefined) core.host.onInspect({ on: "resource", id });
  else core.walkTo({ on: "resource", id: child });
}

function leaveContainer(core: EditorCore): void {
  const id = core.selection.get().resources[0]!;
  const parent = core.parentOf(id);
  if (parent === null) core.select({});
  else core.walkTo({ on: "resource", id: parent });
}

const onlyLink = (core: EditorCore) => !core.readOnly && core.selection.get().links.length === 1;

/** The title of a shape, the ports of a link. */
function rename(core: EditorCore): void {
  const [slot] = core.selectedSlots();
  const link = core.scene.linkSlotOf.get(core.selection.get().links[0] ?? "");
  if (slot !== undefined) renameShape(core, slot);
  else if (link !== undefined) editLabel(core, link);
}

/** Of the selected shape; of a selected link, those of the shape that the walk began at. */
function linksHere(core: EditorCore): readonly Id[] {
  const { resources, links } = core.selection.get();
  const link = links[0] === undefined ? undefined : core.store.link(links[0]);
  if (!link) return resources[0] === undefined ? [] : core.store.linksOf(resources[0]);
  const ends = [core.walkedFrom, link.from, link.to];
  const from = ends.find((id) => id !== null && (id === link.from || id === link.to));
  return from ? core.store.linksOf(from) : [];
}

/** One key goes through all links of a shape, round and round. */
function walkLinks(core: EditorCore, by: 1 | -1): void {
  const { resources, links } = core.selection.get();
  const all = linksHere(core);
  if (resources[0] !== undefined) core.walkedFrom = resources[0];
  const now = links[0] === undefined ? -1 : all.indexOf(links[0]);
  const next = now < 0 ? (by > 0 ? 0 : all.length - 1) : (now + by + all.length) % all.length;
  core.walkTo({ on: "link", id: all[next]! });
}

/** The menu of what is selected, at it; of the drawing, in its middle. */
function openMenu(core: EditorCore): void {
  const { resources, links } = core.selection.get();
  const [slot] = core.selectedSlots();
  const link = core.scene.linkSlotOf.get(links[0] ?? "");
  const item: Item | null =
    slot !== undefined
      ? { on: "resource", id: resources[0]! }
      : link !== undefined
        ? { on: "link", id: links[0]! }
        : null;
  const camera = core.camera.get();
  const b = slot !== undefined ? core.scene.box(slot) : link !== undefined ? core.labelBox(link) : null;
  const world = b ? { x: b.x + b.w / 2, y: b.y + b.h / 2 } : core.info(middle(core)).world;
  const client = { x: (world.x - camera.x) * camera.zoom, y: (world.y - camera.y) * camera.zoom };
  core.host.onContextMenu({ client, world, item });
}
