// The inspector of one resource or of many: findings, grouped fields, reach, provider, tags, identity.
import { useEffect, useMemo, useState } from "react";
import { Button } from "../../controls/button";
import { ComboField, FixedValue, SelectBox, TextBox } from "../../controls/fields";
import { Icon, RawIcon } from "../../controls/icon";
import type { DesignJson, Id, TableJson, ValueJson } from "../../document/model";
import { titleEdit } from "../../editor/edits";
import { inSentence } from "../../editor/words";
import type { AttributeDto } from "../../ipc/generated/AttributeDto";
import type { KindDto } from "../../ipc/generated/KindDto";
import type { ResourceFactsDto } from "../../ipc/generated/ResourceFactsDto";
import { useDesign, useReadable, useSelected, useSetting, useWorkbench } from "../context";
import { type Facts, weight } from "../facts";
import { FindingCard } from "../finding";
import { Field } from "./field";
import { InLab } from "./lab";
import { OnProviders } from "./provider";
import { Rack } from "./rack";
import { RAW, RawAttributes, RawType } from "./raw";
import { KeyValues } from "./rows";
import {
  commonAttributes,
  fieldGroups,
  fieldState,
  idProblem,
  listed,
  type Picked,
  setEdit,
  tagEdits,
  tagsOf,
  unsetEdit,
} from "./values";

const resourcesOf = (design: DesignJson) => design.resources;
const findingsOf = (facts: Facts) => facts.of;

/** The core's facts of one resource, asked again after every judgement. */
function useResourceFacts(id: Id | undefined): ResourceFactsDto | undefined {
  const { backend, session, facts, document } = useWorkbench();
  const judged = useReadable(facts);
  const [answer, setAnswer] = useState<ResourceFactsDto>();
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new judgement is what makes the facts old
  useEffect(() => {
    if (id === undefined || !document.resource(id)) return;
    let wanted = true;
    backend.call("resource_facts", { session: session.get(), id }).then(
      (facts) => wanted && setAnswer(facts),
      // Removed meanwhile: the selection moves on with the patch that is on its way.
      () => wanted && setAnswer(undefined),
    );
    return () => {
      wanted = false;
    };
  }, [backend, session, document, id, judged]);
  return answer;
}

export function ResourceInspector({ ids }: { ids: readonly Id[] }) {
  const workbench = useWorkbench();
  const { document, catalog, edit, file } = workbench;
  const resources = useDesign(resourcesOf);
  const one = ids.length === 1 ? ids[0] : undefined;
  const facts = useResourceFacts(one);
  const readOnly = useReadable(file).readOnly !== undefined;
  const [more, setMore] = useSetting("inspector.more", false);
  const picked = useMemo<(Picked & { attributes: AttributeDto[] })[]>(
    () =>
      ids.flatMap((id) => {
        const resource = resources[id];
        if (!resource) return [];
        const attributes = catalog.kind(resource.kind)?.attributes ?? [];
        return [{ id, resource, attributes, ...(facts && id === one ? { facts: facts.attributes } : {}) }];
      }),
    [ids, resources, catalog, facts, one],
  );
  const kinds = picked.map(({ resource }) => catalog.kind(resource.kind));
  const attributes = useMemo(() => commonAttributes(picked.map((each) => each.attributes)), [picked]);
  const hidden = attributes.filter((attribute) => attribute.advanced).length;
  const zones = zonesOf(picked, document, one);
  const set = (path: string[], value: ValueJson, label: string) =>
    void edit(setEdit(ids, path, value, label));
  const reset = (path: string[], label: string) => void edit(unsetEdit(picked, path, label));
  const first = picked[0];
  if (!first) return null;
  const raw = first.resource.kind === RAW ? one : undefined;
  return (
    <>
      <Head picked={picked} kind={kinds[0]} facts={facts} readOnly={readOnly} />
      <div className="inspector-body">
        <Locked ids={ids} readOnly={readOnly} />
        {one && <Findings id={one} />}
        {one && <InLab id={one} instances={(facts?.instances ?? []).map(({ address }) => address)} />}
        {one && first.resource.kind === "rack" && <Rack id={one} readOnly={readOnly} />}
        {fieldGroups(attributes, more).map(({ title, attributes: list }) => (
          <section key={title} aria-label={title}>
            <h2>{title}</h2>
            {list.map((attribute) =>
              raw ? (
                <RawField key={attribute.name} id={raw} name={attribute.name} readOnly={readOnly} />
              ) : (
                <Field
                  key={attribute.name}
                  ids={ids}
                  state={fieldState(attribute, picked)}
                  readOnly={readOnly}
                  zones={zones}
                  onSet={(value) => set([attribute.name], value, attribute.label)}
                  onReset={() => reset([attribute.name], attribute.label)}
                />
              ),
            )}
          </section>
        ))}
        {hidden > 0 && (
          <Button small look="plain" icon={more ? "up" : "down"} onPress={() => setMore(!more)}>
            {more ? "Less" : `${hidden} more`}
          </Button>
        )}
        {facts && <Reach facts={facts} />}
        {one && facts && <OnProviders id={one} facts={facts} readOnly={readOnly} />}
        <Tags picked={picked} readOnly={readOnly} />
        {one ? <Identity id={one} readOnly={readOnly} /> : <Together picked={picked} readOnly={readOnly} />}
      </div>
    </>
  );
}

