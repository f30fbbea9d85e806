// The template and the real catalog as the core would send them, read from the repository's own files.
import { parse } from "smol-toml";
import type { DesignJson, LinkJson, ResourceJson, TableJson } from "../src/document/model";
import type { CatalogDto } from "../src/ipc/generated/CatalogDto";
import type { KindDto } from "../src/ipc/generated/KindDto";

type Toml = Record<string, unknown>;
const RESOURCE_KEYS = ["kind", "parent", "title", "lifecycle", "was", "tags", "on"];

export function designOf(text: string): DesignJson {
  const file = parse(text) as Record<string, Toml>;
  const layout = (file.layout ?? {}) as Toml;
  const resources = Object.entries((file.resource ?? {}) as Record<string, Toml>).map(([id, table]) => {
    const attributes = Object.fromEntries(
      Object.entries(table).filter(([key]) => !RESOURCE_KEYS.includes(key)),
    );
    const own = Object.fromEntries(Object.entries(table).filter(([key]) => RESOURCE_KEYS.includes(key)));
    return [id, { ...own, attributes: attributes as TableJson } as ResourceJson];
  });
  return {
    id: null,
    name: String((file.design as Toml | undefined)?.name ?? "Untitled"),
    about: {},
    resources: Object.fromEntries(resources),
    links: (file.link ?? {}) as { [id: string]: LinkJson },
    intents: (file.intent ?? {}) as unknown as DesignJson["intents"],
    environments: (file.environment ?? {}) as unknown as DesignJson["environments"],
    policy: (file.policy ?? {}) as unknown as DesignJson["policy"],
    layout: {
      resources: (layout.resources ?? {}) as DesignJson["layout"]["resources"],
      links: (layout.links ?? {}) as DesignJson["layout"]["links"],
    },
    views: {},
    layouts: {},
    unknown: {},
  };
}

/** Kinds from `FAMILY/KIND.toml` paths and their texts. */
export function catalogOf(files: Record<string, string>, icons: Record<string, string>): CatalogDto {
  const kinds = Object.entries(files).map(([path, text]) => {
    const id = (path.split("/").pop() ?? "").replace(".toml", "");
    const kind = parse(text) as Toml & { order?: number };
    return { order: kind.order ?? 0, dto: kindOf(id, kind) };
  });
  kinds.sort((a, b) => a.order - b.order);
  const named = Object.entries(icons).map(([path, text]) => [
    (path.split("/").pop() ?? "").replace(".svg", ""),
    text,
  ]);
  return { kinds: kinds.map((kind) => kind.dto), icons: Object.fromEntries(named) };
}

function kindOf(id: string, kind: Toml): KindDto {
  const attributes = Object.entries((kind.attributes ?? {}) as Record<string, Toml>);
  const counterparts = Object.entries((kind.counterparts ?? {}) as Record<string, string[]>);
  return {
    id,
    title: String(kind.title),
    short: String(kind.short ?? kind.title),
    help: String(kind.help),
    family: String(kind.family),
    icon: String(kind.icon),
    search: (kind.search ?? []) as string[],
    container: kind.container === true,
    parents: kind.parents as string[],
    size: kind.size as [number, number],
    links: (kind.links ?? []) as KindDto["links"],
    counterparts: Object.fromEntries(counterparts.map(([provider, types]) => [provider, types[0] ?? ""])),
    attributes: attributes.map(([name, one]) => ({
      name,
      label: String(one.label ?? name),
      type: String(one.type),
      help: String(one.help),
      group: String(one.group ?? "General"),
      choices: (one.choices ?? []) as string[],
      choiceLabels: (one["choice-labels"] ?? {}) as { [id: string]: string },
      of: (one.of ?? []) as string[],
      required: one.required === true,
      secret: one.secret === true,
      advanced: one.advanced === true,
      ...(one.unit === undefined ? {} : { unit: String(one.unit) }),
      ...(one.default === undefined ? {} : { default: one.default as never }),
    })),
  };
}
