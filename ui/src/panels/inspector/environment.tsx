// Makes or changes an environment. Keys that have no field here stay as they are.
import { useState } from "react";
import { Button } from "../../controls/button";
import { Dialog } from "../../controls/dialog";
import { LiveBox, SelectBox, SwitchBox, TextBox } from "../../controls/fields";
import type { DesignJson, EditJson, EnvironmentJson, Id, Provider } from "../../document/model";
import { useDesign, useWorkbench } from "../context";
import { PROVIDER_TITLES } from "./provider";
import { KeyValues } from "./rows";
import { idProblem } from "./values";

const PROVIDERS: Provider[] = ["lab", "docker", "aws", "azure", "gcp", "kubernetes", "vsphere"];
const LIKE: Provider[] = ["aws", "azure", "gcp"];
const environmentsOf = (design: DesignJson) => design.environments;
const resourcesOf = (design: DesignJson) => design.resources;

const batch = (name: string, edits: EditJson[]): EditJson => ({ edit: "batch", name, edits });

export function EnvironmentDialog(props: { id: Id | null; readOnly: boolean; onClose: () => void }) {
  const { id, readOnly, onClose } = props;
  const { edit } = useWorkbench();
  const environments = useDesign(environmentsOf);
  const [name, setName] = useState(id ?? "");
  const [draft, setDraft] = useState<EnvironmentJson>((id && environments[id]) || { provider: "lab" });
  const wrong = id
    ? undefined
    : name === ""
      ? undefined
      : idProblem(name, (one) => Object.hasOwn(environments, one));
  const set = (change: Partial<EnvironmentJson>) => setDraft(without({ ...draft, ...change }));
  const ready = name !== "" && !wrong && !readOnly;
  const send = async () => {
    const made: EditJson = { edit: "set-environment", id: name, environment: draft };
    // Without any it ran in a lab: that stays beside the first that is written.
    const first = Object.keys(environments).length === 0 && name !== "lab";
    const lab: EditJson = { edit: "set-environment", id: "lab", environment: { provider: "lab" } };
    const act = first ? batch(`Add environment ${name}`, [lab, made]) : made;
    if (await edit(act)) onClose();
  };
  const simulated = draft.provider === "lab" || draft.provider === "docker";
  const text = (key: "suffix" | "pool" | "pool6" | "ttl", label: string, placeholder: string) => (
    <TextBox
      label={label}
      value={draft[key] ?? ""}
      readOnly={readOnly}
      placeholder={placeholder}
      onDone={(value) => set({ [key]: value.trim() })}
    />
  );
  return (
    <Dialog
      title={id === null ? "New environment" : `Environment ${id}`}
      onClose={onClose}
      foot={
        <>
          <Button onPress={onClose}>Cancel</Button>
          <Button look="primary" isDisabled={!ready} onPress={() => void send()}>
            {id === null ? "Add environment" : "Change environment"}
          </Button>
        </>
      }
    >
      {id === null && (
        <LiveBox
          label="Name"
          value={name}
          onChange={setName}
          autoFocus
          placeholder="staging"
          {...(wrong ? { wrong } : {})}
        />
      )}
      <div className="two">
        <SelectBox
          label="Runs on"
          value={draft.provider}
          readOnly={readOnly}
          choices={PROVIDERS.map((one) => ({ id: one, title: PROVIDER_TITLES[one] ?? one }))}
          onDone={(provider) => set({ provider: provider as Provider })}
        />
        {simulated ? (
          <SelectBox
            label="Behaves like"
            value={draft.like ?? "aws"}
            readOnly={readOnly}
            choices={LIKE.map((one) => ({ id: one, title: PROVIDER_TITLES[one] ?? one }))}
            onDone={(like) => set({ like: like as Provider })}
          />
        ) : (
          <SelectBox
            label="Deployed by"
            value={draft.driver ?? "native"}
            readOnly={readOnly}
            choices={[
              { id: "native", title: "Groundplan" },
              { id: "terraform", title: "Terraform" },
            ]}
            onDone={(driver) => set({ driver: driver as "native" | "terraform" })}
          />
        )}
      </div>
      {!simulated && <Regions draft={draft} readOnly={readOnly} onSet={(regions) => set({ regions })} />}
      <div className="two">
        {text("suffix", "Suffix of unique names", "prod-1")}
        {text("pool", "Address pool", "10.0.0.0/8")}
        {text("pool6", "IPv6 pool", "fd12:3456:789a::/48")}
        {text("ttl", "Ends by itself after", "2 hours")}
        <div className="labelled">
          <span className="label">Deletion</span>
          <SwitchBox
            label="Protect data"
            value={draft.protect ?? false}
            readOnly={readOnly}
            onDone={(protect) => set({ protect })}
          />
        </div>
      </div>
      <div className="labelled">
        <span className="label">Variables</span>
        <KeyValues
          table={draft.variables ?? {}}
          readOnly={readOnly}
          what="variable"
          onSet={(variables) => set({ variables: variables ?? {} })}
        />
      </div>
    </Dialog>
  );
}

/** Without keys that say nothing, so that the file stays as short as it can be. */
function without(environment: EnvironmentJson): EnvironmentJson {
  const entries = Object.entries(environment).filter(
    ([, value]) =>
      value !== "" &&
      value !== undefined &&
      !(typeof value === "object" && value !== null && Object.keys(value).length === 0),
  );
  return Object.fromEntries(entries) as unknown as EnvironmentJson;
}

interface RegionsProps {
  draft: EnvironmentJson;
  readOnly: boolean;
  onSet: (regions: { [id: Id]: string }) => void;
}

function Regions({ draft, readOnly, onSet }: RegionsProps) {
  const resources = useDesign(resourcesOf);
  const regions = Object.entries(resources).filter(([, { kind }]) => kind === "region");
  const put = (id: Id, text: string) => {
    const next = { ...draft.regions, [id]: text.trim() };
    if (text.trim() === "") delete next[id];
    onSet(next);
  };
  return regions.map(([id, { title }]) => (
    <TextBox
      key={id}
      label={`Region of ${title ?? id}`}
      value={draft.regions?.[id] ?? ""}
      readOnly={readOnly}
      placeholder={draft.provider === "aws" ? "eu-central-1" : "the provider’s name for it"}
      onDone={(text) => put(id, text)}
    />
  ));
}
