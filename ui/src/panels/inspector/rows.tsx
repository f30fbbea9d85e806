// Lists of small tables (services, listeners, rules, records) and single tables, edited in place.
// Keys of an entry that we do not know are kept.
import { Button, IconButton } from "../../controls/button";
import { SelectBox, TextBox } from "../../controls/fields";
import type { TableJson, ValueJson } from "../../document/model";
import { type FieldState, parseValue, valueText } from "./values";

export interface Column {
  key: string;
  label: string;
  /** An attribute type: decides what a text means. */
  type: string;
  choices?: string[];
  wide?: boolean;
}

const PROTOCOL: Column = { key: "protocol", label: "Protocol", type: "choice", choices: ["tcp", "udp"] };
const PORT: Column = { key: "port", label: "Port", type: "port" };

/** Attribute type → the columns of its entries. */
export const SHAPES: { [type: string]: Column[] | undefined } = {
  services: [{ key: "name", label: "Name", type: "text" }, PROTOCOL, PORT],
  listeners: [
    { ...PROTOCOL, choices: ["https", "http", "tls", "tcp", "udp"] },
    PORT,
    { key: "certificate", label: "Certificate", type: "text", wide: true },
    { key: "redirect", label: "Redirect to port", type: "port", wide: true },
  ],
  rules: [
    { key: "action", label: "Action", type: "choice", choices: ["allow", "deny"] },
    { ...PROTOCOL, choices: ["tcp", "udp", "icmp", "any"] },
    { key: "source", label: "Source", type: "text" },
    { key: "destination", label: "Destination", type: "text" },
    { key: "ports", label: "Ports", type: "text" },
    { key: "comment", label: "Comment", type: "text" },
  ],
  records: [
    { key: "name", label: "Name", type: "text" },
    {
      key: "type",
      label: "Type",
      type: "choice",
      choices: ["A", "AAAA", "CNAME", "ALIAS", "MX", "TXT", "SRV", "CAA", "NS"],
    },
    { key: "value", label: "Value", type: "text", wide: true },
  ],
  "health-check": [
    { ...PROTOCOL, choices: ["http", "https", "tcp"] },
    PORT,
    { key: "path", label: "Path", type: "text" },
    { key: "interval", label: "Interval", type: "duration" },
  ],
};

interface EditorProps {
  state: FieldState;
  readOnly: boolean;
  onSet: (value: ValueJson) => void;
  onReset: () => void;
}

const asTable = (value: ValueJson): TableJson =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? (value as TableJson) : {};

export function ListEditor(props: EditorProps & { columns: Column[]; value: ValueJson[] }) {
  const { value, columns, readOnly, state, onSet, onReset } = props;
  const name = state.attribute.label.toLowerCase();
  const put = (index: number, entry: TableJson) => onSet(value.map((old, i) => (i === index ? entry : old)));
  const remove = (index: number) => {
    const left = value.filter((_, i) => i !== index);
    if (left.length === 0) onReset();
    else onSet(left);
  };
  return (
    <div className="entries">
      {state.mixed && <p className="help">Mixed: what is set here replaces them all</p>}
      {state.origin && value.length > 0 && <p className="help">{state.origin}</p>}
      {value.map((entry, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: entries have no identity but their place
        <div className="entry" key={index} role="group" aria-label={`${name} ${index + 1}`}>
          <Entry
            columns={columns}
            // In one line, the labels of the first head the columns of all.
            bare={index > 0 && perLine(columns) === columns.length}
            entry={asTable(entry)}
            readOnly={readOnly}
            onSet={(next) => put(index, next)}
          />
          {!readOnly && (
            <IconButton
              size="tiny"
              icon="close"
              label={`Remove ${name} ${index + 1}`}
              onPress={() => remove(index)}
            />
          )}
        </div>
      ))}
      {!readOnly && (
        <Button
          small
          look="plain"
          icon="add"
          onPress={() => onSet([...value, newEntry(columns, value.length)])}
        >
          {value.length === 0 ? `Add ${name}` : "Add another"}
        </Button>
      )}
    </div>
  );
}

/** An entry that is valid as it stands, so that adding one makes no error by itself. */
function newEntry(columns: Column[], count: number): TableJson {
  const entry: TableJson = {};
  for (const column of columns) {
    if (column.key === "name") entry.name = `service-${count + 1}`;
    else if (column.choices && !column.wide) entry[column.key] = column.choices[0] ?? "";
    else if (column.key === "port") entry.port = 8080 + count;
    else if (column.key === "source" || column.key === "destination") entry[column.key] = "any";
  }
  return entry;
}

/** How many columns stand beside each other; a wide one has a line of its own. */
function perLine(columns: readonly Column[]): number {
  const narrow = columns.filter((column) => !column.wide).length;
  return narrow === 4 ? 2 : Math.min(3, narrow);
}

interface EntryProps {
  columns: Column[];
  /** The labels stand above another entry. */
  bare?: boolean;
  entry: TableJson;
  readOnly: boolean;
  onSet: (e: TableJson) => void;
}

