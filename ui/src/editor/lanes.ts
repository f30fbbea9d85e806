/**
 * Zones are lanes across a region, not containers: things stand in a tier and lie over a lane. A drop into a lane
 * pins a thing to its zone; moving the lane changes nothing, because what is drawn where is no topology.
 */
import type { Id, ResourceJson } from "../document/model";
import type { DocumentStore } from "../document/store";
import { type Box, center, containsPoint, type Point, shift } from "../geometry/box";
import { toGrid } from "../geometry/snap";
import type { EditorCore } from "./core";
import { GRID, HEADER, PADDING } from "./edits";
import type { Kinds } from "./nesting";

export const LANE = "zone";
/** What the catalog takes where a region or a lane says nothing. */
const ZONES = ["a", "b"];

export function letterOf(lane: ResourceJson | undefined): string {
  const letter = lane?.attributes?.letter;
  return typeof letter === "string" ? letter : "a";
}

/** Whether a thing of the kind can be in one zone. */
export function canBePinned(kinds: Kinds, kind: string): boolean {
  return kinds.get(kind)?.attributes?.some(({ name, type }) => name === "zone" && type === "zone") ?? false;
}

/** The lane at the point, of the region that holds the container; -1: none. */
export function laneAt(core: EditorCore, p: Point, container: Id | null): number {
  const { scene, store } = core;
  const around = container === null ? [] : [container, ...store.ancestors(container)];
  const lanes = scene.shapes
    .search({ ...p, w: 0, h: 0 })
    .filter((s) => scene.lane(s) && containsPoint(scene.box(s), p))
    .filter((s) => around.includes(core.parentOf(scene.ids[s]!) ?? ""));
  return lanes.at(-1) ?? -1;
}

/** The zone of a new thing of the kind there; undefined: it lies over no lane, or is in no zone. */
export function zoneOfNew(core: EditorCore, kind: string, box: Box, parent: Id | null): string | undefined {
  if (!canBePinned(core.scene.kinds, kind)) return undefined;
  const lane = laneAt(core, center(box), parent);
  return lane < 0 ? undefined : letterOf(core.store.resource(core.scene.ids[lane]!));
}

/** The zone that a thing gets where it is dropped. `null`: it leaves its lane, and its zone with it. */
export function zoneAfter(
  core: EditorCore,
  id: Id,
  after: Box,
  parent: Id | null,
): { zone: string | null; lane: number } | null {
  const { scene, store } = core;
  const resource = store.resource(id);
  if (!resource || !canBePinned(scene.kinds, resource.kind)) return null;
  const zone = resource.attributes?.zone;
  const lane = laneAt(core, center(after), parent);
  if (lane >= 0) {
    const letter = letterOf(store.resource(scene.ids[lane]!));
    return letter === zone ? null : { zone: letter, lane };
  }
  const before = core.documentBox(id);
  const from = before ? laneAt(core, center(before), core.parentOf(id)) : -1;
  const left = from >= 0 && letterOf(store.resource(scene.ids[from]!)) === zone;
  return left ? { zone: null, lane: -1 } : null;
}

/** Zones that shapes get where they would stand, and the lane of the first. */
export function zonesAfter(
  core: EditorCore,
  roots: readonly Id[],
  dx: number,
  dy: number,
  parentOf: (id: Id) => Id | null,
): { zones: Map<Id, string | null>; lane: number } {
  const zones = new Map<Id, string | null>();
  let lane = -1;
  for (const id of roots) {
    const b = core.documentBox(id);
    const found = b && zoneAfter(core, id, shift(b, dx, dy), parentOf(id));
    if (!found) continue;
    zones.set(id, found.zone);
    if (lane < 0) lane = found.lane;
  }
  return { zones, lane };
}

/** The first zone of the region that has no lane yet. */
export function freeLetter(store: DocumentStore, region: Id | null): string {
  const said = region === null ? undefined : store.resource(region)?.attributes?.zones;
  const zones = Array.isArray(said) ? said.filter((zone) => typeof zone === "string") : ZONES;
  const lanes = store.children(region).filter((id) => store.resource(id)?.kind === LANE);
  const taken = new Set(lanes.map((id) => letterOf(store.resource(id))));
  return zones.find((zone) => !taken.has(zone)) ?? zones[0] ?? "a";
}

/** From the top of the region to its bottom. */
export function laneBox(region: Box, at: Point, width: number): Box {
  const h = region.h - HEADER - PADDING;
  return { x: toGrid(at.x - width / 2, GRID), y: region.y + HEADER, w: width, h };
}
