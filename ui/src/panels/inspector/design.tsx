// Nothing selected: the design itself, its intents and its environments.
import { useState } from "react";
import { Button, IconButton } from "../../controls/button";
import { SelectBox, TextBox } from "../../controls/fields";
import { Icon, Mark } from "../../controls/icon";
import { called } from "../../document/called";
import type { DesignJson, EnvironmentJson, Id, IntentJson } from "../../document/model";
import { titleOf, useCounts, useDesign, useReadable, useSelected, useWorkbench } from "../context";
import type { Facts } from "../facts";
import { WaiverDialog } from "../finding";
import { EnvironmentDialog } from "./environment";
import { EXPECTATIONS, IntentDialog } from "./intent";
import { PROVIDER_TITLES } from "./provider";

const nameOf = (design: DesignJson) => design.name;
const intentsOf = (design: DesignJson) => design.intents;
const environmentsOf = (design: DesignJson) => design.environments;
const policyOf = (design: DesignJson) => design.policy;
const intentFacts = (facts: Facts) => facts.intents;
const PROFILES = ["baseline", "security", "resilience", "cost", "operations", "naming"];

export function DesignInspector() {
  const { edit, file } = useWorkbench();
  const { path, readOnly: why } = useReadable(file);
  const name = called(useDesign(nameOf), path);
  const readOnly = why !== undefined;
  return (
    <>
      <header className="inspector-head">
        <span className="tile tint-network">
          <Icon name="logo" size={20} />
        </span>
        <div className="grow inspector-title">
          <TextBox
            bare
            label="Name of the design"
            readOnly={readOnly}
            value={name}
            check={(text) => (text.trim() === "" ? "give it a name" : undefined)}
            onDone={(text) => void edit({ edit: "set-name", name: text.trim() })}
          />
          <Counts />
        </div>
      </header>
      <div className="inspector-body">
        <Intents readOnly={readOnly} />
        <Environments readOnly={readOnly} />
        <Policy readOnly={readOnly} />
      </div>
    </>
  );
}

function Counts() {
  return <p>{useCounts()}</p>;
}

function Intents({ readOnly }: { readOnly: boolean }) {
  const { document, facts, edit } = useWorkbench();
  const intents = Object.entries(useDesign(intentsOf));
  const verdicts = useSelected(facts, intentFacts);
  const [open, setOpen] = useState<Id | "new" | null>(null);
  return (
    <section aria-label="Intents">
      <SectionHead title="Intents" add="Add intent" readOnly={readOnly} onAdd={() => setOpen("new")} />
      {intents.length === 0 && (
        <p className="help">Say what must and must not be reachable: it is proven at every change.</p>
      )}
      <ul>
        {intents.map(([id, intent]) => {
          const verdict = verdicts.find((one) => one.id === id);
          return (
            <li key={id} className="line-item">
              <Mark state={verdict ? (verdict.holds ? "ok" : "error") : "waiting"} />
              <button type="button" className="focus-ring" onClick={() => setOpen(id)}>
                {verdict?.text ?? intentText(intent, (one) => titleOf(document, one))}
              </button>
              {!readOnly && (
                <IconButton
                  size="tiny"
                  icon="close"
                  label={`Remove intent ${id}`}
                  onPress={() => void edit({ edit: "set-intent", id, intent: null })}
                />
              )}
            </li>
          );
        })}
      </ul>
      {open && (
        <IntentDialog id={open === "new" ? null : open} readOnly={readOnly} onClose={() => setOpen(null)} />
      )}
    </section>
  );
}

/** An intent in words, until the core has said it better. */
export function intentText({ expect, from, to, allow }: IntentJson, title: (id: Id) => string): string {
  const words = EXPECTATIONS.find((one) => one.id === expect)?.words ?? "reaches";
  const ports = allow && allow.length > 0 ? ` on ${allow.join(", ")}` : "";
  return expect === "only"
    ? `only ${title(from)} reaches ${title(to)}${ports}`
    : `${title(from)} ${words} ${title(to)}${ports}`;
}

