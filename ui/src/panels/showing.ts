// What of the design is shown: a query, layers that are off, a container in focus, what is connected. Pure.
import type { Id } from "../document/model";
import type { DocumentStore } from "../document/store";
import type { Workbench } from "./context";
import { found } from "./query";

export type OverlayName = "findings" | "exposure" | "deployment" | "differences";

export interface Showing {
  /** Only what it finds; empty: everything. */
  query: string;
  /** Layers that are off. */
  hidden: readonly string[];
  /** The container that is worked in. */
  focus: Id | null;
  /** What becomes of what lies outside of it. */
  outside: "fade" | "hide";
  /** Only what is connected: with these, or with anything where none is named. */
  connected: readonly Id[] | null;
  overlay: OverlayName | null;
}

export const EVERYTHING: Showing = {
  query: "",
  hidden: [],
  focus: null,
  outside: "fade",
  connected: null,
  overlay: null,
};

export const LINKS = "links";

type Seen = Pick<Workbench, "document" | "catalog" | "facts">;

/** The resources in the view; null: all of them. */
export function shownIds(showing: Showing, seen: Seen): Set<Id> | null {
  const { document } = seen;
  const hides = showing.focus !== null && showing.outside === "hide" && document.resource(showing.focus);
  const asked = showing.query.trim() === "" ? null : found(showing.query, seen);
  const layers = showing.hidden.filter((layer) => layer !== LINKS);
  if (!hides && !asked && layers.length === 0 && !showing.connected) return null;
  const within = hides ? new Set(document.subtree(showing.focus as Id)) : null;
  const joined = showing.connected && connected(document, showing.connected);
  const kept = Object.keys(document.design().resources).filter(
    (id) => (asked?.has(id) ?? true) && (within?.has(id) ?? true) && (joined?.has(id) ?? true),
  );
  const shown = new Set(kept);
  // A thing stands in its containers, whatever was asked for.
  for (const id of kept)
    for (const above of document.ancestors(id)) if (within?.has(above) ?? true) shown.add(above);
  for (const layer of layers) for (const id of found(layer, seen) ?? []) shown.delete(id);
  return shown;
}

/** All that hangs on these by links; without a name, all that has a link. */
function connected(document: DocumentStore, from: readonly Id[]): Set<Id> {
  const all = Object.keys(document.design().resources);
  const there = from.filter((id) => document.resource(id));
  if (there.length === 0) return new Set(all.filter((id) => document.linksOf(id).length > 0));
  const reached = new Set(there);
  for (const id of reached)
    for (const l of document.linksOf(id)) {
      const { from: a, to: b } = document.link(l) as { from: Id; to: Id };
      for (const end of [a, b]) if (document.resource(end)) reached.add(end);
    }
  return reached;
}

export interface Layer {
  /** A query, or `links`. */
  id: string;
  title: string;
  count: number;
}

const FAMILIES: { [family: string]: string } = {
  place: "Places",
  network: "Network",
  compute: "Compute",
  storage: "Storage",
  data: "Data",
  security: "Security",
  actor: "Actors",
  annotation: "Notes and frames",
};

/** A layer for each family and each tag that the design has, and one for its links. */
export function layersOf({ document, catalog }: Pick<Workbench, "document" | "catalog">): Layer[] {
  const { resources, links } = document.design();
  const families = new Map<string, number>();
  const tags = new Map<string, number>();
  const count = (map: Map<string, number>, key: string) => map.set(key, (map.get(key) ?? 0) + 1);
  for (const resource of Object.values(resources)) {
    count(families, catalog.kind(resource.kind)?.family ?? "");
    for (const name of Object.keys(resource.tags ?? {})) count(tags, name);
  }
  const known = Object.keys(FAMILIES).filter((family) => families.has(family));
  return [
    ...known.map((family) => ({
      id: `family:${family}`,
      title: FAMILIES[family] as string,
      count: families.get(family) as number,
    })),
    ...[...tags].map(([name, n]) => ({ id: `tag:${name}`, title: `Tag ${name}`, count: n })),
    { id: LINKS, title: "Links", count: Object.keys(links).length },
  ];
}

/** Whether anything is left out or faded. */
export function isPartial({ query, hidden, focus, connected: only }: Showing): boolean {
  return query.trim() !== "" || hidden.length > 0 || focus !== null || only !== null;
}

export const OVERLAYS: { id: OverlayName; title: string; help: string }[] = [
  { id: "findings", title: "Findings", help: "what the rules found" },
  { id: "exposure", title: "Exposure", help: "what the internet reaches" },
  { id: "deployment", title: "Deployment", help: "what runs in the environment" },
  { id: "differences", title: "Differences", help: "since the last save" },
];

/** Works in one container: the rest is faded or hidden, and it fills the view. */
export function focusOn({ showing, editor }: Pick<Workbench, "showing" | "editor">, id: Id): void {
  showing.set({ ...showing.get(), focus: id });
  editor.select({ resources: [id], links: [] });
  editor.run("zoom-selection");
}

export interface SavedView {
  name: string;
  camera: { x: number; y: number; zoom: number };
  showing?: Showing;
}

/** A showing out of a settings file that may be old or edited by hand. */
export function readShowing(saved: unknown): Showing {
  const from = (typeof saved === "object" && saved !== null ? saved : {}) as Partial<Showing>;
  const texts = (list: unknown) =>
    Array.isArray(list) ? list.filter((one): one is string => typeof one === "string") : null;
  return {
    query: typeof from.query === "string" ? from.query : "",
    hidden: texts(from.hidden) ?? [],
    focus: typeof from.focus === "string" ? from.focus : null,
    outside: from.outside === "hide" ? "hide" : "fade",
    connected: texts(from.connected),
    overlay: OVERLAYS.find(({ id }) => id === from.overlay)?.id ?? null,
  };
}
