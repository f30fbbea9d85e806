// What an overlay says of each shape, and the legend that goes with it. Pure: the core's words come in.
import type { DesignJson, Id, ResourceJson } from "../document/model";
import type { ShapeMark, Tone } from "../editor/editor";
import type { CostDto } from "../ipc/generated/CostDto";
import type { ExposureDto } from "../ipc/generated/ExposureDto";
import type { PlanChangeDto } from "../ipc/generated/PlanChangeDto";
import type { SpreadDto } from "../ipc/generated/SpreadDto";
import { caveat, monthText, sumText } from "./cost";
import { type Facts, plural, tally, worst } from "./facts";

export interface Entry {
  tone: Tone;
  text: string;
  count: number;
}

export interface Overlay {
  marks: ReadonlyMap<Id, ShapeMark>;
  legend: Entry[];
  /** What no shape can show: things that are gone. */
  note?: string;
}

/** Legend lines in the order of the words, without those that nothing has. */
function overlay(marks: Map<Id, ShapeMark>, words: [Tone, string][], note?: string): Overlay {
  const counts = new Map<Tone, number>();
  for (const { tone } of marks.values()) counts.set(tone, (counts.get(tone) ?? 0) + 1);
  const legend = words.map(([tone, text]) => ({ tone, text, count: counts.get(tone) ?? 0 }));
  return { marks, legend: legend.filter(({ count }) => count > 0), ...(note ? { note } : {}) };
}

const TONES: { [status: string]: Tone } = { error: "error", warning: "warning", advice: "note" };

export function findingsOverlay(facts: Facts, design: DesignJson): Overlay {
  const marks = new Map<Id, ShapeMark>();
  for (const [id, diagnostics] of facts.of) {
    if (!Object.hasOwn(design.resources, id)) continue;
    const counts = tally(diagnostics);
    const status = worst(diagnostics) as keyof typeof counts;
    const words =
      status === "advice" ? plural(counts.advice, "advice", "advice") : plural(counts[status], status);
    marks.set(id, { tone: TONES[status] ?? "off", text: words });
  }
  return overlay(marks, [
    ["error", "error"],
    ["warning", "warning"],
    ["note", "advice"],
  ]);
}

export function exposureOverlay(exposed: readonly ExposureDto[], design: DesignJson): Overlay {
  const marks = new Map<Id, ShapeMark>();
  for (const { id, answers, arrives } of exposed) {
    if (!Object.hasOwn(design.resources, id)) continue;
    if (answers !== "") marks.set(id, { tone: "warning", text: `internet ${answers}` });
    else marks.set(id, { tone: "off", text: `nothing answers ${arrives}` });
  }
  return overlay(marks, [
    ["warning", "answers the internet"],
    ["off", "packets arrive, nothing answers"],
  ]);
}

/** What stands in one zone alone fails with it; zones that take something along are named. */
export function availabilityOverlay(spread: readonly SpreadDto[], design: DesignJson): Overlay {
  const marks = new Map<Id, ShapeMark>();
  const alone = new Map<string, number>();
  const regions = new Set(spread.map(({ region }) => region));
  const named = (zone: string, region?: string) =>
    region === undefined || regions.size < 2
      ? zone
      : `${zone} of ${design.resources[region]?.title ?? region}`;
  for (const { id, zones, region } of spread) {
    if (!Object.hasOwn(design.resources, id)) continue;
    const [first = "", ...more] = zones;
    if (more.length > 0) marks.set(id, { tone: "ok", text: `zones ${zones.join(", ")}` });
    else {
      marks.set(id, { tone: "warning", text: `zone ${first} alone` });
      const zone = named(first, region);
      alone.set(zone, (alone.get(zone) ?? 0) + 1);
    }
  }
  const worst = [...alone].sort(([a], [b]) => (a < b ? -1 : 1));
  const note = worst.map(([zone, count]) => `zone ${zone} takes ${plural(count, "part")} along`).join(", ");
  return overlay(
    marks,
    [
      ["ok", "stands in several zones"],
      ["warning", "stands in one zone alone, and fails with it"],
    ],
    note,
  );
}

