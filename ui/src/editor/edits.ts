/** Builds the edits of finished gestures. Pure: reads the document, answers an edit with a good name. */
import type {
  EditJson,
  Id,
  LinkJson,
  LinkKind,
  RectJson,
  ResourceJson,
  TableJson,
  ValueJson,
} from "../document/model";
import type { DocumentStore } from "../document/store";
import { type Box, bottom, right, shift } from "../geometry/box";
import { type Kinds, linkOffer } from "./nesting";
import { Titles } from "./titles";
import { inSentence, zoneWords } from "./words";

export const GRID = 8;
/** Room a container keeps round its contents; its header needs more. */
export const PADDING = 16;
export const HEADER = 40;

export function toRect(b: Box): RectJson {
  return [Math.round(b.x), Math.round(b.y), Math.round(b.w), Math.round(b.h)];
}

export function boxOfRect([x, y, w, h]: RectJson): Box {
  return { x, y, w, h };
}

/** "App server", "3 servers", "4 shapes". */
export function nameOf(store: DocumentStore, kinds: Kinds, ids: readonly Id[]): string {
  if (ids.length === 1) return store.title(ids[0]!);
  const found = new Set(ids.map((id) => store.resource(id)?.kind));
  const only = found.size === 1 ? [...found][0] : undefined;
  const word = only ? inSentence(kinds.get(only)?.title ?? only.replaceAll("-", " ")) : "shape";
  return `${ids.length} ${plural(word)}`;
}

function plural(word: string): string {
  if (/[^aeiou]y$/.test(word)) return `${word.slice(0, -1)}ies`;
  return /(s|x|ch|sh)$/.test(word) ? `${word}es` : `${word}s`;
}

/** The shapes of a selection that are not inside another selected one. */
export function rootsOf(store: DocumentStore, ids: readonly Id[]): Id[] {
  const chosen = new Set(ids);
  return ids.filter((id) => store.resource(id) && !store.ancestors(id).some((a) => chosen.has(a)));
}

/** Boxes that containers above `parent` grow to, so that `content` has room. Only what changes. */
export function grow(
  parent: Id | null,
  content: Box,
  boxOf: (id: Id) => Box | null,
  parentOf: (id: Id) => Id | null,
): Map<Id, Box> {
  const out = new Map<Id, Box>();
  let inner = content;
  for (let at = parent, guard = 0; at !== null && guard < 30; at = parentOf(at), guard++) {
    const b = boxOf(at);
    if (!b) break;
    const x = Math.min(b.x, down(inner.x - PADDING));
    const y = Math.min(b.y, down(inner.y - HEADER));
    const w = Math.max(right(b), up(right(inner) + PADDING)) - x;
    const h = Math.max(bottom(b), up(bottom(inner) + PADDING)) - y;
    if (x === b.x && y === b.y && w === b.w && h === b.h) break;
    inner = { x, y, w, h };
    out.set(at, inner);
  }
  return out;
}

const down = (v: number) => Math.floor(v / GRID) * GRID;
const up = (v: number) => Math.ceil(v / GRID) * GRID;

export interface Move {
  roots: readonly Id[];
  dx: number;
  dy: number;
  /** The new container of the roots that change theirs. */
  parents: ReadonlyMap<Id, Id | null>;
  /** Containers that grow. */
  grown: ReadonlyMap<Id, Box>;
  /** Of the roots that are dropped into another lane: its zone, or null for none. */
  zones?: ReadonlyMap<Id, string | null>;
}