function RawField({ id, name, readOnly }: { id: Id; name: string; readOnly: boolean }) {
  const { document } = useWorkbench();
  const value = useDesign(() => document.resource(id)?.attributes?.[name]);
  if (name === "type") return <RawType id={id} value={value} readOnly={readOnly} />;
  return <RawAttributes id={id} readOnly={readOnly} />;
}

/** Zone letters that a resource may be pinned to: those of the nearest container that says them. */
function zonesOf(
  picked: readonly Picked[],
  document: { ancestors(id: Id): Id[]; resource(id: Id): unknown },
  one?: Id,
) {
  const inForce = picked[0]?.facts?.zones?.value;
  if (Array.isArray(inForce)) return inForce.map(String);
  for (const id of one ? document.ancestors(one) : []) {
    const zones = (document.resource(id) as { attributes?: TableJson } | undefined)?.attributes?.zones;
    if (Array.isArray(zones)) return zones.map(String);
  }
  return ["a", "b", "c"];
}

function Head(props: {
  picked: readonly Picked[];
  kind: KindDto | undefined;
  facts: ResourceFactsDto | undefined;
  readOnly: boolean;
}) {
  const { catalog, document, edit } = useWorkbench();
  const { picked, kind, facts, readOnly } = props;
  const first = picked[0];
  if (!first) return null;
  const same = picked.every(({ resource }) => resource.kind === first.resource.kind);
  const words = subtitle(first, kind, facts, document.title);
  return (
    <header className="inspector-head">
      <span className={`tile tint-${same ? (kind?.family ?? "annotation") : "annotation"}`}>
        <RawIcon text={catalog.icons[kind?.icon ?? ""] ?? ""} size={20} />
      </span>
      {picked.length === 1 ? (
        <div className="grow inspector-title">
          <TextBox
            bare
            label="Title"
            readOnly={readOnly}
            value={first.resource.title ?? first.id}
            onDone={(text) => {
              const made = titleEdit(document, first.id, text);
              if (made) void edit(made);
            }}
          />
          <p className="cut">{words}</p>
        </div>
      ) : (
        <div className="grow">
          <h2>
            {picked.length} {same ? `${inSentence(kind?.title ?? first.resource.kind)}s` : "resources"}
          </h2>
          <p className="muted">A change here is made in all of them</p>
        </div>
      )}
    </header>
  );
}

function subtitle(
  one: Picked,
  kind: KindDto | undefined,
  facts: ResourceFactsDto | undefined,
  title: (id: Id) => string,
) {
  const zones = new Set((facts?.instances ?? []).map((instance) => instance.zone).filter(Boolean));
  const words = [inSentence(kind?.title ?? `unknown kind ${one.resource.kind}`)];
  if (one.resource.parent) words.push(title(one.resource.parent));
  if (zones.size > 0) words.push(`zone${zones.size > 1 ? "s" : ""} ${[...zones].join(", ")}`);
  return words.join(" · ");
}

/** Why a shape does not follow the pointer, and the way out. */
function Locked({ ids, readOnly }: { ids: readonly Id[]; readOnly: boolean }) {
  const { document, run } = useWorkbench();
  const all = useDesign(() => ids.every((id) => document.locked(id)));
  if (!all) return null;
  return (
    <div className="inspector-locked">
      <Icon name="locked" size={14} />
      <span className="grow">
        {ids.length === 1 ? "Locked: it stays where it is" : "Locked: they stay where they are"}
      </span>
      {!readOnly && (
        <Button small onPress={() => run("unlock")}>
          Unlock
        </Button>
      )}
    </div>
  );
}

function Findings({ id }: { id: Id }) {
  const { facts } = useWorkbench();
  const findings = useSelected(facts, findingsOf).get(id) ?? [];
  const sorted = [...findings].sort((a, b) => weight(b.severity) - weight(a.severity));
  return sorted.map((finding) => <FindingCard key={finding.key} finding={finding} />);
}

const MOST_INSTANCES = 6;

function Reach({ facts }: { facts: ResourceFactsDto }) {
  const addresses = facts.instances.filter((instance) => instance.ip || instance.ip6 || instance.publicIp);
  const alone = addresses.length === 0 && facts.reachedBy.length === 0 && facts.reaches.length === 0;
  if (alone && facts.reserved.length === 0) return null;
  return (
    <section aria-label="Reach">
      <h2>Reach</h2>
      {addresses.slice(0, MOST_INSTANCES).map((instance) => (
        <Fact
          key={instance.address}
          label={addresses.length === 1 ? "Address" : instance.address}
          value={[instance.ip, instance.ip6, instance.publicIp].filter(Boolean).join(" · ")}
          after={instance.zone ? `zone ${instance.zone}` : "allocated"}
        />
      ))}
      {addresses.length > MOST_INSTANCES && (
        <p className="help">and {addresses.length - MOST_INSTANCES} more</p>
      )}
      {facts.reserved.length > 0 && <Fact label="Kept for the provider" value={facts.reserved.join(", ")} />}
      {!alone && <Fact label="Reached by" value={listed(facts.reachedBy) || "nobody"} />}
      {!alone && <Fact label="Reaches" value={listed(facts.reaches) || "nothing"} />}
    </section>
  );
}