function Environments({ readOnly }: { readOnly: boolean }) {
  const { edit, environment, deployments, chooseEnvironment } = useWorkbench();
  const states = useReadable(deployments);
  const environments = Object.entries(useDesign(environmentsOf));
  const chosen = useReadable(environment);
  const [open, setOpen] = useState<Id | "new" | null>(null);
  return (
    <section aria-label="Environments">
      <SectionHead
        title="Environments"
        add="Add environment"
        readOnly={readOnly}
        onAdd={() => setOpen("new")}
      />
      {environments.length === 0 && (
        <p className="help">Without one, the design runs in a lab on this machine.</p>
      )}
      <ul>
        {environments.map(([id, one]) => (
          <li key={id} className="line-item">
            <span className={`dot ${states.get(id)?.state === "running" ? "on" : ""}`} />
            <button type="button" className="focus-ring" onClick={() => setOpen(id)}>
              {id} <span className="muted line-facts">{environmentText(one)}</span>
            </button>
            {id === chosen ? (
              <span className="muted">in use</span>
            ) : (
              <Button small look="plain" onPress={() => chooseEnvironment(id)}>
                Use
              </Button>
            )}
            {!readOnly && (
              <IconButton
                size="tiny"
                icon="close"
                label={`Remove environment ${id}`}
                onPress={() => void edit({ edit: "set-environment", id, environment: null })}
              />
            )}
          </li>
        ))}
      </ul>
      {open && (
        <EnvironmentDialog
          id={open === "new" ? null : open}
          readOnly={readOnly}
          onClose={() => setOpen(null)}
        />
      )}
    </section>
  );
}

function environmentText({ provider, regions, protect, ttl }: EnvironmentJson): string {
  const where = Object.values(regions ?? {}).join(", ");
  return [
    PROVIDER_TITLES[provider] ?? provider,
    where,
    protect ? "protected" : "",
    ttl ? `ends after ${ttl}` : "",
  ]
    .filter(Boolean)
    .join(" · ");
}

function Policy({ readOnly }: { readOnly: boolean }) {
  const { edit } = useWorkbench();
  const policy = useDesign(policyOf);
  const waivers = policy.waiver ?? [];
  const [open, setOpen] = useState<number>();
  const remove = (index: number) =>
    void edit({ edit: "set-policy", policy: { ...policy, waiver: waivers.filter((_, i) => i !== index) } });
  return (
    <section aria-label="Policy">
      <h2>Policy</h2>
      <div className="field">
        <span className="field-label">Profile</span>
        <SelectBox
          bare
          label="Profile"
          value={policy.profile ?? "baseline"}
          readOnly={readOnly}
          choices={PROFILES.map((id) => ({ id, title: id }))}
          onDone={(profile) => void edit({ edit: "set-policy", policy: { ...policy, profile } })}
        />
      </div>
      {waivers.length > 0 && <h2>Waived</h2>}
      <ul>
        {waivers.map((waiver, index) => (
          <li key={`${waiver.rule} ${waiver.resource ?? ""} ${waiver.reason ?? ""}`} className="line-item">
            <button type="button" className="focus-ring" disabled={readOnly} onClick={() => setOpen(index)}>
              <span className="mono">{waiver.rule}</span> {waiver.resource && `on ${waiver.resource}`}
              <span className="muted line-facts">
                {[waiver.reason, waiver.owner, waiver.expires && `until ${waiver.expires}`]
                  .filter(Boolean)
                  .join(" · ")}
              </span>
            </button>
            {!readOnly && (
              <IconButton
                size="tiny"
                icon="close"
                label={`Remove waiver of ${waiver.rule}`}
                onPress={() => remove(index)}
              />
            )}
          </li>
        ))}
      </ul>
      {open !== undefined && <WaiverDialog index={open} onClose={() => setOpen(undefined)} />}
    </section>
  );
}

function SectionHead(props: { title: string; add: string; readOnly: boolean; onAdd: () => void }) {
  return (
    <div className="section-head">
      <h2>{props.title}</h2>
      {!props.readOnly && <IconButton size="tiny" icon="add" label={props.add} onPress={props.onAdd} />}
    </div>
  );
}
