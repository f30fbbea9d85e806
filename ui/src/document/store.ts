/**
 * The mirror of the core's document. Changes by a snapshot or a patch from the core, and in no other way;
 * undo is the core's (its patch arrives like any other).
 */
import {
  type ChangeJson,
  type DesignJson,
  emptyDesign,
  type Id,
  type LinkJson,
  type PatchJson,
  type PlacesJson,
  type RectJson,
  type ResourceJson,
} from "./model";

export type DocumentChange =
  /** `elsewhere`: the same design at other places, those of a view. */
  | { type: "loaded"; revision: number; elsewhere?: true }
  | { type: "patched"; revision: number; patch: PatchJson };

export type ApplyResult = "applied" | "old" | "gap";

export interface DocumentStore {
  /** As it is drawn in the view that is looked at: `layout` has the view's places where it has its own. */
  design(): DesignJson;
  revision(): number;
  /** Replaces everything. */
  load(design: DesignJson, revision: number, view?: Id | null): void;
  /** The view that is looked at, in every window. */
  view(): Id | null;
  /** Another view is looked at; its places, where it has its own. */
  lookAt(view: Id | null, places?: PlacesJson): void;
  /** `gap`: revisions are missing, ask the core for a snapshot. `old`: already applied, nothing done. */
  apply(patch: PatchJson, revision: number): ApplyResult;
  subscribe(listener: (change: DocumentChange) => void): () => void;
  resource(id: Id): ResourceJson | undefined;
  link(id: Id): LinkJson | undefined;
  rect(id: Id): RectJson | undefined;
  /** Whether it must stay where it is. */
  locked(id: Id): boolean;
  /** Direct children in id order; `null`: the top. A resource whose parent does not exist stands at the top. */
  children(parent: Id | null): readonly Id[];
  /** Ids of links that start or end at it. */
  linksOf(id: Id): readonly Id[];
  /** Containers above, nearest first; a cycle ends where it closes. */
  ancestors(id: Id): Id[];
  /** It and everything below it, containers before their contents. */
  subtree(id: Id): Id[];
  /** Title, else id. */
  title(id: Id): string;
  /** How many there are. */
  counts(): { resources: number; links: number };
}

/** Derived lookups, each made when it is first wanted and thrown away at every change that can alter it. */
interface Derived {
  children?: Map<Id | null, Id[]>;
  links?: Map<Id, Id[]>;
  counts?: { resources: number; links: number };
}

const NONE: readonly Id[] = [];

