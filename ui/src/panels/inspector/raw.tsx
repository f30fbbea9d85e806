// A raw resource: its type, completed from the provider's own table, and what that type takes.
import { useCallback, useEffect, useState } from "react";
import { Button, IconButton } from "../../controls/button";
import { ComboField, TextBox } from "../../controls/fields";
import type { DesignJson, Id, TableJson, ValueJson } from "../../document/model";
import type { RawArgumentDto } from "../../ipc/generated/RawArgumentDto";
import type { RawTakesDto } from "../../ipc/generated/RawTakesDto";
import { useDesign, useReadable, useWorkbench } from "../context";
import { valueText } from "./values";

/** The kind whose attributes are the provider's own. */
export const RAW = "raw";

/** The type's name, in place of the plain field. */
export function RawType(props: { id: Id; value: ValueJson | undefined; readOnly: boolean }) {
  const { backend, session, edit } = useWorkbench();
  const [types, setTypes] = useState<string[]>([]);
  const open = useReadable(session);
  useEffect(() => {
    let gone = false;
    const take = (all: string[]) => !gone && setTypes(all);
    backend.call("raw_types", { session: open }).then(take, () => undefined);
    return () => {
      gone = true;
    };
  }, [backend, open]);
  return (
    <div className="field" data-attribute="type">
      <span className="field-label" title="The provider's name for it">
        Type
      </span>
      <ComboField
        bare
        free
        label="Type"
        readOnly={props.readOnly}
        value={typeof props.value === "string" ? props.value : null}
        choices={types.map((type) => ({ id: type, title: type }))}
        placeholder="aws_sns_platform_application"
        onDone={(value) => void edit({ edit: "set-attribute", resource: props.id, path: ["type"], value })}
      />
    </div>
  );
}

/** What a text means for an argument of this form. */
export function rawValue(form: string, text: string): ValueJson {
  const trimmed = text.trim();
  if (form === "number" && trimmed !== "" && Number.isFinite(Number(trimmed))) return Number(trimmed);
  if (form === "bool" && /^(yes|true|no|false)$/i.test(trimmed)) return /^(yes|true)$/i.test(trimmed);
  // A whole list may come from something else.
  if (form === "list" && !/^\$\{[^}]*\}$/.test(trimmed))
    return trimmed
      .split(",")
      .map((part) => part.trim())
      .filter((part) => part !== "");
  return text;
}

/** Names that are said, then those that must be. */
export function rawNames(said: TableJson, takes: RawTakesDto | undefined): string[] {
  const needed = (takes?.arguments ?? []).filter(({ name, required }) => required && !(name in said));
  return [...Object.keys(said), ...needed.map(({ name }) => name)];
}

const resourcesOf = (design: DesignJson) => design.resources;

/** What it says of itself, attribute by attribute. */
export function RawAttributes({ id, readOnly }: { id: Id; readOnly: boolean }) {
  const { edit } = useWorkbench();
  const attributes = useDesign(resourcesOf)[id]?.attributes ?? {};
  const said = tableOf(attributes.attributes);
  const takes = useTakes(typeof attributes.type === "string" ? attributes.type : "");
  const [adding, setAdding] = useState(false);
  const known = (name: string) => takes?.arguments.find((argument) => argument.name === name);
  const set = (name: string, value: ValueJson) =>
    void edit({ edit: "set-attribute", resource: id, path: ["attributes", name], value });
  const free = (takes?.arguments ?? []).filter(({ name }) => !(name in said));
  return (
    <>
      {rawNames(said, takes).map((name) => (
        <Row
          key={name}
          name={name}
          value={said[name]}
          known={known(name)}
          readOnly={readOnly}
          onSet={(value) => set(name, value)}
          onReset={() => void edit({ edit: "unset-attribute", resource: id, path: ["attributes", name] })}
        />
      ))}
      {takes && (
        <p className="help">
          As {takes.source} {takes.version} has it; {`\${ID.id}`} is the id of another resource
        </p>
      )}
      {!readOnly &&
        (adding ? (
          <ComboField
            free
            label="Attribute"
            value={null}
            choices={free.map(({ name, form, required }) => ({
              id: name,
              title: name,
              hint: required ? `${form}, needed` : form,
            }))}
            placeholder="its name, as the provider spells it"
            onDone={(name) => {
              setAdding(false);
              set(name, empty(known(name)?.form));
            }}
          />
        ) : (
          <Button small look="plain" icon="add" onPress={() => setAdding(true)}>
            Add attribute
          </Button>
        ))}
    </>
  );
}

function useTakes(type: string): RawTakesDto | undefined {
  const { backend } = useWorkbench();
  const [takes, setTakes] = useState<{ type: string; dto: RawTakesDto | undefined }>();
  const ask = useCallback(() => backend.call("raw_takes", { type }), [backend, type]);
  useEffect(() => {
    let gone = false;
    const take = (dto: RawTakesDto | null) => !gone && setTakes({ type, dto: dto ?? undefined });
    ask().then(take, () => undefined);
    return () => {
      gone = true;
    };
  }, [ask, type]);
  return takes?.type === type ? takes.dto : undefined;
}

interface RowProps {
  name: string;
  value: ValueJson | undefined;
  known: RawArgumentDto | undefined;
  readOnly: boolean;
  onSet: (value: ValueJson) => void;
  onReset: () => void;
}

function Row({ name, value, known, readOnly, onSet, onReset }: RowProps) {
  const plain = typeof value !== "object" || value === null;
  const texts = Array.isArray(value) && value.every((item) => typeof item === "string");
  const shown = texts ? (value as string[]).join(", ") : value === undefined ? "" : valueText(value);
  const form = known?.form ?? (texts ? "list" : typeof value === "boolean" ? "bool" : "text");
  return (
    <div className="field" data-attribute={`attributes.${name}`}>
      <span className="field-label mono cut" title={name}>
        {name}
      </span>
      <TextBox
        bare
        label={name}
        value={shown}
        placeholder={known?.required ? "needed" : "not set"}
        // What is deeper is written in the design's file.
        readOnly={readOnly || form === "table" || !(plain || texts)}
        onDone={(text) => (text.trim() === "" && !known?.required ? onReset() : onSet(rawValue(form, text)))}
        after={
          value !== undefined &&
          !readOnly && <IconButton size="tiny" icon="close" label={`Remove ${name}`} onPress={onReset} />
        }
      />
    </div>
  );
}

function tableOf(value: ValueJson | undefined): TableJson {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as TableJson) : {};
}

/** What stands there until somebody writes more. */
function empty(form: string | undefined): ValueJson {
  if (form === "table") return {};
  if (form === "list") return [];
  if (form === "bool") return true;
  return form === "number" ? 0 : "";
}
