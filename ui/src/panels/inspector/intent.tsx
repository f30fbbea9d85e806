// Makes or changes an intent.
import { useMemo, useState } from "react";
import { Button } from "../../controls/button";
import { Dialog } from "../../controls/dialog";
import { ComboField, SelectBox } from "../../controls/fields";
import type { DesignJson, Id, IntentJson } from "../../document/model";
import { useDesign, useWorkbench } from "../context";
import { Ports } from "./ports";
import { freeId } from "./values";

export const EXPECTATIONS = [
  { id: "unreachable", title: "cannot reach", words: "cannot reach" },
  { id: "reachable", title: "reaches", words: "reaches" },
  { id: "only", title: "is the only one to reach", words: "alone reaches" },
] as const;

const resourcesOf = (design: DesignJson) => design.resources;
const intentsOf = (design: DesignJson) => design.intents;

export function IntentDialog({
  id,
  readOnly,
  onClose,
}: {
  id: Id | null;
  readOnly: boolean;
  onClose: () => void;
}) {
  const { edit, catalog } = useWorkbench();
  const intents = useDesign(intentsOf);
  const resources = useDesign(resourcesOf);
  const old = id === null ? undefined : intents[id];
  const [draft, setDraft] = useState<IntentJson>(old ?? { expect: "unreachable", from: "", to: "" });
  const ends = useMemo(
    () =>
      Object.entries(resources).map(([one, { title, kind }]) => ({
        id: one,
        title: title ?? one,
        hint: catalog.kind(kind)?.title ?? kind,
      })),
    [resources, catalog],
  );
  const ready = draft.from !== "" && draft.to !== "" && !readOnly;
  const send = async () => {
    const taken = (one: string) => Object.hasOwn(intents, one);
    const name = id ?? freeId(`${draft.from}-${draft.expect}-${draft.to}`, taken);
    if (await edit({ edit: "set-intent", id: name, intent: draft })) onClose();
  };
  return (
    <Dialog
      title={id === null ? "New intent" : "Intent"}
      onClose={onClose}
      foot={
        <>
          <Button onPress={onClose}>Cancel</Button>
          <Button look="primary" isDisabled={!ready} onPress={() => void send()}>
            {id === null ? "Add intent" : "Change intent"}
          </Button>
        </>
      }
    >
      <ComboField
        label="From"
        value={draft.from || null}
        choices={ends}
        readOnly={readOnly}
        placeholder="a resource, or a container for all in it"
        onDone={(from) => setDraft({ ...draft, from })}
      />
      <SelectBox
        label="Must hold"
        value={draft.expect}
        readOnly={readOnly}
        choices={EXPECTATIONS.map(({ id, title }) => ({ id, title }))}
        onDone={(expect) => setDraft({ ...draft, expect: expect as IntentJson["expect"] })}
      />
      <ComboField
        label="To"
        value={draft.to || null}
        choices={ends}
        readOnly={readOnly}
        placeholder="a resource, or a container for all in it"
        onDone={(to) => setDraft({ ...draft, to })}
      />
      <div className="labelled">
        <span className="label">On</span>
        <Ports
          allow={draft.allow ?? []}
          readOnly={readOnly}
          none="Any port"
          onSet={(allow) => setDraft({ ...draft, allow })}
        />
      </div>
    </Dialog>
  );
}