/** `boxOf`: where shapes stood before the gesture, places without a line in the file included. */
export function moveEdit(
  store: DocumentStore,
  kinds: Kinds,
  move: Move,
  boxOf: (id: Id) => Box | null,
): EditJson | null {
  const { roots, dx, dy, parents, grown } = move;
  const edits: EditJson[] = [];
  for (const parent of new Set(parents.values())) {
    const ids = roots.filter((id) => parents.has(id) && parents.get(id) === parent);
    edits.push({ edit: "move-to-parent", ids, parent });
  }
  for (const [resource, zone] of move.zones ?? [])
    edits.push(
      zone === null
        ? { edit: "unset-attribute", resource, path: ["zone"] }
        : { edit: "set-attribute", resource, path: ["zone"], value: zone },
    );
  const resources: { [id: Id]: RectJson } = {};
  for (const root of roots)
    for (const id of store.subtree(root)) {
      const b = boxOf(id);
      if (b && (dx !== 0 || dy !== 0)) resources[id] = toRect({ ...b, x: b.x + dx, y: b.y + dy });
    }
  for (const [id, b] of grown) resources[id] = toRect(b);
  const links = movedWaypoints(store, roots, dx, dy);
  if (Object.keys(resources).length > 0)
    edits.push({ edit: "set-layout", resources, ...(Object.keys(links).length > 0 ? { links } : {}) });
  if (edits.length === 0) return null;
  return { edit: "batch", name: `Move ${nameOf(store, kinds, roots)}${intoWords(store, move)}`, edits };
}

/** Way-points of links that move as a whole go along. */
export function movedWaypoints(store: DocumentStore, roots: readonly Id[], dx: number, dy: number) {
  const inside = new Set(roots.flatMap((r) => store.subtree(r)));
  const out: { [id: Id]: [number, number][] } = {};
  for (const [id, points] of Object.entries(store.design().layout.links)) {
    const link = store.link(id);
    if (link && inside.has(link.from) && inside.has(link.to))
      out[id] = points.map(([x, y]) => [Math.round(x + dx), Math.round(y + dy)]);
  }
  return out;
}

/** A free id: `server`, `server-2`, `server-3` … */
export function freeId(taken: (id: Id) => boolean, base: string): Id {
  const stem = slug(base);
  if (!taken(stem)) return stem;
  const [, head, number] = /^(.*?)(?:-(\d+))?$/.exec(stem) as RegExpExecArray;
  for (let n = Number(number ?? 1) + 1; ; n++) {
    const id = `${head}-${n}`;
    if (!taken(id)) return id;
  }
}

function slug(base: string): string {
  const s = base
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^[^a-z]+|-+$/g, "");
  return s || "item";
}

/** A copy of the shapes and what they contain, with links and intents among them, where a move would put them. */
export function duplicateEdit(
  store: DocumentStore,
  kinds: Kinds,
  move: Move,
  boxOf: (id: Id) => Box | null,
): { edit: EditJson; roots: Id[] } | null {
  const { roots, dx, dy, parents, grown } = move;
  const all = roots.flatMap((r) => store.subtree(r));
  if (all.length === 0) return null;
  const names = new Map<Id, Id>();
  const used = new Set<Id>();
  for (const id of all) {
    const copy = freeId((c) => used.has(c) || store.resource(c) !== undefined, id);
    used.add(copy);
    names.set(id, copy);
  }
  const parentOf = (id: Id) => {
    const parent = store.resource(id)?.parent;
    return parents.has(id) ? parents.get(id) : parent === undefined ? null : (names.get(parent) ?? parent);
  };
  const titles = new Titles(store);
  const edits: EditJson[] = all.map((id) => {
    const b = boxOf(id);
    const parent = parentOf(id);
    const own = store.resource(id)!;
    const zone = move.zones?.get(id);
    const table = pointed(kinds, own.kind, tableOf(own), names);
    const placed = zone === undefined ? table : inZone(table, zone);
    const attributes = parent != null && parent === own.parent ? withoutRange(placed) : placed;
    return {
      edit: "add-resource",
      id: names.get(id)!,
      kind: own.kind,
      ...(parent != null ? { parent } : {}),
      attributes: own.title === undefined ? attributes : { ...attributes, title: titles.take(own.title) },
      ...(b ? { at: toRect(shift(b, dx, dy)) } : {}),
    };
  });
  const { links, intents } = store.design();
  for (const [id, link] of among(links, names)) edits.push({ edit: "add-link", id, link });
  // What is meant of the originals is meant of their copies, as when they are pasted.
  for (const [id, intent] of among(intents, names)) edits.push({ edit: "set-intent", id, intent });
  if (grown.size > 0) edits.push(growEdit(grown));
  const name = `Duplicate ${nameOf(store, kinds, roots)}${intoWords(store, move)}`;
  return { edit: { edit: "batch", name, edits }, roots: roots.map((r) => names.get(r)!) };
}

