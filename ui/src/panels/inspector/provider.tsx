// What the environment's provider gets, attribute by attribute, with raw values that override it.
import { useState } from "react";
import { Button, IconButton } from "../../controls/button";
import { LiveBox, TextBox } from "../../controls/fields";
import type { DesignJson, Id, Provider, TableJson } from "../../document/model";
import type { ResourceFactsDto } from "../../ipc/generated/ResourceFactsDto";
import { useDesign, useReadable, useWorkbench } from "../context";
import { sameType } from "./rows";
import { valueText } from "./values";

export const PROVIDER_TITLES: Record<string, string> = {
  lab: "the lab",
  docker: "Docker",
  aws: "AWS",
  azure: "Azure",
  gcp: "Google Cloud",
  kubernetes: "Kubernetes",
  vsphere: "vSphere",
};

const RAW_NAME = /^[a-z][a-z0-9_]*$/;
const environmentsOf = (design: DesignJson) => design.environments;
const resourcesOf = (design: DesignJson) => design.resources;

/** A section for each provider that an environment of the design is on, the chosen one's first. */
export function OnProviders(props: { id: Id; facts: ResourceFactsDto; readOnly: boolean }) {
  const { environment } = useWorkbench();
  const environments = useDesign(environmentsOf);
  const chosen = environments[useReadable(environment)]?.provider ?? "lab";
  const all = [chosen, ...Object.values(environments).map(({ provider }) => provider)];
  return [...new Set(all)].map((provider) => (
    <OnProvider key={provider} {...props} provider={provider} here={provider === chosen} />
  ));
}

interface ProviderProps {
  id: Id;
  facts: ResourceFactsDto;
  readOnly: boolean;
  provider: Provider;
  /** The chosen environment is on it: the facts are about it. */
  here: boolean;
}

function OnProvider({ id, facts: all, readOnly, provider, here }: ProviderProps) {
  const { edit } = useWorkbench();
  const facts = here ? all : { ...all, onProvider: {} };
  const own = (useDesign(resourcesOf)[id]?.on?.[provider] ?? {}) as TableJson;
  const [adding, setAdding] = useState(false);
  const types = facts.counterparts[provider] ?? [];
  const names = [...new Set([...Object.keys(facts.onProvider), ...Object.keys(own)])];
  if (provider === "lab" || provider === "docker" || (types.length === 0 && names.length === 0)) return null;
  const set = (name: string, text: string) => {
    const before = own[name] ?? facts.onProvider[name]?.value ?? "";
    const value = sameType(before, text);
    void edit({ edit: "set-attribute", resource: id, path: ["on", provider, name], value });
  };
  return (
    <section aria-label={`On ${PROVIDER_TITLES[provider]}`}>
      <h2>On {PROVIDER_TITLES[provider] ?? provider}</h2>
      {types.length > 0 && <p className="help mono selectable wraps">{types.join(", ")}</p>}
      {names.map((name) => {
        const raw = own[name];
        const fact = facts.onProvider[name];
        const value = raw ?? fact?.value;
        return (
          <div className="field" key={name} data-attribute={`on.${provider}.${name}`}>
            <span className="field-label mono cut" title={name}>
              {name}
            </span>
            <TextBox
              bare
              label={`${name} on ${PROVIDER_TITLES[provider]}`}
              value={valueText(value)}
              readOnly={readOnly || (typeof value === "object" && value !== null)}
              onDone={(text) => set(name, text)}
              after={
                <>
                  <span className="origin">{raw === undefined ? fact?.from : "raw"}</span>
                  {raw !== undefined && !readOnly && (
                    <IconButton
                      size="tiny"
                      icon="reset"
                      label={`Take ${name} from the design again`}
                      onPress={() =>
                        void edit({ edit: "unset-attribute", resource: id, path: ["on", provider, name] })
                      }
                    />
                  )}
                </>
              }
            />
          </div>
        );
      })}
      {!readOnly &&
        (adding ? (
          <AddRaw
            onAdd={(name, value) => {
              set(name, value);
              setAdding(false);
            }}
          />
        ) : (
          <Button small look="plain" icon="add" onPress={() => setAdding(true)}>
            Add raw attribute
          </Button>
        ))}
    </section>
  );
}

function AddRaw({ onAdd }: { onAdd: (name: string, value: string) => void }) {
  const [name, setName] = useState("");
  const [value, setValue] = useState("");
  const ready = RAW_NAME.test(name) && value !== "";
  return (
    <form
      className="pair"
      onSubmit={(event) => {
        event.preventDefault();
        if (ready) onAdd(name, value);
      }}
    >
      <LiveBox
        bare
        label="Name, as Terraform spells it"
        value={name}
        onChange={setName}
        autoFocus
        placeholder="monitoring"
      />
      <LiveBox bare label="Value" value={value} onChange={setValue} placeholder="true" />
      <Button small type="submit" isDisabled={!ready}>
        Add
      </Button>
    </form>
  );
}