function Entry({ columns, bare = false, entry, readOnly, onSet }: EntryProps) {
  const put = (key: string, value: ValueJson | undefined) => {
    const next = { ...entry };
    if (value === undefined) delete next[key];
    else next[key] = value;
    onSet(next);
  };
  return (
    <div className={`entry-grid columns-${perLine(columns)}`}>
      {columns.map((column) => (
        <div key={column.key} className={column.wide ? "wide" : ""}>
          <Cell
            column={column}
            bare={bare}
            value={entry[column.key]}
            readOnly={readOnly}
            onSet={(value) => put(column.key, value)}
          />
        </div>
      ))}
    </div>
  );
}

function Cell(props: {
  column: Column;
  bare: boolean;
  value: ValueJson | undefined;
  readOnly: boolean;
  onSet: (value: ValueJson | undefined) => void;
}) {
  const { column, value, onSet } = props;
  const common = {
    bare: props.bare,
    label: column.label,
    readOnly: props.readOnly,
    placeholder: "not set",
  };
  if (column.choices) {
    return (
      <SelectBox
        {...common}
        value={typeof value === "string" ? value : null}
        choices={column.choices.map((id) => ({ id, title: id }))}
        onDone={onSet}
      />
    );
  }
  return (
    <TextBox
      {...common}
      value={valueText(value)}
      check={(text) => {
        const parsed = text.trim() === "" ? { value: "" } : parseValue(column, text);
        return "wrong" in parsed ? parsed.wrong : undefined;
      }}
      onDone={(text) => {
        if (text.trim() === "") return onSet(undefined);
        const parsed = parseValue(column, text);
        if ("value" in parsed) onSet(parsed.value);
      }}
    />
  );
}

/** One table: of known columns, or any keys. */
export function TableEditor(props: EditorProps & { columns: Column[] | undefined; value: TableJson }) {
  const { columns, value, readOnly, onSet, onReset } = props;
  if (columns) {
    return (
      <div className="entries">
        <div className="entry">
          <Entry
            columns={columns}
            entry={value}
            readOnly={readOnly}
            onSet={(next) => (Object.keys(next).length === 0 ? onReset() : onSet(next))}
          />
        </div>
      </div>
    );
  }
  return (
    <KeyValues
      table={value}
      readOnly={readOnly}
      onSet={(next) => (next ? onSet(next) : onReset())}
      what="value"
    />
  );
}

export interface KeyValuesProps {
  table: TableJson;
  /** Keys whose value is not the same in all that are picked. */
  mixed?: ReadonlySet<string>;
  readOnly: boolean;
  what: string;
  /** The whole new table; `undefined` when nothing is left. */
  onSet: (table: TableJson | undefined) => void;
}

/** Keys and values of any name, like tags and variables. */
export function KeyValues({ table, mixed, readOnly, onSet, what }: KeyValuesProps) {
  const entries = Object.entries(table);
  const send = (next: [string, ValueJson][]) =>
    onSet(next.length === 0 ? undefined : Object.fromEntries(next));
  const rename = (from: string, to: string) =>
    send(entries.map(([key, value]) => [key === from ? to : key, value]));
  return (
    <div className="entries">
      {entries.length > 0 && (
        <div className="pair pair-head" aria-hidden="true">
          <span>Name</span>
          <span>Value</span>
        </div>
      )}
      {entries.map(([key, value]) => (
        <div className="pair" key={key} role="group" aria-label={`${what} ${key}`}>
          <TextBox
            bare
            label={`Name of ${what} ${key}`}
            value={key}
            readOnly={readOnly || mixed?.has(key)}
            check={(text) => keyProblem(text.trim(), key, table)}
            onDone={(text) => rename(key, text.trim())}
          />
          <TextBox
            bare
            label={`Value of ${what} ${key}`}
            value={mixed?.has(key) ? "" : valueText(value)}
            placeholder={mixed?.has(key) ? "mixed" : ""}
            readOnly={readOnly || typeof value === "object"}
            onDone={(text) => send(entries.map(([k, v]) => [k, k === key ? sameType(v, text) : v]))}
          />
          {!readOnly && (
            <IconButton
              size="tiny"
              icon="close"
              label={`Remove ${what} ${key}`}
              onPress={() => send(entries.filter(([k]) => k !== key))}
            />
          )}
        </div>
      ))}
      {!readOnly && (
        <Button small look="plain" icon="add" onPress={() => send([...entries, [freeKey(what, table), ""]])}>
          Add {what}
        </Button>
      )}
    </div>
  );
}

function keyProblem(text: string, key: string, table: TableJson): string | undefined {
  if (text === "") return "give it a name";
  return text !== key && Object.hasOwn(table, text) ? `“${text}” is there already` : undefined;
}

function freeKey(what: string, table: TableJson): string {
  for (let number = 1; ; number++) if (!Object.hasOwn(table, `${what}-${number}`)) return `${what}-${number}`;
}

/** A number stays a number, yes and no stay what they are; everything else is text. */
export function sameType(old: ValueJson, text: string): ValueJson {
  if (typeof old === "number" && text.trim() !== "" && Number.isFinite(Number(text))) return Number(text);
  if (typeof old === "boolean" && /^(yes|true|no|false)$/i.test(text)) return /^(yes|true)$/i.test(text);
  return text;
}
