// A core in memory for unit tests and for the page in dev/: applies the simplest edits, answers from what it
// was given. It judges nothing and is in no build.
import type { ChangeJson, DesignJson, EditJson, ResourceJson } from "../document/model";
import type { Answer, Arguments, Backend, CommandName, Connection, SettingsJson } from "./backend";
import { BackendError } from "./backend";
import { Listeners } from "./frames";
import type { AppEvent } from "./generated/AppEvent";

export type Answers = { [N in CommandName]?: (args: Arguments<N>) => Answer<N> | Promise<Answer<N>> };

export interface FakeBackend extends Backend {
  /** Every call so far, oldest first. */
  readonly calls: { name: CommandName; args: unknown }[];
  design(): DesignJson;
  /** Sends an event as the core would. */
  tell(event: AppEvent): void;
  connect(state: Connection): void;
}

/** What a command answers when the test says nothing else. */
export function fakeBackend(start: DesignJson, answers: Answers = {}): FakeBackend {
  const listeners = new Listeners<AppEvent>();
  const states = new Listeners<Connection>();
  const calls: FakeBackend["calls"] = [];
  let design = start;
  let revision = 1;
  const past: DesignJson[] = [];
  let settings: SettingsJson = {};

  const change = (next: DesignJson, name: string) => {
    past.push(design);
    const patch = { changes: difference(design, next) };
    design = next;
    revision += 1;
    const history = past.length > 0 ? { undo: name, dirty: true } : { dirty: false };
    listeners.tell({ event: "document-patched", session: 1, revision, patch, history });
    return { revision };
  };
  const document = () => ({ session: 1, revision, history: { dirty: false }, design, diagnostics: [] });
  const standard: Answers = {
    settings_get: () => settings,
    settings_set: (args) => {
      settings = args.settings;
      return undefined;
    },
    log_tail: () => [],
    design_new: document,
    design_from_template: document,
    design_open: document,
    design_snapshot: document,
    design_reload: document,
    design_close: () => undefined,
    design_edit: ({ edit }) => change(edited(design, edit), edit.edit.replaceAll("-", " ")),
    design_undo: () => change(past.pop() ?? design, "undo"),
    environment_choose: () => undefined,
  };

  return {
    calls,
    design: () => design,
    tell: (event) => listeners.tell(event),
    connect: (state) => states.tell(state),
    events: (listener) => listeners.add(listener),
    connection: (listener) => states.add(listener),
    async call<N extends CommandName>(name: N, args: Arguments<N>): Promise<Answer<N>> {
      calls.push({ name, args });
      const answer = (answers[name] ?? standard[name]) as ((args: Arguments<N>) => Answer<N>) | undefined;
      if (!answer) throw new BackendError({ code: "failed", message: `the fake does not answer ${name}` });
      return answer(args);
    },
  };
}

/** The design after an edit of the kinds that tests make. */
function edited(design: DesignJson, edit: EditJson): DesignJson {
  switch (edit.edit) {
    case "batch":
      return edit.edits.reduce(edited, design);
    case "set-name":
      return { ...design, name: edit.name };
    case "set-intent":
      return { ...design, intents: put(design.intents, edit.id, edit.intent) };
    case "set-environment":
      return { ...design, environments: put(design.environments, edit.id, edit.environment) };
    case "set-policy":
      return { ...design, policy: edit.policy };
    case "set-attribute":
      return withResource(design, edit.resource, edit.path, edit.value);
    case "unset-attribute":
      return withResource(design, edit.resource, edit.path, undefined);
    case "remove-links":
      return { ...design, links: edit.ids.reduce((links, id) => put(links, id, null), design.links) };
    case "add-link":
      return { ...design, links: put(design.links, edit.id, edit.link) };
    case "set-link": {
      const { edit: _, id, ...set } = edit;
      const old = design.links[id];
      return old ? { ...design, links: put(design.links, id, { ...old, ...set }) } : design;
    }
    case "add-resource": {
      const { id, kind, parent, attributes, at } = edit;
      const made: ResourceJson = {
        kind,
        ...(parent ? { parent } : {}),
        ...(attributes ? { attributes } : {}),
      };
      const resources = put(design.resources, id, made);
      const places = at ? put(design.layout.resources, id, at) : design.layout.resources;
      return { ...design, resources, layout: { ...design.layout, resources: places } };
    }
    case "set-layout": {
      let resources = design.layout.resources;
      for (const [id, place] of Object.entries(edit.resources ?? {})) resources = put(resources, id, place);
      return { ...design, layout: { ...design.layout, resources } };
    }
    case "remove-resources":
      return { ...design, resources: edit.ids.reduce((all, id) => put(all, id, null), design.resources) };
    default:
      throw new BackendError({ code: "refused", message: `the fake does not do ${edit.edit}` });
  }
}

function put<V>(map: { [id: string]: V }, id: string, value: V | null): { [id: string]: V } {
  const { [id]: _, ...rest } = map;
  return value === null ? rest : { ...map, [id]: value };
}

function withResource(design: DesignJson, id: string, path: string[], value: unknown): DesignJson {
  const old = design.resources[id];
  if (!old) throw new BackendError({ code: "refused", message: `there is no resource “${id}”` });
  const own = ["title", "lifecycle", "tags", "on"].includes(path[0] ?? "");
  const full = own ? path : ["attributes", ...path];
  const next = setDeep(old as unknown as Record<string, unknown>, full, value) as unknown as ResourceJson;
  return { ...design, resources: put(design.resources, id, next) };
}

function setDeep(table: Record<string, unknown>, [first = "", ...rest]: string[], value: unknown) {
  const next = { ...table };
  const inner = (next[first] ?? {}) as Record<string, unknown>;
  if (rest.length > 0) next[first] = setDeep(inner, rest, value);
  else if (value === undefined) delete next[first];
  else next[first] = value;
  return next;
}

/** The patch between two designs: parts that are not the same object. */
function difference(before: DesignJson, after: DesignJson): ChangeJson[] {
  const changes: ChangeJson[] = [];
  const compare = (of: string, a: Record<string, unknown>, b: Record<string, unknown>) => {
    for (const id of new Set([...Object.keys(a), ...Object.keys(b)])) {
      if (a[id] !== b[id])
        changes.push({ of, id, before: a[id] ?? null, after: b[id] ?? null } as ChangeJson);
    }
  };
  compare("resource", before.resources, after.resources);
  compare("link", before.links, after.links);
  compare("intent", before.intents, after.intents);
  compare("environment", before.environments, after.environments);
  compare("resource-layout", before.layout.resources, after.layout.resources);
  if (before.policy !== after.policy)
    changes.push({ of: "policy", before: before.policy, after: after.policy });
  const about = ({ id, name, about }: DesignJson) => ({ id, name, about });
  if (before.name !== after.name) changes.push({ of: "about", before: about(before), after: about(after) });
  return changes;
}
