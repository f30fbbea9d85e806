// Fields of forms and of the inspector. A text is handed over when it is finished (Enter, or the
// focus leaves), not at every key: each hand-over is one edit that Undo can name.
import { type ReactNode, useEffect, useId, useMemo, useRef, useState } from "react";
import {
  Button as AriaButton,
  Checkbox,
  ComboBox,
  Group,
  Input,
  type Key,
  Label,
  ListBox,
  ListBoxItem,
  Popover,
  Select,
  SelectValue,
  Switch,
  TextArea,
  TextField,
} from "react-aria-components";
import { Icon } from "./icon";

export interface Choice {
  id: string;
  title: string;
  hint?: string;
}

interface Common {
  /** Its name; read out, and shown unless `bare`. */
  label: string;
  bare?: boolean;
  readOnly?: boolean;
  help?: string;
  /** What stands in faint text at the right: unit, origin. */
  after?: ReactNode;
}

/** How long the text is that a field holds: CSS gives it its room. */
const lengthOf = (text: string) => ({ "--length": text.length }) as React.CSSProperties;

/** A label that shows is its name already; said twice, it would be read twice. */
const named = ({ bare, label }: Common) => (bare ? { "aria-label": label } : {});

function Labelled({ label, bare, help, wrong, children }: Common & { wrong?: string; children: ReactNode }) {
  return (
    <>
      {!bare && <Label>{label}</Label>}
      {children}
      {wrong ? <p className="wrong">{wrong}</p> : help && !bare ? <p className="help">{help}</p> : null}
    </>
  );
}

export interface TextBoxProps extends Common {
  value: string;
  placeholder?: string;
  /** Says what is wrong with a text, so that it is not handed over. */
  check?: (text: string) => string | undefined;
  onDone: (text: string) => void;
  multiline?: boolean;
  autoFocus?: boolean;
  mono?: boolean;
}

export function TextBox(props: TextBoxProps) {
  const [draft, setDraft] = useState(props.value);
  const [wrong, setWrong] = useState<string>();
  const typing = useRef(false);
  useEffect(() => {
    if (!typing.current) setDraft(props.value);
  }, [props.value]);
  const finish = () => {
    typing.current = false;
    const problem = draft === props.value ? undefined : props.check?.(draft);
    setWrong(problem);
    if (!problem && draft !== props.value) props.onDone(draft);
  };
  const back = () => {
    typing.current = false;
    setDraft(props.value);
    setWrong(undefined);
  };
  const keys = (event: React.KeyboardEvent) => {
    if (event.key === "Enter" && (!props.multiline || event.ctrlKey)) finish();
    if (event.key === "Escape" && typing.current) {
      event.stopPropagation();
      back();
    }
  };
  const shared = {
    placeholder: props.placeholder,
    onBlur: finish,
    onKeyDown: keys,
    className: props.mono ? "mono" : "",
    style: lengthOf(props.value),
    spellCheck: false,
  };
  return (
    <TextField
      className="labelled"
      {...named(props)}
      value={draft}
      isReadOnly={props.readOnly ?? false}
      isInvalid={wrong !== undefined}
      autoFocus={props.autoFocus ?? false}
      onChange={(text) => {
        typing.current = true;
        setDraft(text);
      }}
    >
      <Labelled {...props} {...(wrong ? { wrong } : {})}>
        <Group className="field-box" isInvalid={wrong !== undefined}>
          {props.multiline ? <TextArea {...shared} /> : <Input {...shared} />}
          {props.after}
        </Group>
      </Labelled>
    </TextField>
  );
}

/** A text that counts at every key: search, filter, forms with a button. */
export function LiveBox(
  props: Common & {
    value: string;
    onChange: (text: string) => void;
    placeholder?: string;
    icon?: string;
    autoFocus?: boolean;
    wrong?: string;
    inputRef?: React.Ref<HTMLInputElement>;
    onKeyDown?: (event: React.KeyboardEvent) => void;
  },
) {
  return (
    <TextField
      className="labelled"
      {...named(props)}
      value={props.value}
      onChange={props.onChange}
      isInvalid={props.wrong !== undefined}
      autoFocus={props.autoFocus ?? false}
    >
      <Labelled {...props}>
        <Group className={`field-box ${props.icon ? "search" : ""}`}>
          {props.icon && <Icon name={props.icon} size={15} />}
          <Input
            placeholder={props.placeholder ?? ""}
            spellCheck={false}
            ref={props.inputRef ?? null}
            onKeyDown={(event) => {
              // A search is emptied first; in a form, Escape is the dialog's.
              if (event.key === "Escape" && props.icon && props.value !== "") {
                event.stopPropagation();
                props.onChange("");
              }
              props.onKeyDown?.(event);
            }}
          />
          {props.after}
        </Group>
      </Labelled>
    </TextField>
  );
}

export interface SelectBoxProps extends Common {
  value: string | null;
  choices: Choice[];
  onDone: (id: string) => void;
  placeholder?: string;
}

/** The text itself, as the last choice: it may be none of those that are known. */
function withTyped(choices: Choice[], text: string): Choice[] {
  const typed = text.trim();
  if (typed === "" || choices.some((choice) => choice.id === typed)) return choices;
  return [...choices, { id: typed, title: typed, hint: "as typed" }];
}

