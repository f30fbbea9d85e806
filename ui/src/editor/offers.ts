/**
 * What can be done beside a drop: the containers that a thing would need where it was dropped, and a door into
 * the container for a service that lives above it. Each is one edit, made only when somebody takes the offer.
 */
import type { EditJson, Id } from "../document/model";
import type { Box, Point } from "../geometry/box";
import type { EditorCore } from "./core";
import type { Offer } from "./editor";
import { freeId, grow, growEdit, HEADER, PADDING, toRect } from "./edits";
import { article, type Kinds, mayStandIn } from "./nesting";
import { around, freePlace, placeFor } from "./places";
import { Titles } from "./titles";
import { inSentence } from "./words";

/** More containers than that round one new thing are no help. */
const MOST = 3;

const titleOf = (kinds: Kinds, kind: string) => inSentence(kinds.get(kind)?.title ?? kind);

/** Containers to make, outermost first, and where they go. */
function missing(
  core: EditorCore,
  kind: string,
  around: readonly Id[],
  most: number,
): { kinds: string[]; parent: Id | null } | null {
  const { store, scene } = core;
  if (most === 0) return null;
  const ways = (scene.kinds.get(kind)?.parents ?? [])
    .filter((one) => one !== "root")
    .flatMap((one) => {
      const parent = around.find((id) => mayStandIn(scene.kinds, one, store.resource(id)?.kind ?? null));
      if (parent !== undefined) return [{ kinds: [one], parent }];
      if (mayStandIn(scene.kinds, one, null)) return [{ kinds: [one], parent: null }];
      const outer = missing(core, one, around, most - 1);
      return outer ? [{ kinds: [...outer.kinds, one], parent: outer.parent }] : [];
    });
  return ways.sort((a, b) => a.kinds.length - b.kinds.length)[0] ?? null;
}

/** "Make a network for it": where the kind was refused for want of a container. */
export function housing(core: EditorCore, kind: string, under: Id | null, point: Point): Offer | undefined {
  const around = under === null ? [] : [under, ...core.store.ancestors(under)];
  const way = missing(core, kind, around, MOST);
  if (!way) return undefined;
  const names = way.kinds.map((one) => article(titleOf(core.scene.kinds, one)));
  return {
    title: `Make ${names.join(" and ")} for it`,
    take: () => void core.turns.take({ run: () => house(core, kind, way, point) }),
  };
}

async function house(
  core: EditorCore,
  kind: string,
  { kinds, parent }: { kinds: string[]; parent: Id | null },
  point: Point,
): Promise<void> {
  const { store, scene } = core;
  const chain = [...kinds, kind];
  const [w, h] = scene.kinds.get(kind)?.size ?? [160, 56];
  const rings = kinds.length;
  const size = [w + 2 * rings * PADDING, h + rings * (HEADER + PADDING)] as const;
  const outer = freePlace(core, around(point, size), parent);
  const boxes = chain.map((_, k) => within(outer, k));
  const taken = new Set<Id>();
  const titles = new Titles(store);
  const ids = chain.map((one) => {
    const id = freeId((c) => taken.has(c) || store.resource(c) !== undefined, one);
    taken.add(id);
    return id;
  });
  const edits: EditJson[] = chain.map((one, k) => {
    const holder = k === 0 ? parent : ids[k - 1]!;
    const attributes = { title: titles.take(scene.kinds.get(one)?.title ?? one) };
    const at = toRect(boxes[k]!);
    return {
      edit: "add-resource",
      id: ids[k]!,
      kind: one,
      ...(holder === null ? {} : { parent: holder }),
      attributes,
      at,
    };
  });
  const grown = grow(
    parent,
    boxes[0]!,
    (id) => core.documentBox(id),
    (id) => core.parentOf(id),
  );
  if (grown.size > 0) edits.push(growEdit(grown));
  const what = chain.map((one) => titleOf(scene.kinds, one)).join(" with ");
  if (!(await core.commit({ edit: "batch", name: `Add ${what}`, edits }, `added ${what}`))) return;
  core.select({ resources: [ids.at(-1)!] });
  core.reveal(scene.slotOf.get(ids[0]!)!);
}

/** The box that many containers further in: each keeps room for its header. */
function within(b: Box, rings: number): Box {
  return {
    x: b.x + rings * PADDING,
    y: b.y + rings * HEADER,
    w: b.w - 2 * rings * PADDING,
    h: b.h - rings * (HEADER + PADDING),
  };
}

/** "Add a private end point in app": where a service went above the container that it was dropped at. */
export function doorInto(core: EditorCore, under: Id, to: Id): Offer | undefined {
  const { store, scene } = core;
  const service = store.resource(to)?.kind ?? "";
  const places = [under, ...store.ancestors(under)];
  for (const kind of scene.kinds.values()) {
    const way = kind.attributes?.find(
      ({ type, of, required }) => type === "reference" && required && of?.includes(service),
    );
    const inside = places.find((id) => kind.parents.includes(store.resource(id)?.kind ?? ""));
    if (!way || inside === undefined || hasDoor(core, kind.id, way.name, inside, to)) continue;
    return {
      title: `Add ${article(titleOf(scene.kinds, kind.id))} in ${store.title(inside)}`,
      take: () => void core.turns.take({ run: () => addDoor(core, kind.id, way.name, inside, to) }),
    };
  }
  return undefined;
}

function hasDoor(core: EditorCore, kind: string, way: string, inside: Id, to: Id): boolean {
  return core.store
    .children(inside)
    .map((id) => core.store.resource(id))
    .some((one) => one?.kind === kind && one.attributes?.[way] === to);
}

async function addDoor(core: EditorCore, kind: string, way: string, inside: Id, to: Id): Promise<void> {
  const { store, scene } = core;
  const b = core.documentBox(inside);
  const title = `${store.title(to)} door`;
  const id = freeId((c) => store.resource(c) !== undefined, `${to}-door`);
  const size = scene.kinds.get(kind)?.size ?? [160, 56];
  const near = b ? { x: b.x + b.w - PADDING - size[0] / 2, y: b.y + HEADER + size[1] / 2 } : { x: 0, y: 0 };
  const box = placeFor(core, kind, near, inside);
  const attributes = { title, [way]: to };
  const edits: EditJson[] = [{ edit: "add-resource", id, kind, parent: inside, attributes, at: toRect(box) }];
  const grown = grow(
    inside,
    box,
    (one) => core.documentBox(one),
    (one) => core.parentOf(one),
  );
  if (grown.size > 0) edits.push(growEdit(grown));
  const name = `Add ${titleOf(scene.kinds, kind)} to ${store.title(inside)}`;
  if (await core.commit({ edit: "batch", name, edits }, `added ${title}`)) core.select({ resources: [id] });
}
