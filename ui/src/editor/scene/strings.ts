/**
 * What shapes say before the core has judged them: read off the document alone. Pictures say the same of what no
 * judgement is about (`drawing.rs` of gp-app).
 */

import type { Id, ResourceJson, ValueJson } from "../../document/model";
import type { DocumentStore } from "../../document/store";
import type { CanvasKind } from "../editor";
import { letterOf } from "../lanes";
import { inSentence } from "../words";

/** "App server × 2", "web · zones a, b". */
export function titleOf(store: DocumentStore, id: Id, resource: ResourceJson): string {
  const title = resource.title ?? (resource.kind === "zone" ? `zone ${letterOf(resource)}` : id);
  const count = resource.attributes?.count;
  if (typeof count === "number" && count > 1) return `${title} × ${count}`;
  if (resource.kind !== "subnet") return title;
  const zones = zonesOf(store, id, resource);
  if (zones.length === 0) return title;
  return `${title} · ${zones.length === 1 ? "zone" : "zones"} ${zones.join(", ")}`;
}

function zonesOf(store: DocumentStore, id: Id, resource: ResourceJson): string[] {
  for (const at of [resource, ...store.ancestors(id).map((a) => store.resource(a))]) {
    const zones = at?.attributes?.zones;
    if (Array.isArray(zones)) return zones.filter((z) => typeof z === "string");
  }
  return [];
}

const FACTS: { [kind: string]: string[] } = {
  network: ["cidr"],
  subnet: ["exposure", "cidr"],
};

/** The fact at the right of a container's header. */
export function factOf(resource: ResourceJson, kind: CanvasKind | undefined): string {
  const names = FACTS[resource.kind];
  if (!names) return kind?.container ? inSentence(kind.title) : "";
  return names
    .map((name) => text(resource.attributes?.[name]))
    .filter(Boolean)
    .join(" · ");
}

/** The second line of a card. */
export function summaryOf(resource: ResourceJson, kind: CanvasKind | undefined): string {
  return inSentence(kind?.title ?? resource.kind.replaceAll("-", " "));
}

export function text(value: ValueJson | undefined): string {
  return typeof value === "string" || typeof value === "number" ? String(value) : "";
}

/** The ports of a link: TCP goes without saying. */
export function portsOf(allow: readonly string[] | undefined): string {
  return (allow ?? []).map((a) => a.replace(/^(tcp|udp)\//, "")).join(", ");
}
