/** The design as the core sends it: the serde JSON of gp-model, typed by hand. Field for field, no more. */

export type Id = string;
export type DateJson = { $date: string };
export type ValueJson = boolean | number | string | DateJson | ValueJson[] | { [key: string]: ValueJson };
export type TableJson = { [key: string]: ValueJson };

/** `[x, y, width, height]`, absolute, whole canvas units. */
export type RectJson = [number, number, number, number];
export type PointJson = [number, number];

export type Lifecycle = "managed" | "existing" | "external";
export type LinkKind = "flow" | "attachment" | "target" | "peering" | "trigger" | "cable" | "dependency";
export type Access = "read" | "write" | "consume" | "publish" | "invoke" | "admin";
export type Provider = "lab" | "docker" | "aws" | "azure" | "gcp" | "kubernetes" | "vsphere";

export interface ResourceJson {
  kind: string;
  parent?: Id;
  title?: string;
  lifecycle?: Lifecycle;
  was?: Id[];
  tags?: TableJson;
  on?: { [provider: string]: TableJson };
  attributes?: TableJson;
}

export interface LinkJson {
  from: Id;
  to: Id;
  kind?: LinkKind;
  allow?: string[];
  access?: Access[];
  traffic?: string;
  note?: string;
  attributes?: TableJson;
}

export interface IntentJson {
  expect: "reachable" | "unreachable" | "only";
  from: Id;
  to: Id;
  allow?: string[];
  attributes?: TableJson;
}

export interface EnvironmentJson {
  provider: Provider;
  driver?: "native" | "terraform";
  backend?: TableJson;
  like?: Provider;
  regions?: { [region: Id]: string };
  /** Kind → the user's own Terraform module. */
  modules?: { [kind: string]: TableJson };
  variables?: TableJson;
  override?: { [resource: Id]: TableJson };
  profile?: string;
  pool?: string;
  pool6?: string;
  suffix?: string;
  ttl?: string;
  protect?: boolean;
  attributes?: TableJson;
}

export interface WaiverJson {
  rule: string;
  resource?: string;
  reason?: string;
  owner?: string;
  expires?: string;
  attributes?: TableJson;
}

export interface PolicyJson {
  profile?: string;
  parameters?: TableJson;
  waiver?: WaiverJson[];
  attributes?: TableJson;
}

export interface LayoutJson {
  resources: { [id: Id]: RectJson };
  links: { [id: Id]: PointJson[] };
  /** Not to be moved, resized or deleted. */
  locked?: { [id: Id]: boolean };
}

/** Where things are drawn in a view with places of its own. */
export type PlacesJson = Omit<LayoutJson, "locked">;

/** A named way to look at the design; its own places are in `layouts`. */
export interface ViewJson {
  title?: string;
  query?: string;
  hide?: string[];
  focus?: Id;
  "hide-outside"?: boolean;
  connected?: Id[];
  overlay?: string;
  /** What the window is filled with. */
  window?: RectJson;
  attributes?: TableJson;
}

export interface AboutJson {
  id: string | null;
  name: string | null;
  about: TableJson;
}

export interface DesignJson extends AboutJson {
  resources: { [id: Id]: ResourceJson };
  links: { [id: Id]: LinkJson };
  intents: { [id: Id]: IntentJson };
  environments: { [id: Id]: EnvironmentJson };
  policy: PolicyJson;
  layout: LayoutJson;
  views: { [id: Id]: ViewJson };
  /** By view: those with places of their own. */
  layouts: { [view: Id]: PlacesJson };
  unknown: TableJson;
}

/** One changed part. `before` null: it was made; `after` null: it was removed. */
export type ChangeJson =
  | { of: "resource"; id: Id; before: ResourceJson | null; after: ResourceJson | null }
  | { of: "link"; id: Id; before: LinkJson | null; after: LinkJson | null }
  | { of: "intent"; id: Id; before: IntentJson | null; after: IntentJson | null }
  | { of: "environment"; id: Id; before: EnvironmentJson | null; after: EnvironmentJson | null }
  | { of: "policy"; before: PolicyJson; after: PolicyJson }
  | { of: "view"; id: Id; before: ViewJson | null; after: ViewJson | null }
  | { of: "resource-layout"; view?: Id; id: Id; before: RectJson | null; after: RectJson | null }
  | { of: "link-layout"; view?: Id; id: Id; before: PointJson[] | null; after: PointJson[] | null }
  | { of: "lock"; id: Id; before: boolean | null; after: boolean | null }
  | { of: "about"; before: AboutJson; after: AboutJson };

export interface PatchJson {
  changes: ChangeJson[];
}

/** What `set-link` changes; a field that is left out stays. Empty text removes. */
export interface LinkChangeJson {
  from?: Id;
  to?: Id;
  kind?: LinkKind;
  allow?: string[];
  access?: Access[];
  traffic?: string;
  note?: string;
  attributes?: TableJson;
}

/** The closed set of edits, tagged by `edit`. */
export type EditJson =
  | { edit: "add-resource"; id: Id; kind: string; parent?: Id; attributes?: TableJson; at?: RectJson }
  | { edit: "remove-resources"; ids: Id[] }
  | { edit: "set-attribute"; resource: Id; path: string[]; value: ValueJson }
  | { edit: "unset-attribute"; resource: Id; path: string[] }
  | { edit: "rename-resource"; from: Id; to: Id }
  | { edit: "move-to-parent"; ids: Id[]; parent: Id | null }
  | { edit: "add-link"; id: Id; link: LinkJson }
  | ({ edit: "set-link"; id: Id } & LinkChangeJson)
  | { edit: "remove-links"; ids: Id[] }
  | { edit: "set-view"; id: Id; view: ViewJson | null }
  | { edit: "set-own-places"; view: Id; own: boolean }
  | { edit: "set-intent"; id: Id; intent: IntentJson | null }
  | { edit: "set-environment"; id: Id; environment: EnvironmentJson | null }
  | { edit: "set-policy"; policy: PolicyJson }
  | { edit: "add-waiver"; waiver: WaiverJson }
  | {
      edit: "set-layout";
      resources?: { [id: Id]: RectJson | null };
      links?: { [id: Id]: PointJson[] | null };
      locked?: { [id: Id]: boolean };
    }
  | { edit: "set-name"; name: string }
  | { edit: "batch"; name: string; edits: EditJson[] };

export function emptyDesign(): DesignJson {
  return {
    id: null,
    name: null,
    about: {},
    resources: {},
    links: {},
    intents: {},
    environments: {},
    policy: {},
    layout: { resources: {}, links: {} },
    views: {},
    layouts: {},
    unknown: {},
  };
}
