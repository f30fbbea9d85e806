// Values of attributes as text and back, and the edits that set them. What would not be a value of the attribute at
// all (another type, out of the catalog's range) is refused in words where it is typed; what a value means together
// with others is judged by the core.
import type { EditJson, Id, ResourceJson, TableJson, ValueJson } from "../../document/model";
import type { AttributeDto } from "../../ipc/generated/AttributeDto";
import type { AttributeFactDto } from "../../ipc/generated/AttributeFactDto";

export type Parsed = { value: ValueJson } | { wrong: string };

const WHOLE_VALUE = /^\$\{(var|secret)\.[A-Za-z0-9_-]+\}$/;
const SIZE = /^(\d+(?:\.\d+)?)\s*([KMGTP]i?B|B)?$/i;
const DURATION =
  /^(\d+(?:\.\d+)?)\s*(ms|milliseconds?|s|sec|seconds?|m|min|minutes?|h|hours?|d|days?|w|weeks?|months?|y|years?)?$/i;

/** A value in one line. */
export function valueText(value: ValueJson | undefined): string {
  if (value === undefined || value === null) return "";
  if (typeof value === "boolean") return value ? "yes" : "no";
  if (Array.isArray(value)) return value.map(valueText).join(", ");
  if (typeof value !== "object") return String(value);
  if ("$date" in value) return String(value.$date);
  return Object.entries(value)
    .map(([key, inner]) => `${key} ${valueText(inner)}`)
    .join(", ");
}

/** What decides what a text means: of an attribute, or of a column of a list. */
export type Typed = Pick<AttributeDto, "type" | "label" | "unit" | "min" | "max">;

/** What a text typed into the field of an attribute means. */
export function parseValue(attribute: Typed, text: string): Parsed {
  const trimmed = text.trim();
  if (WHOLE_VALUE.test(trimmed)) return { value: trimmed };
  const parsed = read(attribute, text, trimmed);
  const wrong = "value" in parsed ? rangeWrong(attribute, parsed.value) : undefined;
  return wrong === undefined ? parsed : { wrong };
}

function read(attribute: Typed, text: string, trimmed: string): Parsed {
  switch (attribute.type) {
    case "integer":
    case "port":
      return parseNumber(trimmed, true, attribute.label);
    case "number":
      return parseNumber(trimmed, false, attribute.label);
    case "size":
      return withUnit(trimmed, SIZE, attribute.unit ?? "GiB", "4 GiB");
    case "duration":
      return withUnit(trimmed, DURATION, attribute.unit ?? "days", "30 days");
    case "list":
    case "zones":
      return {
        value: trimmed
          .split(/[,\n]/)
          .map((part) => part.trim())
          .filter(Boolean),
      };
    case "long-text":
      return { value: text };
    default:
      return { value: trimmed };
  }
}

function parseNumber(text: string, whole: boolean, label: string): Parsed {
  const number = Number(text.replace(",", "."));
  if (text === "" || !Number.isFinite(number)) return { wrong: `${label} is a number, like 2` };
  if (whole && !Number.isInteger(number)) return { wrong: `${label} is a whole number, like 2` };
  return { value: number };
}

/** Units stay text. A bare number gets the unit that the attribute has. */
function withUnit(text: string, form: RegExp, unit: string, example: string): Parsed {
  const found = form.exec(text);
  if (!found) return { wrong: `give a number and a unit, like ${example}` };
  return { value: found[2] ? `${found[1]} ${found[2]}` : `${found[1]} ${unit}` };
}

const EXAMPLES: Record<string, string> = {
  address: "like 10.20.1.10",
  cidr: "like 10.20.1.0/24",
  cidr6: "like fd12:3456:789a:100::/56",
  domain: "like shop.example.com",
  size: "like 4 GiB",
  duration: "like 30 days",
  list: "one after the other, with commas",
  zones: "letters with commas, like a, b",
};
/** Steps of the units that ranges are said in: the catalog has bytes and seconds. */
const STEPS: Record<string, [string, number][]> = {
  size: [
    ["TiB", 2 ** 40],
    ["GiB", 2 ** 30],
    ["MiB", 2 ** 20],
    ["KiB", 2 ** 10],
  ],
  duration: [
    ["years", 31_536_000],
    ["days", 86_400],
    ["hours", 3_600],
    ["minutes", 60],
  ],
};
const FACTORS: Record<string, number> = {
  b: 1,
  kb: 1e3,
  mb: 1e6,
  gb: 1e9,
  tb: 1e12,
  pb: 1e15,
  kib: 2 ** 10,
  mib: 2 ** 20,
  gib: 2 ** 30,
  tib: 2 ** 40,
  pib: 2 ** 50,
};
const SECONDS: [RegExp, number][] = [
  [/^(ms|milli)/, 0.001],
  [/^mo/, 2_592_000],
  [/^m/, 60],
  [/^s/, 1],
  [/^h/, 3_600],
  [/^d/, 86_400],
  [/^w/, 604_800],
  [/^y/, 31_536_000],
];

