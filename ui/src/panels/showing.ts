// What of the design is shown: a query, layers that are off, a container in focus, what is connected. Pure.
import type { Id, RectJson, ViewJson } from "../document/model";
import type { DocumentStore } from "../document/store";
import type { Workbench } from "./context";
import { found } from "./query";

export type OverlayName = "findings" | "exposure" | "cost" | "availability" | "deployment" | "differences";

export interface Showing {
  /** The view of the design that this comes from; it may be changed since. */
  view: Id | null;
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
  view: null,
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
  security: "Security and operation",
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
  { id: "cost", title: "Cost", help: "what a month of it costs" },
  { id: "availability", title: "Availability", help: "what fails when one zone does" },
  { id: "deployment", title: "Deployment", help: "what runs in the environment" },
  { id: "differences", title: "Differences", help: "since the last save" },
];

/** Works in one container: the rest is faded or hidden, and it fills the view. */
export function focusOn({ showing, editor }: Pick<Workbench, "showing" | "editor">, id: Id): void {
  showing.set({ ...showing.get(), focus: id });
  editor.select({ resources: [id], links: [] });
  editor.run("zoom-selection");
}

/** What a view of the design shows. */
export function showingOf(id: Id, view: ViewJson): Showing {
  return {
    view: id,
    query: view.query ?? "",
    hidden: view.hide ?? [],
    focus: view.focus ?? null,
    outside: view["hide-outside"] ? "hide" : "fade",
    connected: view.connected ?? null,
    overlay: OVERLAYS.find((one) => one.id === view.overlay)?.id ?? null,
  };
}

/** The view that shows this; `kept`: what the view said before of what is not shown. */
export function viewOf(showing: Showing, title: string, window: RectJson, kept?: ViewJson): ViewJson {
  const { query, hidden, focus, outside, connected: only, overlay } = showing;
  return {
    title,
    ...(query.trim() === "" ? {} : { query: query.trim() }),
    ...(hidden.length === 0 ? {} : { hide: [...hidden] }),
    ...(focus === null ? {} : { focus }),
    ...(focus !== null && outside === "hide" ? { "hide-outside": true } : {}),
    ...(only === null ? {} : { connected: [...only] }),
    ...(overlay === null ? {} : { overlay }),
    window,
    ...(kept?.attributes ? { attributes: kept.attributes } : {}),
  };
}

/** Whether a view says of what is shown something else than is shown now. */
export function differs(showing: Showing, id: Id, view: ViewJson): boolean {
  const said = (one: Showing) => JSON.stringify(viewOf(one, "", [0, 0, 0, 0]));
  return said(showing) !== said(showingOf(id, view));
}

/** Views as they are listed and presented: by title, `2 …` before `10 …`. */
export function listed(views: { [id: Id]: ViewJson }): { id: Id; title: string; view: ViewJson }[] {
  const all = Object.entries(views).map(([id, view]) => ({ id, title: view.title || id, view }));
  const order = new Intl.Collator("en", { numeric: true, sensitivity: "base" });
  return all.sort((a, b) => order.compare(a.title, b.title));
}

/** An id for a view of this title that no other has. */
export function freeViewId(title: string, taken: { [id: Id]: unknown }): Id {
  const base =
    title
      .normalize("NFKD")
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, "-")
      .replace(/^-+|-+$/g, "") || "view";
  let id = base;
  for (let n = 2; Object.hasOwn(taken, id); n++) id = `${base}-${n}`;
  return id;
}
