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
  type RectJson,
  type ResourceJson,
} from "./model";

export type DocumentChange =
  | { type: "loaded"; revision: number }
  | { type: "patched"; revision: number; patch: PatchJson };

export type ApplyResult = "applied" | "old" | "gap";

export interface DocumentStore {
  design(): DesignJson;
  revision(): number;
  /** Replaces everything. */
  load(design: DesignJson, revision: number): void;
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
  let design = emptyDesign();
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
    load(next, at) {
      design = next;
      revision = at;
      derived = {};
      tell({ type: "loaded", revision });
    },
    apply(patch, at) {
      if (at <= revision) return "old";
      if (at > revision + 1) return "gap";
      // A new top object per revision, so that selectors can compare by identity; untouched parts stay.
      design = patched(design, patch.changes);
      revision = at;
      if (patch.changes.some(regroups)) derived = {};
      tell({ type: "patched", revision, patch });
      return "applied";
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
      case "resource-layout":
        next.layout.resources = put(next.layout.resources, change.id, change.after);
        break;
      case "link-layout":
        next.layout.links = put(next.layout.links, change.id, change.after);
        break;
      case "lock":
        next.layout.locked = put(next.layout.locked ?? {}, change.id, change.after);
        break;
      case "about":
        Object.assign(next, change.after);
        break;
    }
  }
  return next;
}

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
