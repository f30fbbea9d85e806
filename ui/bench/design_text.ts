/** Reads design and kind files for pages and tests that run without the core. Not a parser for users' files. */
import { parse } from "smol-toml";
import {
  type DesignJson,
  emptyDesign,
  type IntentJson,
  type LayoutJson,
  type LinkJson,
  type ResourceJson,
  type TableJson,
} from "../src/document/model";
import type { CanvasKind } from "../src/editor/editor";

const RESOURCE_KEYS = ["kind", "parent", "title", "lifecycle", "was", "tags", "on"];
const LINK_KEYS = ["from", "to", "kind", "allow", "access", "traffic", "note"];

type Tables = { [id: string]: TableJson };

function split(table: TableJson, keys: readonly string[]): TableJson {
  const known = Object.entries(table).filter(([k]) => keys.includes(k));
  const rest = Object.entries(table).filter(([k]) => !keys.includes(k));
  return { ...Object.fromEntries(known), attributes: Object.fromEntries(rest) };
}

function each<T>(tables: Tables | undefined, make: (table: TableJson) => T): { [id: string]: T } {
  return Object.fromEntries(Object.entries(tables ?? {}).map(([id, table]) => [id, make(table)]));
}

export function designOf(text: string): DesignJson {
  const file = parse(text) as { [key: string]: unknown };
  const about = (file.design ?? {}) as { name?: string };
  return {
    ...emptyDesign(),
    name: about.name ?? null,
    resources: each(file.resource as Tables, (t) => split(t, RESOURCE_KEYS) as unknown as ResourceJson),
    links: each(file.link as Tables, (t) => split(t, LINK_KEYS) as unknown as LinkJson),
    intents: each(file.intent as Tables, (t) => t as unknown as IntentJson),
    layout: { resources: {}, links: {}, ...(file.layout as Partial<LayoutJson>) },
  };
}

const FAMILY_ORDER = ["place", "network", "compute", "storage", "data", "security", "actor", "annotation"];

/** `files`: path → text, paths ending in `FAMILY/KIND.toml`. */
export function kindsOf(files: { [path: string]: string }): CanvasKind[] {
  const kinds = Object.entries(files).map(([path, text]) => {
    const kind = parse(text) as unknown as Partial<Omit<CanvasKind, "attributes">> & {
      attributes?: { [name: string]: { type: string; of?: string[]; required?: boolean } };
      title: string;
      family: string;
      icon: string;
    };
    return {
      id: (path.split("/").at(-1) as string).replace(".toml", ""),
      title: kind.title,
      short: kind.short ?? kind.title,
      family: kind.family,
      icon: kind.icon,
      container: kind.container ?? false,
      parents: kind.parents ?? [],
      size: kind.size ?? [160, 56],
      links: (kind.links ?? []).map((l) => ({ kind: l.kind, to: l.to ?? [] })),
      attributes: Object.entries(kind.attributes ?? {}).map(([name, one]) => ({ ...one, name })),
    } satisfies CanvasKind;
  });
  return kinds.sort((a, b) => FAMILY_ORDER.indexOf(a.family) - FAMILY_ORDER.indexOf(b.family));
}