function Fact({ label, value, after }: { label: string; value: string; after?: string }) {
  return (
    <div className="field">
      <span className="field-label cut" title={label}>
        {label}
      </span>
      <FixedValue label={label} value={value} after={after && <span className="origin">{after}</span>} />
    </div>
  );
}

/** Tags of all picked ones. One that differs, or that only some have, shows as mixed until it is set. */
function Tags({ picked, readOnly }: { picked: readonly Picked[]; readOnly: boolean }) {
  const { edit } = useWorkbench();
  const { table, mixed } = useMemo(() => tagsOf(picked.map(({ resource }) => resource)), [picked]);
  const send = (next: TableJson = {}) => {
    const edits = tagEdits(picked, table, next);
    const only = edits.length === 1 ? edits[0] : undefined;
    void edit(only ?? { edit: "batch", name: "Change tags", edits });
  };
  return (
    <section aria-label="Tags">
      <h2>Tags</h2>
      <KeyValues table={table} mixed={mixed} readOnly={readOnly} onSet={send} what="tag" />
    </section>
  );
}

const LIFECYCLES = [
  { id: "managed", title: "managed", hint: "made and deleted by deploys" },
  { id: "existing", title: "existing", hint: "referenced, never touched" },
  { id: "external", title: "external", hint: "someone else’s" },
];

/** What many have in common beside their attributes. */
function Together({ picked, readOnly }: { picked: readonly Picked[]; readOnly: boolean }) {
  const { edit, run } = useWorkbench();
  const each = picked.map(({ resource }) => resource.lifecycle ?? "managed");
  const mixed = each.some((one) => one !== each[0]);
  const set = (value: string) =>
    void edit(
      setEdit(
        picked.map(({ id }) => id),
        ["lifecycle"],
        value,
        "lifecycle",
      ),
    );
  return (
    <section aria-label="Identity">
      <h2>Identity</h2>
      <div className="field">
        <span className="field-label">Lifecycle</span>
        <SelectBox
          bare
          label="Lifecycle"
          value={mixed ? null : (each[0] ?? null)}
          placeholder="mixed"
          readOnly={readOnly}
          choices={LIFECYCLES}
          onDone={set}
        />
      </div>
      {!readOnly && (
        <Button small onPress={() => run("move-to")}>
          Move into…
        </Button>
      )}
    </section>
  );
}

function Identity({ id, readOnly }: { id: Id; readOnly: boolean }) {
  const { document, catalog, edit, editor } = useWorkbench();
  const resources = useDesign(resourcesOf);
  const resource = resources[id];
  const kind = catalog.kind(resource?.kind ?? "");
  const parents = useMemo(() => {
    const allowed = new Set(kind?.parents ?? []);
    const inside = new Set(document.subtree(id));
    const found = Object.keys(resources)
      .filter((other) => allowed.has(resources[other]!.kind) && !inside.has(other))
      .map((other) => {
        const { kind, title } = resources[other]!;
        return { id: other, title: title ?? other, hint: catalog.kind(kind)?.title ?? kind };
      });
    return allowed.has("root") ? [{ id: "", title: "the design", hint: "top" }, ...found] : found;
  }, [document, catalog, kind, resources, id]);
  if (!resource) return null;
  return (
    <section aria-label="Identity">
      <h2>Identity</h2>
      <div className="field">
        <span className="field-label">Id</span>
        <TextBox
          bare
          mono
          label="Id"
          value={id}
          readOnly={readOnly}
          check={(text) => idProblem(text.trim(), (other) => document.resource(other) !== undefined)}
          onDone={(text) =>
            void edit({ edit: "rename-resource", from: id, to: text.trim() }).then(
              (done) => done && editor.select({ resources: [text.trim()], links: [] }),
            )
          }
        />
      </div>
      <div className="field">
        <span className="field-label">Stands in</span>
        <ComboField
          bare
          label="Stands in"
          value={resource.parent ?? ""}
          readOnly={readOnly}
          choices={parents}
          onDone={(parent) =>
            void edit({ edit: "move-to-parent", ids: [id], parent: parent === "" ? null : parent })
          }
        />
      </div>
      <div className="field">
        <span className="field-label">Lifecycle</span>
        <SelectBox
          bare
          label="Lifecycle"
          value={resource.lifecycle ?? "managed"}
          readOnly={readOnly}
          choices={LIFECYCLES}
          onDone={(value) => void edit({ edit: "set-attribute", resource: id, path: ["lifecycle"], value })}
          after={resource.lifecycle ? null : <span className="origin">default</span>}
        />
      </div>
    </section>
  );
}
