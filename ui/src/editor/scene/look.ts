/** How a shape is drawn, decided once when it enters the scene. */
import type { ResourceJson } from "../../document/model";
import type { CanvasKind, Status } from "../editor";

export const Look = {
  card: 0,
  compact: 1,
  region: 2,
  network: 3,
  publicSubnet: 4,
  subnet: 5,
  container: 6,
  frame: 7,
  note: 8,
  /** A zone: a mark on the ground that things lie over. */
  lane: 9,
} as const;
export type Look = (typeof Look)[keyof typeof Look];

export const FAMILIES = [
  "place",
  "network",
  "compute",
  "storage",
  "data",
  "security",
  "actor",
  "annotation",
] as const;
export type Family = (typeof FAMILIES)[number];

export const STATUSES: readonly Status[] = ["none", "ok", "advice", "warning", "error", "waiting"];

export const LINK_STATES = ["unproven", "proven", "broken", "forbidden"] as const;
export type LinkState = (typeof LINK_STATES)[number];

/** It does not work, or works and must not. */
export function isWrong(state: string | undefined): boolean {
  return state === "broken" || state === "forbidden";
}

const CONTAINERS: { [kind: string]: Look } = {
  account: Look.region,
  region: Look.region,
  network: Look.network,
  subnet: Look.subnet,
  frame: Look.frame,
};

/** A card lower than this shows one line. */
export const COMPACT_BELOW = 44;

export function lookOf(resource: ResourceJson, kind: CanvasKind | undefined, height: number): Look {
  if (resource.kind === "note") return Look.note;
  if (resource.kind === "zone") return Look.lane;
  if (resource.kind === "subnet" && resource.attributes?.exposure === "public") return Look.publicSubnet;
  const container =
    CONTAINERS[resource.kind] ?? (kind?.container && height >= 96 ? Look.container : undefined);
  if (container !== undefined) return container;
  return height < COMPACT_BELOW ? Look.compact : Look.card;
}

export function isContainer(look: Look): boolean {
  return look >= Look.region && look <= Look.frame;
}

/** Links that carry no traffic are drawn thin, dotted, without arrow. */
export function isQuiet(linkKind: string): boolean {
  return linkKind === "attachment" || linkKind === "dependency" || linkKind === "cable";
}

export const PILL_HEIGHT = 17;

/** A pill's width without measuring text: good enough for the pointer. */
export function labelWidth(label: string): number {
  return label.length * 7 + 14;
}
