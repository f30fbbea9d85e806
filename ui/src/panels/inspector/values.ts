// Values of attributes as text and back, and the edits that set them. Ranges and meaning are judged by the
// core (a mistake is a finding, never a refusal); here only what would not be a value of that type at all.
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

/** What a text typed into the field of an attribute means. */
export function parseValue(attribute: Pick<AttributeDto, "type" | "label" | "unit">, text: string): Parsed {
  const trimmed = text.trim();
  if (WHOLE_VALUE.test(trimmed)) return { value: trimmed };
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

/** Whether an attribute is edited as one line (or a switch, or a choice) in the row of its label. */
export function oneLine(type: string): boolean {
  return !["services", "listeners", "health-check", "rules", "records", "table", "long-text"].includes(type);
}

export interface FieldState {
  attribute: AttributeDto;
  /** In force; `undefined` where nothing is, or where the resources differ. */
  value: ValueJson | undefined;
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
  /** The core's facts; only asked for a single selection. */
  facts?: { [name: string]: AttributeFactDto | undefined };
}

/** The state of one field over everything picked. */
export function fieldState(attribute: AttributeDto, picked: readonly Picked[]): FieldState {
  const each = picked.map((one) => one.resource.attributes?.[attribute.name]);
  const set = each.some((value) => value !== undefined);
  const mixed = each.some((value) => !sameValue(value, each[0]));
  const fact = picked.length === 1 ? picked[0]?.facts?.[attribute.name] : undefined;
  const own = each[0];
  if (mixed) return { attribute, value: undefined, mixed, set, origin: "differs" };
  if (own !== undefined) {
    const overridden = fact && fact.origin === "override";
    return { attribute, value: own, mixed, set, origin: overridden ? fact.from : "" };
  }
  if (fact) return { attribute, value: fact.value, mixed, set, origin: fact.from };
  return {
    attribute,
    value: attribute.default,
    mixed,
    set,
    origin: attribute.default === undefined ? "" : "default",
  };
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
