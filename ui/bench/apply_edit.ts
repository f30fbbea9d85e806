/**
 * Turns an edit into a patch where there is no core: in the benchmark page and in tests of the canvas.
 * Knows what the canvas sends; refuses the rest.
 */
import type { ChangeJson, EditJson, Id, PatchJson, ResourceJson, ValueJson } from "../src/document/model";
import type { DocumentStore } from "../src/document/store";

class Draft {
  readonly changes = new Map<string, ChangeJson>();
  private readonly store: DocumentStore;

  constructor(store: DocumentStore) {
    this.store = store;
  }

  put(change: ChangeJson): void {
    const key = `${change.of}/${"id" in change ? change.id : ""}`;
    const first = this.changes.get(key);
    this.changes.set(key, first ? ({ ...change, before: first.before } as ChangeJson) : change);
  }

  resource(id: Id): ResourceJson | null {
    const change = this.changes.get(`resource/${id}`);
    return change ? (change.after as ResourceJson | null) : (this.store.resource(id) ?? null);
  }

  setResource(id: Id, after: ResourceJson | null): void {
    this.put({ of: "resource", id, before: this.store.resource(id) ?? null, after });
  }
}

export function applyEdit(store: DocumentStore, edit: EditJson): PatchJson {
  const draft = new Draft(store);
  apply(store, draft, edit);
  return { changes: [...draft.changes.values()] };
}

function apply(store: DocumentStore, draft: Draft, edit: EditJson): void {
  switch (edit.edit) {
    case "batch":
      for (const one of edit.edits) apply(store, draft, one);
      return;
    case "add-resource":
      return addResource(store, draft, edit);
    case "remove-resources":
      for (const root of edit.ids) for (const id of store.subtree(root)) removeResource(store, draft, id);
      return;
    case "move-to-parent":
      for (const id of edit.ids) {
        const { parent: _, ...rest } = draft.resource(id)!;
        draft.setResource(id, edit.parent === null ? rest : { ...rest, parent: edit.parent });
      }
      return;
    case "set-attribute":
    case "unset-attribute":
      return setAttribute(draft, edit.resource, edit.path, edit.edit === "set-attribute" ? edit.value : null);
    case "add-link":
      if (store.link(edit.id)) throw new Error(`“${edit.id}” is taken: choose another id`);
      return draft.put({ of: "link", id: edit.id, before: null, after: edit.link });
    case "set-link": {
      const before = store.link(edit.id)!;
      const { edit: _, id, ...change } = edit;
      return draft.put({ of: "link", id, before, after: { ...before, ...change } });
    }
    case "remove-links":
      for (const id of edit.ids) draft.put({ of: "link", id, before: store.link(id)!, after: null });
      return;
    case "set-intent": {
      const before = store.design().intents[edit.id] ?? null;
      return draft.put({ of: "intent", id: edit.id, before, after: edit.intent });
    }
    case "set-layout":
      for (const [id, after] of Object.entries(edit.resources ?? {}))
        draft.put({ of: "resource-layout", id, before: store.rect(id) ?? null, after });
      for (const [id, after] of Object.entries(edit.links ?? {}))
        draft.put({ of: "link-layout", id, before: store.design().layout.links[id] ?? null, after });
      for (const [id, lock] of Object.entries(edit.locked ?? {}))
        draft.put({ of: "lock", id, before: store.locked(id) || null, after: lock || null });
      return;
    default:
      throw new Error(`${edit.edit} is the core's`);
  }
}

function addResource(
  store: DocumentStore,
  draft: Draft,
  edit: Extract<EditJson, { edit: "add-resource" }>,
): void {
  if (store.resource(edit.id)) throw new Error(`“${edit.id}” is taken: choose another id`);
  const { title, tags: _t, on: _o, ...attributes } = edit.attributes ?? {};
  draft.setResource(edit.id, {
    kind: edit.kind,
    attributes,
    ...(edit.parent !== undefined ? { parent: edit.parent } : {}),
    ...(title !== undefined ? { title: String(title) } : {}),
  });
  if (edit.at) draft.put({ of: "resource-layout", id: edit.id, before: null, after: edit.at });
}

function removeResource(store: DocumentStore, draft: Draft, id: Id): void {
  draft.setResource(id, null);
  draft.put({ of: "resource-layout", id, before: store.rect(id) ?? null, after: null });
  for (const l of store.linksOf(id)) draft.put({ of: "link", id: l, before: store.link(l)!, after: null });
  for (const [i, intent] of Object.entries(store.design().intents))
    if (intent.from === id || intent.to === id)
      draft.put({ of: "intent", id: i, before: intent, after: null });
}

/** A title or a plain attribute; `null` takes it away. */
function setAttribute(draft: Draft, id: Id, path: readonly string[], value: ValueJson | null): void {
  const [name = "", ...deeper] = path;
  if (deeper.length > 0) throw new Error(`setting ${path.join(".")} is the core's`);
  const resource = draft.resource(id)!;
  if (name === "title") return draft.setResource(id, { ...resource, title: String(value) });
  const { [name]: _, ...attributes } = resource.attributes ?? {};
  draft.setResource(id, {
    ...resource,
    attributes: value === null ? attributes : { ...attributes, [name]: value },
  });
}
