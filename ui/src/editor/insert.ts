/** Makes a resource where the user pointed, in the container where it can live, linked if asked. */
import type { EditJson, Id } from "../document/model";
import type { Box, Point } from "../geometry/box";
import { viewBox } from "./camera";
import type { EditorCore } from "./core";
import { freeId, grow, growEdit, linkEdit, toRect } from "./edits";
import { containerAt } from "./hit";
import { freeLetter, LANE, zoneOfNew } from "./lanes";
import { lockedOf, sayLocked } from "./locks";
import { linkOffer, offer } from "./nesting";
import { doorInto, housing } from "./offers";
import { placeFor, type Wanted } from "./places";
import { Titles } from "./titles";
import { inSentence, zoneWords } from "./words";

export interface InsertOptions extends Wanted {
  /** Said by the caller; found under the point where left out. */
  parent?: Id | null;
  linkFrom?: Id;
}

/** In its turn: two that are dropped quickly would get the same id. */
export function insertAt(
  core: EditorCore,
  kind: string,
  at: Point | undefined,
  options: InsertOptions,
): Promise<Id | null> {
  return core.turns.take({ run: () => insertNow(core, kind, at, options) });
}

/** Only from within a turn. */
export async function insertNow(
  core: EditorCore,
  kind: string,
  at: Point | undefined,
  options: InsertOptions,
): Promise<Id | null> {
  const { store, scene } = core;
  const point = at ?? middle(core);
  const under = options.parent !== undefined ? options.parent : idAt(core, point);
  const nest =
    (await core.host.nestOffer?.(kind, under).catch(() => null)) ?? offer(store, scene.kinds, kind, under);
  if (!nest.allowed) {
    core.clearPreview();
    core.host.onNotice(nest.because, housing(core, kind, under, point));
    return null;
  }
  const parent = nest.parent ?? null;
  const box = placeFor(core, kind, point, parent, options);
  const own = attributesFor(core, kind, box, parent);
  const base = kind === LANE ? `${kind}-${own.letter}` : kind;
  const id = freeId((c) => store.resource(c) !== undefined, base);
  const title = scene.kinds.get(kind)?.title ?? kind;
  const within = parent !== null ? { parent } : {};
  const edits: EditJson[] = [
    {
      edit: "add-resource",
      id,
      kind,
      ...within,
      attributes: kind === LANE ? own : { title: new Titles(store).take(title), ...own },
      at: toRect(box),
    },
  ];
  const grown = grow(
    parent,
    box,
    (a) => core.documentBox(a),
    (a) => core.parentOf(a),
  );
  const stuck = lockedOf(core, grown.keys());
  if (stuck.length > 0) {
    core.clearPreview();
    sayLocked(core, stuck);
    return null;
  }
  if (grown.size > 0) edits.push(growEdit(grown));
  const link = options.linkFrom === undefined ? null : linkTo(core, options.linkFrom, id, kind);
  if (link) edits.push(link);
  const to = parent === null ? "" : ` to ${store.title(parent)}`;
  const where = `${to}${own.zone === undefined ? "" : `, ${zoneWords(own.zone)}`}`;
  const what = `${inSentence(title)}${where}`;
  const done = await core.commit({ edit: "batch", name: `Add ${what}`, edits }, `added ${what}`);
  if (!done) return null;
  core.select({ resources: [id] });
  core.bringIntoView([id]);
  if (nest.because !== "" && under !== null) {
    const door = doorInto(core, under, id);
    if (door) core.host.onNotice(nest.because, door);
  }
  return id;
}

/** What the place says: the zone of the lane it lies over, or the letter of a new lane. */
function attributesFor(
  core: EditorCore,
  kind: string,
  box: Box,
  parent: Id | null,
): { [name: string]: string } {
  if (kind === LANE) return { letter: freeLetter(core.store, parent) };
  const zone = zoneOfNew(core, kind, box, parent);
  return zone === undefined ? {} : { zone };
}

function middle(core: EditorCore): Point {
  const seen = viewBox(core.camera.get(), core.view);
  return { x: seen.x + seen.w / 2, y: seen.y + seen.h / 2 };
}

function idAt(core: EditorCore, point: Point): Id | null {
  const slot = containerAt(core.scene, point);
  return slot < 0 ? null : core.scene.ids[slot]!;
}

/** The link edit for a shape that is made in the same batch, so the document does not know it yet. */
function linkTo(core: EditorCore, from: Id, id: Id, kind: string): EditJson | null {
  const { store, scene } = core;
  if (store.resource(id)) return linkEdit(store, scene.kinds, from, id)?.edit ?? null;
  const found = linkOffer(scene.kinds, store.resource(from)?.kind ?? "", kind);
  if (!found) return null;
  const [a, b] = found.swapped ? [id, from] : [from, id];
  const linkId = freeId((c) => store.link(c) !== undefined, `${a}-${b}`);
  const choice = found.kinds.length > 1 ? found.kinds[0] : undefined;
  return { edit: "add-link", id: linkId, link: { from: a, to: b, ...(choice ? { kind: choice } : {}) } };
}