/** Beside its original a copy cannot have the same range: a free one is allocated. */
function withoutRange({ cidr: _, ...rest }: TableJson): TableJson {
  return rest;
}

function inZone(attributes: TableJson = {}, zone: string | null): TableJson {
  const { zone: _, ...rest } = attributes;
  return zone === null ? rest : { ...rest, zone };
}

/** What pointed at a thing that is copied as well points at its copy. */
function pointed(kinds: Kinds, kind: string, table: TableJson, names: ReadonlyMap<Id, Id>): TableJson {
  const turn = (value: ValueJson): ValueJson =>
    typeof value === "string" ? (names.get(value) ?? value) : value;
  const next = { ...table };
  for (const { name, type } of kinds.get(kind)?.attributes ?? []) {
    const value = next[name];
    if (type !== "reference" || value === undefined) continue;
    next[name] = Array.isArray(value) ? value.map(turn) : turn(value);
  }
  return next;
}

/** Copies of those that have both ends among what is copied, between the copies, under free ids. */
function among<T extends { from: Id; to: Id }>(
  table: { [id: Id]: T },
  names: ReadonlyMap<Id, Id>,
): Map<Id, T> {
  const copies = new Map<Id, T>();
  for (const [id, one] of Object.entries(table)) {
    const from = names.get(one.from);
    const to = names.get(one.to);
    if (from === undefined || to === undefined) continue;
    copies.set(
      freeId((c) => copies.has(c) || Object.hasOwn(table, c), id),
      { ...one, from, to },
    );
  }
  return copies;
}

/** Containers take the boxes that they grew to. */
export function growEdit(grown: ReadonlyMap<Id, Box>): EditJson {
  const resources = Object.fromEntries([...grown].map(([id, b]) => [id, toRect(b)]));
  return { edit: "set-layout", resources };
}

/** " into data, into zone b", " out", or nothing where no shape changes its container or zone. */
function intoWords(store: DocumentStore, { parents, zones }: Move): string {
  const [target] = parents.values();
  const [zone] = zones?.values() ?? [];
  const words = [
    ...(target === undefined ? [] : [target === null ? "out" : `into ${store.title(target)}`]),
    ...(zone === undefined ? [] : [zoneWords(zone)]),
  ];
  return words.length > 0 ? ` ${words.join(", ")}` : "";
}

/** A resource's table as the file spells it, without kind, parent and former ids. */
export function tableOf(resource: ResourceJson): TableJson {
  return {
    ...(resource.title !== undefined ? { title: resource.title } : {}),
    ...(resource.lifecycle !== undefined ? { lifecycle: resource.lifecycle } : {}),
    ...(resource.tags ? { tags: resource.tags } : {}),
    ...(resource.on ? { on: resource.on } : {}),
    ...resource.attributes,
  };
}

export function removeEdit(
  store: DocumentStore,
  kinds: Kinds,
  ids: readonly Id[],
  links: readonly Id[],
): EditJson | null {
  const roots = rootsOf(store, ids);
  const gone = new Set(roots.flatMap((r) => store.subtree(r)));
  const left = links.filter((id) => {
    const link = store.link(id);
    return link && !gone.has(link.from) && !gone.has(link.to);
  });
  const edits: EditJson[] = [];
  if (left.length > 0) edits.push({ edit: "remove-links", ids: left });
  if (roots.length > 0) edits.push({ edit: "remove-resources", ids: roots });
  if (edits.length === 0) return null;
  const what = roots.length > 0 ? nameOf(store, kinds, roots) : linkName(store, left);
  return { edit: "batch", name: `Delete ${what}`, edits };
}

function linkName(store: DocumentStore, ids: readonly Id[]): string {
  const link = ids.length === 1 ? store.link(ids[0]!) : undefined;
  return link ? `${store.title(link.from)} → ${store.title(link.to)}` : `${ids.length} links`;
}