export function createDocumentStore(): DocumentStore {
  /** With the drawing's own places; `design` has those of the view. */
  let whole = emptyDesign();
  let view: Id | null = null;
  let design = whole;
  let revision = 0;
  let derived: Derived = {};
  const listeners = new Set<(change: DocumentChange) => void>();
  const tell = (change: DocumentChange) => {
    for (const listener of [...listeners]) listener(change);
  };
  const childrenNow = () => (derived.children ??= childrenIn(design));
  const linksNow = () => (derived.links ??= linksIn(design));
  const store: DocumentStore = {
    design: () => design,
    revision: () => revision,
    load(next, at, within = null) {
      whole = next;
      view = within;
      design = inView(whole, view);
      revision = at;
      derived = {};
      tell({ type: "loaded", revision });
    },
    apply(patch, at) {
      if (at <= revision) return "old";
      if (at > revision + 1) return "gap";
      const before = placesOf(whole, view);
      // A new top object per revision, so that selectors can compare by identity; untouched parts stay.
      whole = patched(whole, patch.changes);
      design = inView(whole, view);
      revision = at;
      if (patch.changes.some(regroups)) derived = {};
      // The view got places of its own, or lost them: everything may stand elsewhere.
      const elsewhere = (before === undefined) !== (placesOf(whole, view) === undefined);
      const here = before === undefined ? null : view;
      if (elsewhere) tell({ type: "loaded", revision, elsewhere });
      else tell({ type: "patched", revision, patch: { changes: seenIn(here, patch.changes) } });
      return "applied";
    },
    view: () => view,
    lookAt(next, places) {
      const before = placesOf(whole, view);
      view = next;
      if (next !== null && places) whole = { ...whole, layouts: { ...whole.layouts, [next]: places } };
      design = inView(whole, view);
      if (placesOf(whole, view) !== before) tell({ type: "loaded", revision, elsewhere: true });
      else tell({ type: "patched", revision, patch: { changes: [] } });
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
    resource: (id) => own(design.resources, id),
    link: (id) => own(design.links, id),
    rect: (id) => own(design.layout.resources, id),
    locked: (id) => own(design.layout.locked ?? {}, id) === true,
    children: (parent) => childrenNow().get(parent) ?? NONE,
    linksOf: (id) => linksNow().get(id) ?? NONE,
    ancestors: (id) => ancestors(design, id),
    subtree: (id) => subtree(store, id),
    title: (id) => own(design.resources, id)?.title ?? id,
    counts: () => (derived.counts ??= countsOf(design)),
  };
  return store;
}

function placesOf(design: DesignJson, view: Id | null): PlacesJson | undefined {
  return view === null ? undefined : own(design.layouts, view);
}

/** A design as it is drawn in a view. */
export function inView(design: DesignJson, view: Id | null): DesignJson {
  const places = placesOf(design, view);
  if (!places) return design;
  const { locked } = design.layout;
  const layout = { resources: places.resources, links: places.links, ...(locked ? { locked } : {}) };
  return { ...design, layout };
}

/** Changes without those of places that are not drawn. */
function seenIn(view: Id | null, changes: ChangeJson[]): ChangeJson[] {
  const elsewhere = (change: ChangeJson) =>
    (change.of === "resource-layout" || change.of === "link-layout") && (change.view ?? null) !== view;
  return changes.some(elsewhere) ? changes.filter((change) => !elsewhere(change)) : changes;
}

/** Own keys only: an id may be called `constructor`. */
function own<T>(map: { [id: Id]: T }, id: Id): T | undefined {
  return Object.hasOwn(map, id) ? map[id] : undefined;
}

/** Whether something lies elsewhere or hangs together otherwise than before; attributes change nothing of that. */
function regroups(change: ChangeJson): boolean {
  if (change.of !== "resource" && change.of !== "link") return false;
  const { before, after } = change;
  if (!before || !after) return true;
  if (change.of === "resource") return change.before?.parent !== change.after?.parent;
  return change.before?.from !== change.after?.from || change.before?.to !== change.after?.to;
}

function patched(design: DesignJson, changes: ChangeJson[]): DesignJson {
  const next: DesignJson = { ...design, layout: { ...design.layout } };
  const copied = new Set<object>();
  const put = <K extends Id, V>(map: { [id: Id]: V }, id: K, after: V | null): { [id: Id]: V } => {
    let target = map;
    if (!copied.has(target)) {
      target = { ...map };
      copied.add(target);
    }
    if (after === null) delete target[id];
    else target[id] = after;
    return target;
  };
  const fresh = new Map<Id, PlacesJson>();
  const of = (view: Id | undefined): PlacesJson => {
    if (view === undefined) return next.layout;
    const places = fresh.get(view) ?? { resources: {}, links: {}, ...own(next.layouts, view) };
    fresh.set(view, places);
    return places;
  };
  for (const change of changes) {
    switch (change.of) {
      case "resource":
        next.resources = put(next.resources, change.id, change.after);
        break;
      case "link":
        next.links = put(next.links, change.id, change.after);
        break;
      case "intent":
        next.intents = inOrder(put(next.intents, change.id, change.after));
        break;
      case "environment":
        next.environments = inOrder(put(next.environments, change.id, change.after));
        break;
      case "policy":
        next.policy = change.after;
        break;
      case "view":
        next.views = inOrder(put(next.views, change.id, change.after));
        break;
      case "resource-layout": {
        const places = of(change.view);
        places.resources = put(places.resources, change.id, change.after);
        break;
      }
      case "link-layout": {
        const places = of(change.view);
        places.links = put(places.links, change.id, change.after);
        break;
      }
      case "lock":
        next.layout.locked = put(next.layout.locked ?? {}, change.id, change.after);
        break;
      case "about":
        Object.assign(next, change.after);
        break;
    }
  }
  if (fresh.size > 0) next.layouts = { ...next.layouts, ...Object.fromEntries(fresh) };
  for (const [view, { resources, links }] of fresh)
    if (isEmpty(resources) && isEmpty(links)) delete next.layouts[view];
  return next;
}

const isEmpty = (map: object) => {
  for (const _ in map) return false;
  return true;
};

/** As the core lists them: few, and read one below the other; what comes back stands where it was. */
function inOrder<V>(map: { [id: Id]: V }): { [id: Id]: V } {
  return Object.fromEntries(Object.entries(map).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function childrenIn({ resources }: DesignJson): Map<Id | null, Id[]> {
  const children = new Map<Id | null, Id[]>();
  for (const id of Object.keys(resources)) {
    const { parent } = resources[id]!;
    push(children, parent !== undefined && Object.hasOwn(resources, parent) ? parent : null, id);
  }
  return children;
}

function linksIn({ links: all }: DesignJson): Map<Id, Id[]> {
  const links = new Map<Id, Id[]>();
  for (const id of Object.keys(all)) {
    const { from, to } = all[id]!;
    push(links, from, id);
    if (to !== from) push(links, to, id);
  }
  return links;
}

function push<K>(map: Map<K, Id[]>, key: K, id: Id): void {
  const list = map.get(key);
  if (list) list.push(id);
  else map.set(key, [id]);
}

function countsOf({ resources, links }: DesignJson): { resources: number; links: number } {
  return { resources: Object.keys(resources).length, links: Object.keys(links).length };
}

function ancestors(design: DesignJson, id: Id): Id[] {
  const chain: Id[] = [];
  let at = own(design.resources, id)?.parent;
  while (at !== undefined && at !== id && !chain.includes(at)) {
    const above: ResourceJson | undefined = own(design.resources, at);
    if (!above) break;
    chain.push(at);
    at = above.parent;
  }
  return chain;
}

function subtree(store: DocumentStore, id: Id): Id[] {
  const seen = new Set<Id>([id]);
  for (const at of seen) for (const child of store.children(at)) seen.add(child);
  return [...seen];
}

/** Until the mirror has this revision, or shows another document. */
export function whenAt(store: DocumentStore, revision: number): Promise<void> {
  if (store.revision() >= revision) return Promise.resolve();
  return new Promise((resolve) => {
    const stop = store.subscribe((change) => {
      if (change.type === "patched" && change.revision < revision) return;
      stop();
      resolve();
    });
  });
}
