// One field: label at the left, value at the right, with where it comes from in faint text.
import { useMemo } from "react";
import { Button as AriaButton } from "react-aria-components";
import { IconButton } from "../../controls/button";
import { type Choice, ComboField, SelectBox, SwitchBox, TextBox } from "../../controls/fields";
import { Icon } from "../../controls/icon";
import { MenuButton, type MenuEntry } from "../../controls/menu";
import type { DesignJson, Id, ValueJson } from "../../document/model";
import type { AttributeDto } from "../../ipc/generated/AttributeDto";
import { useDesign, useReadable, useWorkbench } from "../context";
import { ListEditor, SHAPES, sameType, TableEditor } from "./rows";
import { type FieldState, oneLine, parseValue, rangeWords, rangeWrong, valueText } from "./values";
import {
  inlineVariableEdit,
  makeVariableEdit,
  type Override,
  overrideEdit,
  overridesOf,
  setVariableEdit,
  variableIn,
  variableOf,
} from "./variables";

export interface FieldProps {
  /** Whose attribute it is. */
  ids: readonly Id[];
  state: FieldState;
  readOnly: boolean;
  /** Zone letters in force for it. */
  zones: readonly string[];
  onSet: (value: ValueJson) => void;
  onReset: () => void;
}

const environmentsOf = (design: DesignJson) => design.environments;

/** A value that is a variable is edited in its place, for the chosen environment. */
export function Field(props: FieldProps) {
  const { edit, environment } = useWorkbench();
  const environments = useDesign(environmentsOf);
  const chosen = useReadable(environment);
  const { attribute, value } = props.state;
  const variable = variableOf(props.state.written);
  const shown: FieldProps = variable
    ? {
        ...props,
        state: {
          ...props.state,
          value: variableIn(environments[chosen], variable),
          origin: `var ${variable}`,
        },
        onSet: (next) =>
          void edit(setVariableEdit(chosen, environments[chosen] ?? { provider: "lab" }, variable, next)),
      }
    : props;
  const words = rangeWords(attribute);
  // What a file says may be outside all the same.
  const outside = rangeWrong(attribute, shown.state.value ?? value) !== undefined;
  const only = props.ids.length === 1 ? props.ids[0] : undefined;
  const overrides = only ? overridesOf(environments, only, attribute.name) : [];
  return (
    <div className={`field ${oneLine(attribute.type) ? "" : "tall"}`} data-attribute={attribute.name}>
      <span className="field-label" title={attribute.help}>
        {attribute.label}
        {attribute.required && !props.state.set && <span className="required"> needed</span>}
      </span>
      <Editor {...shown} />
      {words && (
        <p className={`field-hint ${outside ? "outside" : ""}`}>{outside ? `Outside: ${words}` : words}</p>
      )}
      {only &&
        overrides.map((one) => (
          <OverrideLine
            key={one.environment}
            {...props}
            id={only}
            override={one}
            environments={environments}
          />
        ))}
    </div>
  );
}

interface OverrideProps extends FieldProps {
  id: Id;
  override: Override;
  environments: DesignJson["environments"];
}

/** What an attribute is in one environment only. */
function OverrideLine({ id, override, environments, state, readOnly }: OverrideProps) {
  const { edit } = useWorkbench();
  const { attribute } = state;
  const at = { id, attribute: attribute.name };
  const put = (value: ValueJson | undefined) =>
    void edit(overrideEdit(environments, override.environment, at, value));
  return (
    <div className="override">
      <span className="override-label cut" title={`Only in ${override.environment}`}>
        in {override.environment}
      </span>
      <TextBox
        bare
        label={`${attribute.label} in ${override.environment}`}
        readOnly={readOnly || typeof override.value === "object"}
        value={valueText(override.value)}
        check={(text) => {
          const parsed = parseValue(attribute, text);
          return "wrong" in parsed ? parsed.wrong : undefined;
        }}
        onDone={(text) => {
          const parsed = parseValue(attribute, text);
          if ("value" in parsed) put(sameType(override.value, valueText(parsed.value)));
        }}
        after={
          !readOnly && (
            <IconButton
              size="tiny"
              icon="close"
              label={`As everywhere: take ${attribute.label.toLowerCase()} back in ${override.environment}`}
              onPress={() => put(undefined)}
            />
          )
        }
      />
    </div>
  );
}

function After(props: FieldProps) {
  const { state, readOnly, onReset } = props;
  const { attribute, origin, set } = state;
  return (
    <>
      {attribute.unit && typeof state.value === "number" && <span className="unit">{attribute.unit}</span>}
      {origin && (
        <span className={`origin ${state.mixed ? "mixed" : ""}`} title={origin}>
          {origin}
        </span>
      )}
      {set && !readOnly && (
        <IconButton size="tiny" icon="reset" label={resetWords(attribute)} onPress={onReset} />
      )}
      {!readOnly && <FieldMenu {...props} />}
    </>
  );
}

/** What else can be done with a value: a variable of it, another one in this environment. */
function FieldMenu({ ids, state }: FieldProps) {
  const { document, edit, environment } = useWorkbench();
  const environments = useDesign(environmentsOf);
  const chosen = useReadable(environment);
  const { attribute, value, mixed, written } = state;
  const variable = variableOf(written);
  const only = ids.length === 1 ? ids[0] : undefined;
  const entries: MenuEntry[] = [];
  if (!mixed && value !== undefined && !variable && !attribute.secret)
    entries.push({
      id: "variable",
      title: "Make it a variable",
      run: () => void edit(makeVariableEdit(environments, ids, attribute.name, value)),
    });
  if (variable && value !== undefined)
    entries.push({
      id: "inline",
      title: "Write the value here again",
      run: () => void edit(inlineVariableEdit(document.design(), ids, attribute.name, variable, value)),
    });
  const overridden =
    only && overridesOf(environments, only, attribute.name).some((one) => one.environment === chosen);
  if (only && value !== undefined && !overridden && chosen in environments && !attribute.secret)
    entries.push({
      id: "override",
      title: `Another value in ${chosen}`,
      run: () =>
        void edit(overrideEdit(environments, chosen, { id: only, attribute: attribute.name }, value)),
    });
  if (entries.length === 0) return null;
  return (
    <MenuButton label={`More about ${attribute.label.toLowerCase()}`} groups={[entries]}>
      <AriaButton
        slot={null}
        className="button plain icon-only tiny field-more"
        aria-label={`More about ${attribute.label.toLowerCase()}`}
      >
        <Icon name="more" size={12} />
      </AriaButton>
    </MenuButton>
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
    case "city":
      return (
        <ComboField
          {...common}
          {...picked(value, mixed)}
          {...(attribute.required && !mixed ? { placeholder: "needed" } : {})}
          free
          choices={named(attribute.choices, attribute.choiceLabels)}
          onDone={onSet}
        />
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
  placeholder: mixed ? "mixed" : "not set",
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
      placeholder={mixed ? "mixed" : attribute.required ? "needed" : "not set"}
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
