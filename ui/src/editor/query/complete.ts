/** What the word at the caret of a query may become. Pure. */
import type { Id } from "../../document/model";
import type { Completion } from "../ports";
import { HAS, KEYS, type World } from "./match";

const MOST = 8;
const HINTS: { [key: string]: string } = {
  kind: "what it is",
  family: "group of kinds",
  id: "name in the file",
  title: "name people read",
  in: "inside a container",
  linked: "linked with",
  has: "problem, link, …",
  tag: "name of a tag",
  lifecycle: "managed, existing, external",
};

interface Entry {
  text: string;
  hint: string;
}

export function completeQuery(text: string, caret: number, world: World): Completion {
  const before = text.slice(0, caret);
  const found = /([^\s()!":=<>]+)\s*(?:!=|<=|>=|[:=<>])\s*([^\s()!"]*)$/.exec(before);
  if (found) {
    const [, key = "", value = ""] = found;
    const entries = fitting(valuesOf(key.toLowerCase(), world), value);
    return { from: caret - value.length, to: caret, entries };
  }
  const from = before.search(/[^\s()!"]*$/);
  const begun = before.slice(from);
  return { from, to: caret, entries: begun === "" ? [] : fitting(keysOf(world), begun) };
}

/** Those that begin so come before those that hold it. */
function fitting(all: readonly Entry[], begun: string): Entry[] {
  const wanted = begun.toLowerCase();
  const bare = (text: string) => text.toLowerCase().replaceAll('"', "");
  const starts = all.filter(({ text }) => bare(text).startsWith(wanted) && bare(text) !== wanted);
  const holds = all.filter(({ text }) => !bare(text).startsWith(wanted) && bare(text).includes(wanted));
  return [...starts, ...holds].slice(0, MOST);
}

function keysOf(world: World): Entry[] {
  const used = kindsUsed(world);
  const attributes = new Map<string, string>();
  for (const kind of used)
    for (const { name } of world.kind(kind)?.attributes ?? [])
      if (!attributes.has(name)) attributes.set(name, world.kind(kind)!.title);
  const keys = KEYS.map((key) => ({ text: `${key}:`, hint: HINTS[key] ?? "" }));
  return [...keys, ...[...attributes].map(([name, kind]) => ({ text: `${name}:`, hint: kind }))];
}

const kindsUsed = ({ document }: World) =>
  new Set(Object.values(document.design().resources).map((resource) => resource.kind));

function valuesOf(key: string, world: World): Entry[] {
  const { document } = world;
  const resources = Object.keys(document.design().resources);
  const name = (id: Id): Entry => ({ text: quoted(document.title(id)), hint: document.resource(id)!.kind });
  switch (key) {
    case "kind":
      return [...kindsUsed(world)]
        .sort()
        .map((kind) => ({ text: kind, hint: world.kind(kind)?.title ?? "" }));
    case "family":
      return unique([...kindsUsed(world)].map((kind) => world.kind(kind)?.family ?? "")).map(plain);
    case "has":
      return HAS.map(plain);
    case "in":
      return [
        ...unique(
          resources.filter((id) => document.children(id).length > 0).map((id) => document.resource(id)!.kind),
        ).map((kind) => ({ text: kind, hint: "kind" })),
        ...resources.filter((id) => document.children(id).length > 0).map(name),
      ];
    case "linked":
      return resources.filter((id) => document.linksOf(id).length > 0).map(name);
    case "id":
      return resources.map(plain);
    case "title":
      return resources.map(name);
    case "tag":
      return unique(resources.flatMap((id) => Object.keys(document.resource(id)!.tags ?? {}))).map(plain);
    case "lifecycle":
      return ["managed", "existing", "external"].map(plain);
    default:
      return choices(key, world);
  }
}

/** The catalog's choices and what the design says already. */
function choices(key: string, world: World): Entry[] {
  const said: string[] = [];
  const known: string[] = [];
  for (const { kind, attributes } of Object.values(world.document.design().resources)) {
    const value = attributes?.[key];
    if (typeof value === "string" || typeof value === "number" || typeof value === "boolean")
      said.push(String(value));
    known.push(...(world.kind(kind)?.attributes?.find((one) => one.name === key)?.choices ?? []));
  }
  return unique([...said, ...known]).map((text) => plain(quoted(text)));
}

const unique = (texts: readonly string[]) => [...new Set(texts)].filter(Boolean);
const plain = (text: string): Entry => ({ text, hint: "" });
const quoted = (text: string) => (/^[^\s()"]+$/.test(text) ? text : `"${text.replace(/["\\]/g, "\\$&")}"`);
