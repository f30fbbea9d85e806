// One field: label at the left, value at the right, with where it comes from in faint text.
import { useMemo } from "react";
import { IconButton } from "../../controls/button";
import { type Choice, ComboField, SelectBox, SwitchBox, TextBox } from "../../controls/fields";
import type { DesignJson, ValueJson } from "../../document/model";
import type { AttributeDto } from "../../ipc/generated/AttributeDto";
import { useDesign, useWorkbench } from "../context";
import { ListEditor, SHAPES, TableEditor } from "./rows";
import { type FieldState, oneLine, parseValue, valueText } from "./values";

export interface FieldProps {
  state: FieldState;
  readOnly: boolean;
  /** Zone letters in force for it. */
  zones: readonly string[];
  onSet: (value: ValueJson) => void;
  onReset: () => void;
}

export function Field(props: FieldProps) {
  const { attribute } = props.state;
  return (
    <div className={`field ${oneLine(attribute.type) ? "" : "tall"}`} data-attribute={attribute.name}>
      <span className="field-label cut" title={attribute.help}>
        {attribute.label}
        {attribute.required && !props.state.set && <span className="required"> needed</span>}
      </span>
      <Editor {...props} />
    </div>
  );
}

function After({ state, readOnly, onReset }: FieldProps) {
  const { attribute, origin, set } = state;
  return (
    <>
      {attribute.unit && typeof state.value === "number" && <span className="unit">{attribute.unit}</span>}
      {origin && <span className="origin">{origin}</span>}
      {set && !readOnly && (
        <IconButton size="tiny" icon="reset" label={resetWords(attribute)} onPress={onReset} />
      )}
    </>
  );
}

function resetWords({ label, default: otherwise }: AttributeDto): string {
  return otherwise === undefined
    ? `Clear ${label.toLowerCase()}`
    : `Reset to default: ${valueText(otherwise)}`;
}

function Editor(props: FieldProps) {
  const { state, readOnly, onSet } = props;
  const { attribute, value, mixed } = state;
  const shape = SHAPES[attribute.type];
  const common = { bare: true, label: attribute.label, readOnly, after: <After {...props} /> };
  if (attribute.secret) return <SecretField {...props} />;
  if (shape && attribute.type !== "health-check") {
    return <ListEditor {...props} columns={shape} value={Array.isArray(value) ? value : []} />;
  }
  switch (attribute.type) {
    case "bool":
      return (
        <div className="field-switch">
          <SwitchBox {...common} value={value === true} onDone={onSet} />
        </div>
      );
    case "choice":
      return (
        <SelectBox
          {...common}
          {...picked(value, mixed)}
          choices={named(attribute.choices, attribute.choiceLabels)}
          onDone={onSet}
        />
      );
    case "zone":
      return (
        <SelectBox {...common} {...picked(value, mixed)} choices={named([...props.zones])} onDone={onSet} />
      );
    case "reference":
      return <ReferenceField {...props} />;
    case "health-check":
    case "table":
      return <TableEditor {...props} columns={shape} value={isTable(value) ? value : {}} />;
    default:
      return <TextField {...props} />;
  }
}

const isTable = (value: ValueJson | undefined): value is { [key: string]: ValueJson } =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const named = (ids: readonly string[], titles: { [id: string]: string } = {}): Choice[] =>
  ids.map((id) => ({ id, title: titles[id] ?? id }));

const picked = (value: ValueJson | undefined, mixed: boolean) => ({
  value: typeof value === "string" ? value : null,
  placeholder: mixed ? "different values" : "not set",
});

function TextField(props: FieldProps) {
  const { attribute, value, mixed } = props.state;
  return (
    <TextBox
      bare
      label={attribute.label}
      readOnly={props.readOnly}
      multiline={attribute.type === "long-text"}
      value={mixed ? "" : valueText(value)}
      placeholder={mixed ? "different values" : attribute.required ? "needed" : "not set"}
      check={(text) => {
        if (text.trim() === "") return undefined;
        const parsed = parseValue(attribute, text);
        return "wrong" in parsed ? parsed.wrong : undefined;
      }}
      onDone={(text) => {
        if (text.trim() === "") return props.onReset();
        const parsed = parseValue(attribute, text);
        if ("value" in parsed) props.onSet(parsed.value);
      }}
      after={<After {...props} />}
    />
  );
}

/** The file never holds a secret: only the name under which the credential store has it. */
function SecretField(props: FieldProps) {
  const { attribute, value } = props.state;
  const name = /^\$\{secret\.([^}]+)\}$/.exec(valueText(value))?.[1] ?? "";
  return (
    <TextBox
      bare
      label={`${attribute.label}: name of the secret`}
      readOnly={props.readOnly}
      value={name}
      placeholder="name of the secret"
      check={(text) =>
        text === "" || /^[A-Za-z0-9_-]+$/.test(text) ? undefined : "give the secret's name, never its value"
      }
      onDone={(text) => (text === "" ? props.onReset() : props.onSet(`\${secret.${text}}`))}
      after={<After {...props} />}
    />
  );
}

const resourcesOf = (design: DesignJson) => design.resources;

function ReferenceField(props: FieldProps) {
  const { attribute, value } = props.state;
  const { catalog } = useWorkbench();
  const resources = useDesign(resourcesOf);
  const choices = useMemo(
    () =>
      Object.entries(resources)
        .filter(([, resource]) => attribute.of.length === 0 || attribute.of.includes(resource.kind))
        .map(([id, resource]) => ({
          id,
          title: resource.title ?? id,
          hint: catalog.kind(resource.kind)?.title ?? resource.kind,
        })),
    [resources, attribute, catalog],
  );
  return (
    <ComboField
      bare
      label={attribute.label}
      readOnly={props.readOnly}
      value={typeof value === "string" ? value : null}
      choices={choices}
      placeholder="not set"
      onDone={props.onSet}
      after={<After {...props} />}
    />
  );
}
