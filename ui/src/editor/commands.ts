/** The editor's commands by name: for shortcuts, menus, the toolbar and the command palette. */
import type { Id, RectJson } from "../document/model";
import { type Box, unionAll } from "../geometry/box";
import { nextZoom, panBy, zoomAt } from "./camera";
import type { EditorCore } from "./core";
import type { EditorCommand } from "./editor";
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
import { kindsFor } from "./nesting";
import { growAround, stretch } from "./steps";
import { renameShape } from "./tools/select/text";

interface Command {
  run(core: EditorCore): void;
  can(core: EditorCore): boolean;
}

const always = () => true;
const some = (core: EditorCore) => core.selection.get().resources.length > 0;
const editable = (core: EditorCore) => !core.readOnly && some(core);
const several = (n: number) => (core: EditorCore) =>
  !core.readOnly && rootsOf(core.store, core.selection.get().resources).length >= n;

/** On what the act before has left, however fast the keys are. */
const inTurn = (act: (core: EditorCore) => Promise<unknown>) => (core: EditorCore) =>
  void core.turns.take({ run: () => act(core) });

export const COMMANDS: { [name in EditorCommand]: Command } = {
  "zoom-in": { can: always, run: (core) => zoomStep(core, 1) },
  "zoom-out": { can: always, run: (core) => zoomStep(core, -1) },
  "zoom-100": { can: always, run: (core) => core.camera.set(zoomAt(core.camera.get(), middle(core), 1)) },
  "zoom-fit": { can: always, run: (core) => core.fit(core.scene.extent()) },
  "zoom-selection": { can: some, run: (core) => core.fit(selectionBox(core), 2) },
  "pan-left": { can: always, run: (core) => page(core, 1, 0) },
  "pan-right": { can: always, run: (core) => page(core, -1, 0) },
  "pan-up": { can: always, run: (core) => page(core, 0, 1) },
  "pan-down": { can: always, run: (core) => page(core, 0, -1) },
  "select-all": {
    can: always,
    run: (core) => core.select({ resources: Object.keys(core.store.design().resources) }),
  },
  "select-none": { can: always, run: (core) => core.select({}) },
  "select-same-kind": { can: some, run: selectSameKind },
  "select-connected": { can: some, run: selectConnected },
  delete: {
    can: (core) =>
      !core.readOnly && core.selection.get().resources.length + core.selection.get().links.length > 0,
    run: inTurn(remove),
  },
  duplicate: { can: editable, run: inTurn(duplicate) },
  rename: { can: several(1), run: (core) => renameShape(core, core.selectedSlots()[0]!) },
  insert: { can: (core) => !core.readOnly, run: askInsert },
  "align-left": align("left"),
  "align-center": align("center"),
  "align-right": align("right"),
  "align-top": align("top"),
  "align-middle": align("middle"),
  "align-bottom": align("bottom"),
  "distribute-horizontal": { can: several(3), run: (core) => spread(core, "x") },
  "distribute-vertical": { can: several(3), run: (core) => spread(core, "y") },
  "same-size": { can: several(2), run: sameSize },
  wider: { can: editable, run: (core) => stretch(core, GRID, 0) },
  narrower: { can: editable, run: (core) => stretch(core, -GRID, 0) },
  taller: { can: editable, run: (core) => stretch(core, 0, GRID) },
  shorter: { can: editable, run: (core) => stretch(core, 0, -GRID) },
  "reset-waypoints": {
    can: (core) => !core.readOnly && core.selection.get().links.some((l) => core.waypoints(l).length > 0),
    run: resetWaypoints,
  },
  "enter-container": { can: some, run: enterContainer },
  "leave-container": { can: some, run: leaveContainer },
};

function middle(core: EditorCore) {
  return { x: core.view.w / 2, y: core.view.h / 2 };
}

function zoomStep(core: EditorCore, direction: 1 | -1): void {
  const camera = core.camera.get();
  core.camera.set(zoomAt(camera, middle(core), nextZoom(camera.zoom, direction)));
}

/** By half of what is in view. */
function page(core: EditorCore, x: number, y: number): void {
  core.camera.set(panBy(core.camera.get(), (x * core.view.w) / 2, (y * core.view.h) / 2));
}

function selectionBox(core: EditorCore): Box | null {
  return unionAll(core.selectedSlots().map((s) => core.scene.box(s)));
}

function selectSameKind(core: EditorCore): void {
  const { store } = core;
  const kinds = new Set(core.selection.get().resources.map((id) => store.resource(id)?.kind));
  const all = Object.entries(store.design().resources);
  core.select({ resources: all.filter(([, r]) => kinds.has(r.kind)).map(([id]) => id) });
}

function selectConnected(core: EditorCore): void {
  const found = new Set(core.selection.get().resources);
  for (const id of found)
    for (const l of core.store.linksOf(id)) {
      const link = core.store.link(l)!;
      for (const end of [link.from, link.to]) if (core.store.resource(end)) found.add(end);
    }
  core.select({ resources: [...found] });
}

function remove(core: EditorCore): Promise<boolean> {
  const { resources, links } = core.selection.get();
  return core.commit(removeEdit(core.store, core.scene.kinds, resources, links), "deleted");
}

async function duplicate(core: EditorCore): Promise<void> {
  const { x, y } = core.lastOffset;
  const roots = rootsOf(core.store, core.selection.get().resources);
  const grown = growAround(core, roots, x, y);
  const move = { roots, dx: x, dy: y, parents: new Map(), grown };
  const made = duplicateEdit(core.store, core.scene.kinds, move, (id) => core.documentBox(id));
  const done = await core.commit(made?.edit ?? null, "duplicated");
  if (done && made) core.select({ resources: made.roots });
}

function askInsert(core: EditorCore): void {
  const slot = core.selectedSlots()[0];
  const inside = slot !== undefined && core.scene.container(slot);
  const parent =
    slot === undefined ? null : inside ? core.scene.ids[slot]! : core.parentOf(core.scene.ids[slot]!);
  const screen = middle(core);
  const b = slot === undefined ? null : core.scene.box(slot);
  const world = b
    ? { x: b.x + b.w / 2, y: inside ? b.y + b.h / 2 : b.y + b.h + 56 }
    : core.info(screen).world;
  const kinds = kindsFor(
    core.scene.kinds,
    parent === null ? null : (core.store.resource(parent)?.kind ?? null),
  );
  core.host.onInsertRequest({ client: screen, world, parent, kinds });
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
      const roots = rootsOf(core.store, core.selection.get().resources);
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
  const roots = rootsOf(core.store, core.selection.get().resources);
  const boxes = roots.map((id) => core.documentBox(id)!);
  shiftEach(
    core,
    roots,
    distributeShifts(boxes, axis),
    `Distribute ${nameOf(core.store, core.scene.kinds, roots)}`,
  );
}

function sameSize(core: EditorCore): void {
  const roots = rootsOf(core.store, core.selection.get().resources).filter(
    (id) => !core.scene.container(core.scene.slotOf.get(id)!),
  );
  const boxes = roots.map((id) => core.documentBox(id)!);
  if (boxes.length < 2) return;
  const w = Math.max(...boxes.map((b) => b.w));
  const h = Math.max(...boxes.map((b) => b.h));
  const resources = Object.fromEntries(roots.map((id, k) => [id, toRect({ ...boxes[k]!, w, h })]));
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
  else core.select({ resources: [child] });
}

function leaveContainer(core: EditorCore): void {
  const id = core.selection.get().resources[0]!;
  const parent = core.parentOf(id);
  core.select({ resources: parent === null ? [] : [parent] });
}