/** A value as the number that ranges are given in: bytes, seconds, or itself. */
function quantity({ type, unit }: Typed, value: ValueJson | undefined): number {
  if (typeof value === "number") return value;
  const form = type === "size" ? SIZE : type === "duration" ? DURATION : undefined;
  const found = typeof value === "string" && form?.exec(value.trim());
  if (!found) return Number.NaN;
  const word = (found[2] ?? unit ?? "").toLowerCase();
  const factor = type === "size" ? FACTORS[word] : SECONDS.find(([start]) => start.test(word))?.[1];
  return Number(found[1]) * (factor ?? Number.NaN);
}

function inUnits({ type, unit }: Typed, number: number): string {
  const step = STEPS[type]?.find(([, factor]) => number >= factor && number % factor === 0);
  if (step) {
    const [word, factor] = step;
    return number === factor ? `1 ${word.replace(/s$/, "")}` : `${number / factor} ${word}`;
  }
  if (type === "size") return `${number} B`;
  if (type === "duration") return `${number} seconds`;
  return unit ? `${number} ${unit}` : String(number);
}

/** Smallest and largest, as far as there are any: the catalog says them, and a port is what packets have room for. */
function rangeOf({ type, min, max }: Typed): { min?: number | undefined; max?: number | undefined } {
  return type === "port" ? { min: min ?? 1, max: max ?? 65_535 } : { min, max };
}

/** What fits an attribute, in words: its range, or an example of its form. */
export function rangeWords(attribute: Typed): string {
  const { min, max } = rangeOf(attribute);
  const least = min === undefined ? "" : inUnits(attribute, min);
  const most = max === undefined ? "" : inUnits(attribute, max);
  if (least && most) return `${least} to ${most}`;
  if (least) return `at least ${least}`;
  if (most) return `at most ${most}`;
  return EXAMPLES[attribute.type] ?? "";
}

/** What is wrong with a value outside of what its attribute can be, in the core's words. */
export function rangeWrong(attribute: Typed, value: ValueJson | undefined): string | undefined {
  const { min, max } = rangeOf(attribute);
  const number = quantity(attribute, value);
  if (min !== undefined && number < min) return `too small: at least ${inUnits(attribute, min)}`;
  if (max !== undefined && number > max) return `too large: at most ${inUnits(attribute, max)}`;
  return undefined;
}

/** Whether an attribute is edited as one line (or a switch, or a choice) in the row of its label. */
export function oneLine(type: string): boolean {
  return !["services", "listeners", "health-check", "rules", "records", "table", "long-text"].includes(type);
}

export interface FieldState {
  attribute: AttributeDto;
  /** In force; `undefined` where nothing is, or where the resources differ. */
  value: ValueJson | undefined;
  /** What the design says, where all picked say the same: a variable's name before its value. */
  written: ValueJson | undefined;
  /** The selected resources have different values. */
  mixed: boolean;
  /** Said by at least one of them, so it can be reset. */
  set: boolean;
  /** In words where it comes from; empty where it is set here. */
  origin: string;
}

export interface Picked {
  id: Id;
  resource: ResourceJson;
  /** What its kind has, whose defaults hold where nothing is written; without it, as the first one picked. */
  attributes?: readonly AttributeDto[];
  /** The core's facts; only asked for a single selection. */
  facts?: { [name: string]: AttributeFactDto | undefined };
}

/** The state of one field over everything picked. */
export function fieldState(attribute: AttributeDto, picked: readonly Picked[]): FieldState {
  const each = picked.map((one) => one.resource.attributes?.[attribute.name]);
  const set = each.some((value) => value !== undefined);
  const held = picked.map((one, at) => each[at] ?? defaultOf(attribute, one));
  const mixed = held.some((value) => !sameValue(value, held[0]));
  const fact = picked.length === 1 ? picked[0]?.facts?.[attribute.name] : undefined;
  const own = each.find((value) => value !== undefined);
  const of = { attribute, written: mixed ? undefined : own, mixed, set };
  if (mixed) return { ...of, value: undefined, origin: "mixed" };
  if (own !== undefined) return { ...of, value: own, origin: "" };
  // What holds in one environment only is shown beside what the design says, never in its place.
  if (fact && fact.origin !== "override") return { ...of, value: fact.value, origin: fact.from };
  return { ...of, value: attribute.default, origin: attribute.default === undefined ? "" : "default" };
}

function defaultOf(attribute: AttributeDto, { attributes }: Picked): ValueJson | undefined {
  const known = attributes ? attributes.find(({ name }) => name === attribute.name) : attribute;
  return known?.default;
}

export function sameValue(a: ValueJson | undefined, b: ValueJson | undefined): boolean {
  return a === b || JSON.stringify(a) === JSON.stringify(b);
}

