/** What a query finds in a design. Pure: all that it knows of the world comes in. */
import type { Id, ResourceJson, ValueJson } from "../../document/model";
import type { DocumentStore } from "../../document/store";
import type { Check, Op, Query } from "./parse";

export interface KindKnown {
  title: string;
  family: string;
  container: boolean;
  attributes?: readonly { name: string; default?: ValueJson | undefined; choices?: readonly string[] }[];
}

export interface World {
  document: DocumentStore;
  kind(id: string): KindKnown | undefined;
  /** Severities of what is found at a resource. */
  findings(id: Id): readonly { severity: string }[];
}

type Test = (id: Id, resource: ResourceJson, value: Value, op: Op) => boolean;

/** A value as typed, made ready to be compared. */
interface Value {
  text: string;
  fits: (text: string) => boolean;
  amount: Amount | null;
}

interface Amount {
  number: number;
  unit: string;
}

/** What `has:` knows. */
export const HAS = ["problem", "error", "warning", "advice", "link", "content", "tag", "title"];

/** Keys that are no attributes. */
export const KEYS = ["kind", "family", "id", "title", "in", "linked", "has", "tag", "lifecycle"];

/** Values that come down the containers. */
const INHERITED = new Set(["zones", "location"]);

/** All resources that the query holds for; links have none. */
export function matching(query: Query, world: World): Set<Id> {
  const holds = compile(query, world);
  const found = new Set<Id>();
  for (const [id, resource] of Object.entries(world.document.design().resources))
    if (holds(id, resource)) found.add(id);
  return found;
}

type Holds = (id: Id, resource: ResourceJson) => boolean;

function compile(query: Query, world: World): Holds {
  switch (query.is) {
    case "and": {
      const all = query.of.map((one) => compile(one, world));
      return (id, resource) => all.every((holds) => holds(id, resource));
    }
    case "or": {
      const all = query.of.map((one) => compile(one, world));
      return (id, resource) => all.some((holds) => holds(id, resource));
    }
    case "not": {
      const inner = compile(query.of, world);
      return (id, resource) => !inner(id, resource);
    }
    case "words": {
      const wanted = query.text.toLowerCase();
      return (id, resource) =>
        [id, resource.title ?? "", resource.kind, world.kind(resource.kind)?.title ?? ""].some((text) =>
          text.toLowerCase().includes(wanted),
        );
    }
    case "test":
      return compileTest(query, world);
  }
}

function compileTest({ key, op, value }: Extract<Query, { is: "test" }>, world: World): Holds {
  const wanted = { text: value.toLowerCase(), fits: pattern(value), amount: amountOf(value) };
  const test = tests(world)[key] ?? attribute(world, key);
  if (op === "!=") return (id, resource) => !test(id, resource, wanted, "=");
  return (id, resource) => test(id, resource, wanted, op);
}

function tests(world: World): { [key: string]: Test } {
  const { document } = world;
  const named = (id: Id, value: Value): boolean => {
    const resource = document.resource(id);
    return [id, resource?.title ?? "", resource?.kind ?? ""].some((text) => value.fits(text.toLowerCase()));
  };
  return {
    kind: (_, { kind }, value) =>
      value.fits(kind) || value.fits((world.kind(kind)?.title ?? "").toLowerCase()),
    family: (_, { kind }, value) => value.fits(world.kind(kind)?.family ?? ""),
    id: (id, _, value, op) => same(id, value, op),
    title: (id, _, value, op) => same(document.title(id), value, op),
    lifecycle: (_, resource, value, op) => same(resource.lifecycle ?? "managed", value, op),
    in: (id, _, value) => document.ancestors(id).some((above) => named(above, value)),
    linked: (id, _, value) =>
      document.linksOf(id).some((l) => {
        const { from, to } = document.link(l)!;
        return named(from === id ? to : from, value);
      }),
    has: (id, resource, value) => has(world, id, resource, value.text),
    tag: (id, _, value) =>
      tagsOf(document, id).some(([name, said]) =>
        [name, `${name}=${said}`].some((text) => value.fits(text.toLowerCase())),
      ),
  };
}

function has(world: World, id: Id, resource: ResourceJson, what: string): boolean {
  const { document } = world;
  switch (what) {
    case "problem":
      return world.findings(id).length > 0;
    case "error":
    case "warning":
    case "advice":
      return world.findings(id).some((one) => one.severity === what);
    case "link":
      return document.linksOf(id).length > 0;
    case "content":
      return document.children(id).length > 0;
    case "tag":
      return tagsOf(document, id).length > 0;
    case "title":
      return resource.title !== undefined;
    default:
      return valueAt(world, id, resource, what) !== undefined;
  }
}

/** Tags come down the containers; the nearest that says one is right. */
function tagsOf(document: DocumentStore, id: Id): [string, ValueJson][] {
  const tags = new Map<string, ValueJson>();
  for (const at of [id, ...document.ancestors(id)])
    for (const [name, value] of Object.entries(document.resource(at)?.tags ?? {}))
      if (!tags.has(name)) tags.set(name, value);
  return [...tags];
}

function attribute(world: World, key: string): Test {
  return (id, resource, value, op) => {
    if (key.startsWith("tag.")) {
      const tag = tagsOf(world.document, id).find(([name]) => name.toLowerCase() === key.slice(4));
      return tag !== undefined && compare(tag[1], value, op);
    }
    const found = valueAt(world, id, resource, key);
    return found !== undefined && compare(found, value, op);
  };
}