export function SelectBox(props: SelectBoxProps) {
  return (
    <Select
      className="labelled"
      {...named(props)}
      value={props.value}
      isDisabled={props.readOnly ?? false}
      placeholder={props.placeholder ?? "Choose"}
      onChange={(key: Key | null) => key !== null && props.onDone(String(key))}
    >
      <Labelled {...props}>
        <Group className="field-box select">
          <AriaButton className="select-button">
            <SelectValue className="value cut">
              {({ selectedText, defaultChildren }) => selectedText || defaultChildren}
            </SelectValue>
          </AriaButton>
          {props.after}
          <Icon name="down" size={14} />
        </Group>
      </Labelled>
      <Popover className="popover" offset={4}>
        <ListBox className="listbox" items={props.choices}>
          {(choice) => <Option {...choice} />}
        </ListBox>
      </Popover>
    </Select>
  );
}

function Option({ id, title, hint }: Choice) {
  return (
    <ListBoxItem id={id} className="option" textValue={title}>
      {({ isSelected }) => (
        <>
          <span className="cut">{title}</span>
          {hint && <span className="hint">{hint}</span>}
          {isSelected && (
            <span className="tick">
              <Icon name="check" size={14} />
            </span>
          )}
        </>
      )}
    </ListBoxItem>
  );
}

const MOST_SHOWN = 60;

/** The choices whose title or id holds every word, at most a screenful: lists may have 10,000. */
export function matching(choices: readonly Choice[], text: string, most = MOST_SHOWN): Choice[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  const found: Choice[] = [];
  for (const choice of choices) {
    const whole = `${choice.title} ${choice.id} ${choice.hint ?? ""}`.toLowerCase();
    if (words.every((word) => whole.includes(word))) found.push(choice);
    if (found.length === most) break;
  }
  return found;
}

/** `free`: what is typed need be none of the choices, and is kept when the field is left. */
export function ComboField(props: SelectBoxProps & { free?: boolean }) {
  const title = props.choices.find((c) => c.id === props.value)?.title ?? props.value ?? "";
  const [text, setText] = useState(title);
  // Lists of choices are long, and most fields are only read: until one has the keyboard it holds what it shows.
  const [used, setUsed] = useState(false);
  // What was given and is not shown yet.
  const given = useRef(false);
  useEffect(() => {
    given.current = false;
    setText(title);
  }, [title]);
  const give = (value: string) => {
    given.current = true;
    props.onDone(value);
  };
  const leave = () => {
    if (props.free && !given.current && text !== title && text.trim() !== "") give(text.trim());
    else setText(title);
  };
  const shown = useMemo(() => {
    const chosen = used ? undefined : props.choices.find((choice) => choice.id === props.value);
    if (chosen) return [chosen];
    const found = matching(props.choices, text === title ? "" : text, used ? MOST_SHOWN : 1);
    return props.free && text !== title ? withTyped(found, text) : found;
  }, [props.choices, props.value, props.free, text, title, used]);
  return (
    <ComboBox
      className="labelled"
      {...named(props)}
      items={shown}
      inputValue={text}
      value={props.value}
      menuTrigger="focus"
      allowsEmptyCollection={false}
      isReadOnly={props.readOnly ?? false}
      onInputChange={setText}
      onFocus={() => setUsed(true)}
      onChange={(key: Key | null) => {
        // Escape gives back what was chosen: that drops the draft.
        if (key === null || key === props.value) setText(title);
        else give(String(key));
      }}
      onBlur={leave}
    >
      <Labelled {...props}>
        <Group className="field-box">
          <Input
            placeholder={props.placeholder ?? ""}
            style={lengthOf(title)}
            spellCheck={false}
            onKeyDownCapture={(event) => {
              // What was typed fits something: Enter takes the first, as the eye does.
              const marked = event.currentTarget.getAttribute("aria-activedescendant");
              const [first] = shown;
              if (event.key !== "Enter" || marked || text === title || !first) return;
              setText(first.title);
              give(first.id);
            }}
          />
          {props.after}
          <AriaButton className="button plain icon-only tiny" aria-label={`show choices of ${props.label}`}>
            <Icon name="down" size={14} />
          </AriaButton>
        </Group>
      </Labelled>
      <Popover className="popover" offset={4}>
        <ListBox className="listbox" items={shown}>
          {(choice: Choice) => <Option {...choice} />}
        </ListBox>
      </Popover>
    </ComboBox>
  );
}

export function SwitchBox(props: Common & { value: boolean; onDone: (on: boolean) => void }) {
  return (
    <Switch
      className="switch"
      aria-label={props.label}
      isSelected={props.value}
      isReadOnly={props.readOnly ?? false}
      onChange={props.onDone}
    >
      <span className="track" />
      {!props.bare && <span>{props.label}</span>}
      {props.after}
    </Switch>
  );
}

export function CheckBox(props: {
  label: ReactNode;
  value: boolean;
  onDone: (on: boolean) => void;
  readOnly?: boolean;
}) {
  return (
    <Checkbox
      className="check"
      isSelected={props.value}
      isReadOnly={props.readOnly ?? false}
      onChange={props.onDone}
    >
      {({ isSelected }) => (
        <>
          <span className="box">{isSelected && <Icon name="check" size={12} />}</span>
          <span>{props.label}</span>
        </>
      )}
    </Checkbox>
  );
}

/** A value that cannot be edited here, in the same box as one that can. */
export function FixedValue({ label, value, after }: { label: string; value: string; after?: ReactNode }) {
  const id = useId();
  return (
    <div className="field-box" role="group" aria-labelledby={id}>
      <span id={id} className="sr">
        {label}
      </span>
      <span className="value fixed selectable cut">{value}</span>
      {after}
    </div>
  );
}