/** Attributes that all picked kinds have with the same type: those that can be edited for many. */
export function commonAttributes(kinds: readonly AttributeDto[][]): AttributeDto[] {
  const [first, ...others] = kinds;
  if (!first) return [];
  return first.filter((attribute) =>
    others.every((list) =>
      list.some((other) => other.name === attribute.name && other.type === attribute.type),
    ),
  );
}

export interface FieldGroup {
  title: string;
  attributes: AttributeDto[];
}

/** Attributes under their headings, in the catalog's order. */
export function fieldGroups(attributes: readonly AttributeDto[], advanced: boolean): FieldGroup[] {
  const groups = new Map<string, AttributeDto[]>();
  for (const attribute of attributes) {
    if (attribute.advanced && !advanced) continue;
    const list = groups.get(attribute.group);
    if (list) list.push(attribute);
    else groups.set(attribute.group, [attribute]);
  }
  return [...groups].map(([title, list]) => ({ title, attributes: list }));
}

/** One edit that sets a value in everything picked, named for Undo. */
export function setEdit(ids: readonly Id[], path: string[], value: ValueJson, label: string): EditJson {
  const edits = ids.map((id): EditJson => ({ edit: "set-attribute", resource: id, path, value }));
  return asOne(edits, `Set ${label.toLowerCase()} of ${ids.length} resources`);
}

/** One edit that takes a value back to inherited, allocated or default. */
export function unsetEdit(picked: readonly Picked[], path: string[], label: string): EditJson {
  const edits = picked
    .filter(({ resource }) => holds(resource, path))
    .map(({ id }): EditJson => ({ edit: "unset-attribute", resource: id, path }));
  return asOne(edits, `Reset ${label.toLowerCase()} of ${edits.length} resources`);
}

function asOne(edits: EditJson[], name: string): EditJson {
  return edits.length === 1 && edits[0] ? edits[0] : { edit: "batch", name, edits };
}

/** The tags of all, and the keys that are not the same in all. */
export function tagsOf(resources: readonly ResourceJson[]): { table: TableJson; mixed: Set<string> } {
  const table: TableJson = {};
  for (const { tags } of resources)
    for (const [key, value] of Object.entries(tags ?? {})) table[key] ??= value;
  const mixed = new Set(
    Object.keys(table).filter((key) => resources.some(({ tags }) => !sameValue(tags?.[key], table[key]))),
  );
  // Whatever is typed over a mixed one is a change.
  for (const key of mixed) table[key] = "";
  return { table, mixed };
}

/** The edits that take the shown tags to `next`: only what was changed, and only where it is not so already. */
export function tagEdits(picked: readonly Picked[], shown: TableJson, next: TableJson): EditJson[] {
  const gone = Object.keys(shown).filter((key) => !Object.hasOwn(next, key));
  const changed = Object.entries(next).filter(([key, value]) => !sameValue(shown[key], value));
  return picked.flatMap(({ id, resource }) => [
    ...gone
      .filter((key) => resource.tags?.[key] !== undefined)
      .map((key): EditJson => ({ edit: "unset-attribute", resource: id, path: ["tags", key] })),
    ...changed
      .filter(([key, value]) => !sameValue(resource.tags?.[key], value))
      .map(([key, value]): EditJson => ({ edit: "set-attribute", resource: id, path: ["tags", key], value })),
  ]);
}

/** Whether the resource says something at a file path. */
export function holds(resource: ResourceJson, path: readonly string[]): boolean {
  const [first, ...rest] = path;
  if (first === undefined) return false;
  if (first === "tags") return resource.tags?.[rest[0] ?? ""] !== undefined;
  if (first === "on")
    return (resource.on?.[rest[0] ?? ""] as TableJson | undefined)?.[rest[1] ?? ""] !== undefined;
  if (first === "title") return resource.title !== undefined;
  if (first === "lifecycle") return resource.lifecycle !== undefined;
  return resource.attributes?.[first] !== undefined;
}

const ID = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;

/** What is wrong with an id, if anything. */
export function idProblem(id: string, taken: (id: string) => boolean): string | undefined {
  if (!ID.test(id)) return "use small letters, digits and dashes, like app-server";
  return taken(id) ? `“${id}” is taken: choose another` : undefined;
}

/** An id made of a title, not taken. */
export function freeId(title: string, taken: (id: string) => boolean): string {
  const base =
    title
      .toLowerCase()
      .normalize("NFKD")
      .replace(/[^a-z0-9]+/g, "-")
      .replace(/^[^a-z]+|-+$/g, "") || "thing";
  if (!taken(base)) return base;
  for (let number = 2; ; number++) if (!taken(`${base}-${number}`)) return `${base}-${number}`;
}

/** More are not named: to break so long a text into lines holds up the window, and nobody reads it. */
const MOST_NAMED = 200;

/** "app, orders"; of very many, the first ones and how many more there are. */
export function listed(names: readonly string[]): string {
  const more = names.length - MOST_NAMED;
  return names.slice(0, MOST_NAMED).join(", ") + (more > 0 ? ` and ${more.toLocaleString("en")} more` : "");
}