/** Set here, come down from a container, or the kind's default. Dots go into tables: `on.aws.instance_type`. */
function valueAt(world: World, id: Id, resource: ResourceJson, key: string): ValueJson | undefined {
  const [first = "", ...rest] = key.split(".");
  if (first === "on") return inside(resource.on, rest);
  const own = inside(resource.attributes, [first, ...rest]);
  if (own !== undefined) return own;
  if (INHERITED.has(first))
    for (const above of world.document.ancestors(id)) {
      const from = world.document.resource(above)?.attributes?.[first];
      if (from !== undefined) return from;
    }
  const known = world.kind(resource.kind)?.attributes?.find((one) => one.name.toLowerCase() === first);
  return rest.length > 0 ? undefined : known?.default;
}

function inside(table: unknown, path: readonly string[]): ValueJson | undefined {
  let at = table;
  for (const wanted of path) {
    if (typeof at !== "object" || at === null || Array.isArray(at)) return undefined;
    const entry = Object.entries(at).find(([name]) => name.toLowerCase() === wanted);
    at = entry?.[1];
  }
  return at as ValueJson | undefined;
}

function compare(found: ValueJson, value: Value, op: Op): boolean {
  if (Array.isArray(found)) return found.some((one) => compare(one, value, op));
  if (typeof found === "object") {
    if ("$date" in found) return compareText(String(found.$date), value, op);
    return Object.values(found).some((one) => compare(one, value, op));
  }
  return compareText(String(found), value, op);
}

function compareText(text: string, value: Value, op: Op): boolean {
  if (op === ":" || op === "=") return same(text, value, op);
  const known = amountOf(text);
  const wanted = value.amount;
  if (!known || !wanted) return false;
  const one = scaled(known);
  const other = scaled(wanted);
  // A bare number is meant in the unit of what it is compared with.
  if (wanted.unit === "" || known.unit === "") return order(known.number, wanted.number, op);
  return one.of === other.of && order(one.number, other.number, op);
}

function order(a: number, b: number, op: Op): boolean {
  if (op === "<") return a < b;
  if (op === "<=") return a <= b;
  return op === ">" ? a > b : a >= b;
}

/** `:` finds a part of a text, `=` the whole; numbers and signs are compared as what they mean. */
function same(text: string, value: Value, op: Op): boolean {
  const lower = text.toLowerCase();
  if (value.fits(lower)) return true;
  const known = amountOf(lower);
  if (known && value.amount) {
    if (known.unit === "" || value.amount.unit === "")
      return known.number === value.amount.number && known.unit === value.amount.unit;
    const [one, other] = [scaled(known), scaled(value.amount)];
    return one.of === other.of && one.number === other.number;
  }
  return op === ":" && /[^\d.]/.test(value.text) && !value.text.includes("*") && lower.includes(value.text);
}

/** Whole texts, with `*` for anything. */
function pattern(value: string): (text: string) => boolean {
  const wanted = value.toLowerCase();
  if (!wanted.includes("*")) return (text) => text === wanted;
  const parts = wanted.split("*").map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  const whole = new RegExp(`^${parts.join(".*")}$`, "s");
  return (text) => whole.test(text);
}

const UNITS: { [unit: string]: [of: string, times: number] } = {
  b: ["size", 1],
  kb: ["size", 1e3],
  mb: ["size", 1e6],
  gb: ["size", 1e9],
  tb: ["size", 1e12],
  kib: ["size", 1024],
  mib: ["size", 1024 ** 2],
  gib: ["size", 1024 ** 3],
  tib: ["size", 1024 ** 4],
  second: ["time", 1],
  minute: ["time", 60],
  hour: ["time", 3600],
  day: ["time", 86_400],
  week: ["time", 604_800],
  month: ["time", 2_592_000],
  year: ["time", 31_536_000],
};

/** "4 GiB", "30days", "2.5". */
function amountOf(text: string): Amount | null {
  const found = /^(-?\d+(?:\.\d+)?)\s*([a-z%]*)$/i.exec(text.trim());
  if (!found) return null;
  const unit = found[2]!.toLowerCase();
  const known = UNITS[unit] ? unit : unit.replace(/s$/, "");
  if (unit !== "" && unit !== "%" && !UNITS[known]) return null;
  return { number: Number(found[1]), unit: unit === "%" ? "%" : known };
}

function scaled({ number, unit }: Amount): { of: string; number: number } {
  const [of, times] = UNITS[unit] ?? [unit, 1];
  return { of, number: number * times };
}

/** Refuses keys that nothing has and values that mean nothing. */
export function checkFor(attributes: ReadonlySet<string>): Check {
  const known = [...KEYS, ...attributes];
  return ({ key, op, value }) => {
    const name = key.split(".")[0]!;
    if (!known.includes(name) && name !== "on")
      return { at: "key", message: `nothing has “${key}”${nearest(name, known)}` };
    if (op !== ":" && op !== "=" && op !== "!=" && amountOf(value) === null)
      return { at: "value", message: `a number should follow ${key}${op}` };
    if (name === "has" && !HAS.includes(value.toLowerCase()) && !attributes.has(value.toLowerCase()))
      return { at: "value", message: `“has” knows ${HAS.join(", ")} and attributes` };
    return undefined;
  };
}

function nearest(word: string, known: readonly string[]): string {
  const close = known.find((one) => one.startsWith(word) || word.startsWith(one) || distance(word, one) <= 2);
  return close === undefined ? "" : `: do you mean ${close}?`;
}

function distance(a: string, b: string): number {
  let row = [...Array(b.length + 1).keys()];
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++)
      next[j] = Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1));
    row = next;
  }
  return row[b.length]!;
}

/** Names of all attributes that some kind has. */
export function attributesOf(kinds: Iterable<KindKnown>): Set<string> {
  const names = new Set<string>();
  for (const kind of kinds) for (const one of kind.attributes ?? []) names.add(one.name.toLowerCase());
  return names;
}
