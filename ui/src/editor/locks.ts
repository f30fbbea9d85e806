/** Locked shapes stay where they are: they are not moved, resized or deleted until somebody unlocks them. */
import type { EditJson, Id } from "../document/model";
import type { EditorCore } from "./core";
import type { Offer } from "./editor";
import { nameOf } from "./edits";

export function unlockedOf(core: EditorCore, ids: readonly Id[]): Id[] {
  return ids.filter((id) => !core.store.locked(id));
}

export function lockedOf(core: EditorCore, ids: Iterable<Id>): Id[] {
  return [...ids].filter((id) => core.store.locked(id));
}

/** "App server is locked", "2 shapes are locked". */
export function lockedWords(core: EditorCore, ids: readonly Id[]): string {
  const name = nameOf(core.store, core.scene.kinds, ids);
  return ids.length === 1 ? `${name} is locked` : `${name} are locked`;
}

/** Says that they stay, and offers what lets them go. */
export function sayLocked(core: EditorCore, ids: readonly Id[]): void {
  const offer: Offer = { title: "Unlock", take: () => void setLocked(core, ids, false) };
  core.host.onNotice(lockedWords(core, ids), offer);
}

/** The shapes that may be changed; where all are locked that is said. */
export function free(core: EditorCore, ids: readonly Id[]): Id[] {
  const left = unlockedOf(core, ids);
  if (left.length === 0 && ids.length > 0) sayLocked(core, ids);
  return left;
}

export function setLocked(core: EditorCore, ids: readonly Id[], lock: boolean): Promise<boolean> {
  const chosen = ids.filter((id) => core.store.locked(id) !== lock);
  if (chosen.length === 0) return Promise.resolve(false);
  const locked = Object.fromEntries(chosen.map((id) => [id, lock]));
  const name = nameOf(core.store, core.scene.kinds, chosen);
  const edit: EditJson = { edit: "set-layout", locked };
  const act = lock ? "Lock" : "Unlock";
  return core.commit(
    { edit: "batch", name: `${act} ${name}`, edits: [edit] },
    `${act.toLowerCase()}ed ${name}`,
  );
}
