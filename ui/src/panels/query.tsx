// The box in which queries are typed: completion, and what is wrong shown where it is. And what queries see.
import { useId, useLayoutEffect, useMemo, useRef, useState } from "react";
import { Icon } from "../controls/icon";
import type { Completion } from "../editor/ports";
import { completeQuery } from "../editor/query/complete";
import { attributesOf, checkFor, matching, type World } from "../editor/query/match";
import { type Parsed, parseQuery } from "../editor/query/parse";
import type { Workbench } from "./context";
import "./query.css";

type Seen = Pick<Workbench, "document" | "catalog" | "facts">;

export function worldOf({ document, catalog, facts }: Seen): World {
  return {
    document,
    kind: (id) => catalog.kind(id),
    findings: (id) => facts.get().of.get(id) ?? [],
  };
}

/** A query with its keys and values checked against what the catalog knows. */
export function readQuery(text: string, { catalog }: Pick<Workbench, "catalog">): Parsed {
  return parseQuery(text, checkFor(attributesOf(catalog.kinds)));
}

/** What a text finds; null where it asks nothing or cannot be read. */
export function found(text: string, seen: Seen): Set<string> | null {
  const parsed = readQuery(text, seen);
  return "error" in parsed || parsed.query === null ? null : matching(parsed.query, worldOf(seen));
}

const NONE: Completion = { from: 0, to: 0, entries: [] };

export interface QueryBoxProps {
  workbench: Workbench;
  label: string;
  text: string;
  placeholder: string;
  autoFocus?: boolean;
  input?: React.RefObject<HTMLInputElement | null>;
  onText: (text: string) => void;
  /** Enter, with nothing of the completion chosen. */
  onDone: () => void;
  onEscape: () => void;
  /** Up and down, where there is no completion. */
  onStep?: (step: 1 | -1) => void;
}

export function QueryBox(props: QueryBoxProps) {
  const { workbench, text } = props;
  const own = useRef<HTMLInputElement>(null);
  const input = props.input ?? own;
  const prefix = useId();
  const [completion, setCompletion] = useState(NONE);
  const [at, setAt] = useState(-1);
  const parsed = useMemo(() => readQuery(text, workbench), [text, workbench]);
  const error = "error" in parsed ? parsed.error : undefined;
  const { entries } = completion;

  /** Where the caret goes with the text of a completion. */
  const wanted = useRef<number | null>(null);
  const typed = (next: string, caret: number) => {
    props.onText(next);
    setCompletion(completeQuery(next, caret, worldOf(workbench)));
    setAt(-1);
  };
  const take = (index: number) => {
    const entry = entries[index];
    if (!entry) return;
    const caret = completion.from + entry.text.length;
    const next = text.slice(0, completion.from) + entry.text + text.slice(completion.to);
    typed(next, caret);
    if (!entry.text.endsWith(":")) setCompletion(NONE);
    wanted.current = caret;
  };
  // Before the next key: what is typed right behind a completion goes behind it.
  // biome-ignore lint/correctness/useExhaustiveDependencies: the text that came with the caret
  useLayoutEffect(() => {
    if (wanted.current !== null) input.current?.setSelectionRange(wanted.current, wanted.current);
    wanted.current = null;
  }, [text]);
  const keys = (event: React.KeyboardEvent) => {
    const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    if (step !== 0 && entries.length > 0)
      setAt((at + step + entries.length + (at < 0 && step < 0 ? 1 : 0)) % entries.length);
    else if (step !== 0) props.onStep?.(step);
    else if (event.key === "Tab" && entries.length > 0 && !event.shiftKey) take(Math.max(0, at));
    else if (event.key === "Enter" && at >= 0) take(at);
    else if (event.key === "Enter") {
      setCompletion(NONE);
      props.onDone();
    } else if (event.key === "Escape" && entries.length > 0) setCompletion(NONE);
    else if (event.key === "Escape") props.onEscape();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };

  return (
    <div className="query-box">
      <Icon name="search" size={15} />
      <div className="query-line">
        {error && (
          <div className="query-under" aria-hidden="true">
            {text.slice(0, error.from)}
            <mark>{text.slice(error.from, error.to)}</mark>
          </div>
        )}
        <input
          ref={input}
          // biome-ignore lint/a11y/noAutofocus: who asks to find wants to type
          autoFocus={props.autoFocus}
          role="combobox"
          aria-label={props.label}
          aria-autocomplete="list"
          aria-expanded={entries.length > 0}
          aria-controls={`${prefix}-list`}
          aria-activedescendant={at >= 0 ? `${prefix}-${at}` : undefined}
          aria-invalid={error !== undefined}
          aria-describedby={error ? `${prefix}-wrong` : undefined}
          spellCheck={false}
          autoComplete="off"
          placeholder={props.placeholder}
          value={text}
          onChange={(event) =>
            typed(event.target.value, event.target.selectionStart ?? event.target.value.length)
          }
          onBlur={() => setCompletion(NONE)}
          onKeyDown={keys}
        />
      </div>
      {entries.length > 0 && (
        <div className="query-list" role="listbox" id={`${prefix}-list`} aria-label="What may be asked">
          {entries.map((entry, index) => (
            <div
              key={entry.text}
              id={`${prefix}-${index}`}
              role="option"
              tabIndex={-1}
              aria-selected={index === at}
              onPointerDown={(event) => {
                event.preventDefault();
                take(index);
              }}
            >
              <span>{entry.text}</span>
              <span className="muted">{entry.hint}</span>
            </div>
          ))}
        </div>
      )}
      {error && entries.length === 0 && (
        <div className="query-wrong" id={`${prefix}-wrong`} role="status">
          {error.message}
        </div>
      )}
    </div>
  );
}