/** The few that make up half of the sum stand out; what is not in the sum says so. */
export function costOverlay(cost: CostDto, design: DesignJson): Overlay {
  const marks = new Map<Id, ShapeMark>();
  if (!cost.billed) return overlay(marks, [], caveat(cost));
  for (const sum of cost.containers)
    if (sum.month > 0 && Object.hasOwn(design.resources, sum.id))
      marks.set(sum.id, { tone: "note", text: `${sumText(sum, cost.currency)} in it`, plain: true });
  // Links have no shape to be marked: the half is of what has one.
  const half = (cost.month - cost.traffic.month) / 2;
  let sum = 0;
  for (const item of [...cost.items].sort((a, b) => b.month - a.month)) {
    if (!Object.hasOwn(design.resources, item.id) || item.link) continue;
    const most = item.month > 0 && sum < half;
    const tone = item.month === 0 ? "off" : most ? "warning" : "ok";
    marks.set(item.id, { tone, text: monthText(item, cost.currency) });
    sum += item.month;
  }
  return overlay(
    marks,
    [
      ["warning", "the dearest: half of the sum"],
      ["ok", "the rest"],
      ["note", "sums of containers"],
      ["off", "by use, or no price is known: nothing of it is counted"],
    ],
    caveat(cost),
  );
}

/** How grave the worst change of a resource's instances is. */
const ACTIONS: { [action: string]: [rank: number, tone: Tone, text: string] } = {
  "no-op": [0, "ok", "runs"],
  adopt: [1, "note", "is taken over"],
  forget: [1, "note", "is let go"],
  update: [2, "warning", "runs, but differs"],
  create: [3, "off", "does not run"],
  replace: [4, "error", "is replaced"],
  delete: [5, "error", "is deleted"],
};

export function deploymentOverlay(changes: readonly PlanChangeDto[], design: DesignJson): Overlay {
  const worstOf = new Map<Id, string>();
  const gone = new Set<Id>();
  for (const { resource, action } of changes) {
    if (!Object.hasOwn(design.resources, resource)) {
      gone.add(resource);
      continue;
    }
    const before = worstOf.get(resource);
    const rank = (one: string) => ACTIONS[one]?.[0] ?? 0;
    if (before === undefined || rank(action) > rank(before)) worstOf.set(resource, action);
  }
  const marks = new Map<Id, ShapeMark>();
  for (const [id, action] of worstOf) {
    const [, tone, text] = ACTIONS[action] ?? [0, "note" as Tone, action];
    marks.set(id, { tone, text });
  }
  const note = gone.size > 0 ? `${plural(gone.size, "thing")} runs that is no longer drawn` : undefined;
  return overlay(
    marks,
    [
      ["ok", "runs as drawn"],
      ["warning", "runs, but differs"],
      ["error", "is replaced or deleted"],
      ["note", "is taken over or let go"],
      ["off", "does not run"],
    ],
    note,
  );
}

/** Since the last save: what is new, what says something else, what was moved. */
export function differencesOverlay(saved: DesignJson, now: DesignJson): Overlay {
  const marks = new Map<Id, ShapeMark>();
  for (const [id, resource] of Object.entries(now.resources)) {
    const before = Object.hasOwn(saved.resources, id) ? (saved.resources[id] as ResourceJson) : undefined;
    if (!before) marks.set(id, { tone: "ok", text: "new" });
    else {
      const changed = differing(before, resource);
      if (changed.length > 0) marks.set(id, { tone: "warning", text: changed.join(", ") });
      else if (!same(saved.layout.resources[id], now.layout.resources[id]))
        marks.set(id, { tone: "off", text: "moved" });
    }
  }
  const gone = Object.keys(saved.resources).filter((id) => !Object.hasOwn(now.resources, id));
  const links = linksDiffering(saved, now);
  const notes = [
    ...(gone.length > 0
      ? [
          `${plural(gone.length, "part")} removed: ${gone
            .slice(0, 3)
            .map((id) => saved.resources[id]?.title ?? id)
            .join(", ")}${gone.length > 3 ? " …" : ""}`,
        ]
      : []),
    ...(links > 0 ? [`${plural(links, "link")} changed`] : []),
  ];
  return overlay(
    marks,
    [
      ["ok", "new"],
      ["warning", "changed"],
      ["off", "moved"],
    ],
    notes.join(" · "),
  );
}

/** Names of what a resource says otherwise. */
function differing(before: ResourceJson, now: ResourceJson): string[] {
  const parts = ["kind", "parent", "title", "lifecycle", "tags", "on"] as const;
  const names = new Set([...Object.keys(before.attributes ?? {}), ...Object.keys(now.attributes ?? {})]);
  return [
    ...parts.filter((part) => !same(before[part], now[part])),
    ...[...names].filter((name) => !same(before.attributes?.[name], now.attributes?.[name])),
  ];
}

function linksDiffering(saved: DesignJson, now: DesignJson): number {
  const ids = new Set([...Object.keys(saved.links), ...Object.keys(now.links)]);
  return [...ids].filter((id) => !same(saved.links[id], now.links[id])).length;
}

/** The order of keys in a table says nothing. */
function same(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const keys = new Set([...Object.keys(a), ...Object.keys(b)]);
  return [...keys].every((key) => same((a as never)[key], (b as never)[key]));
}