/** The edit that links two shapes; null where the catalog knows no such link. */
export function linkEdit(
  store: DocumentStore,
  kinds: Kinds,
  from: Id,
  to: Id,
  allow?: string[],
): { edit: EditJson; id: Id } | null {
  const found = linkOffer(kinds, store.resource(from)?.kind ?? "", store.resource(to)?.kind ?? "");
  if (!found) return null;
  const [a, b] = found.swapped ? [to, from] : [from, to];
  const id = freeId((c) => store.link(c) !== undefined, `${a}-${b}`);
  const choice: LinkKind | undefined = found.kinds.length > 1 ? found.kinds[0] : undefined;
  const link: LinkJson = { from: a, to: b, ...(choice ? { kind: choice } : {}), ...(allow ? { allow } : {}) };
  const name = `Link ${store.title(a)} → ${store.title(b)}`;
  return { edit: { edit: "batch", name, edits: [{ edit: "add-link", id, link }] }, id };
}

export type Alignment = "left" | "center" | "right" | "top" | "middle" | "bottom";

/** Shift of each shape so that all align to the edge or middle of the whole. */
export function alignShifts(boxes: readonly Box[], how: Alignment): { dx: number; dy: number }[] {
  const x1 = Math.min(...boxes.map((b) => b.x));
  const x2 = Math.max(...boxes.map(right));
  const y1 = Math.min(...boxes.map((b) => b.y));
  const y2 = Math.max(...boxes.map(bottom));
  const shifts: { [name in Alignment]: (b: Box) => { dx: number; dy: number } } = {
    left: (b) => ({ dx: x1 - b.x, dy: 0 }),
    center: (b) => ({ dx: Math.round((x1 + x2) / 2 - (b.x + b.w / 2)), dy: 0 }),
    right: (b) => ({ dx: x2 - right(b), dy: 0 }),
    top: (b) => ({ dx: 0, dy: y1 - b.y }),
    middle: (b) => ({ dx: 0, dy: Math.round((y1 + y2) / 2 - (b.y + b.h / 2)) }),
    bottom: (b) => ({ dx: 0, dy: y2 - bottom(b) }),
  };
  return boxes.map(shifts[how]);
}

/** Equal gaps between the outermost two, which stay. */
export function distributeShifts(boxes: readonly Box[], axis: "x" | "y"): { dx: number; dy: number }[] {
  const long = (b: Box) => (axis === "x" ? b.w : b.h);
  const order = boxes.map((b, k) => ({ b, k })).sort((p, q) => p.b[axis] - q.b[axis]);
  const first = order[0]!.b;
  const last = order[order.length - 1]!.b;
  const room = last[axis] + long(last) - first[axis] - order.reduce((sum, { b }) => sum + long(b), 0);
  const gap = room / (order.length - 1);
  const shifts = boxes.map(() => ({ dx: 0, dy: 0 }));
  let at = first[axis];
  for (const { b, k } of order) {
    const delta = Math.round(at - b[axis]);
    shifts[k] = axis === "x" ? { dx: delta, dy: 0 } : { dx: 0, dy: delta };
    at += long(b) + gap;
  }
  return shifts;
}

/** Into another container by name, without a place on the drawing: there the core finds one. */
export function intoEdit(
  store: DocumentStore,
  kinds: Kinds,
  ids: readonly Id[],
  parent: Id | null,
): EditJson | null {
  const roots = rootsOf(store, ids).filter((id) => (store.resource(id)?.parent ?? null) !== parent);
  if (roots.length === 0) return null;
  const placeless = Object.fromEntries(roots.flatMap((root) => store.subtree(root)).map((id) => [id, null]));
  const where = parent === null ? "out" : `into ${store.title(parent)}`;
  return {
    edit: "batch",
    name: `Move ${nameOf(store, kinds, roots)} ${where}`,
    edits: [
      { edit: "move-to-parent", ids: roots, parent },
      { edit: "set-layout", resources: placeless },
    ],
  };
}

/** Another title; an empty one, or the id itself, takes it away. Null where nothing changes. */
export function titleEdit(store: DocumentStore, id: Id, text: string): EditJson | null {
  const title = text.trim();
  if (title === store.title(id)) return null;
  const at = { resource: id, path: ["title"] };
  return title === "" || title === id
    ? { edit: "unset-attribute", ...at }
    : { edit: "set-attribute", ...at, value: title };
}
