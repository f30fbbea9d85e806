// Outline: the twin of the drawing as a tree, with the same selection, complete by keyboard.
import { useEffect, useId, useMemo, useRef, useState } from "react";
import { Empty } from "../../controls/button";
import { LiveBox } from "../../controls/fields";
import { Icon, Mark, RawIcon } from "../../controls/icon";
import { WindowList } from "../../controls/window";
import type { DesignJson, Id } from "../../document/model";
import { useDesign, useReadable, useSelected, useSetting, useWorkbench } from "../context";
import { type Facts, worst } from "../facts";
import { arrowStep, outlineMatches, outlineRows, type Row, typedRow } from "./rows";
import "./outline.css";

const ROW = 28;
const TYPING_PAUSE = 600;
const resourcesOf = (design: DesignJson) => design.resources;
const findingsOf = (facts: Facts) => facts.of;

export function Outline() {
  const { document } = useWorkbench();
  const resources = useDesign(resourcesOf);
  const [text, setText] = useSetting("outline.filter", "");
  const [closed, setClosed] = useState<ReadonlySet<Id>>(() => new Set());
  // biome-ignore lint/correctness/useExhaustiveDependencies: the rows follow the resources' revision
  const rows = useMemo(
    () => outlineRows(document, closed, outlineMatches(document, text)),
    [document, closed, text, resources],
  );
  const turn = (id: Id, open: boolean) => {
    const next = new Set(closed);
    if (open) next.delete(id);
    else next.add(id);
    setClosed(next);
  };
  return (
    <div className="outline">
      <div className="outline-search">
        <LiveBox
          bare
          label="Filter the outline"
          icon="search"
          value={text}
          onChange={setText}
          placeholder="Filter"
        />
      </div>
      {rows.length > 0 ? (
        <Tree rows={rows} turn={turn} />
      ) : (
        <NothingHere filtered={text !== ""} clear={() => setText("")} />
      )}
    </div>
  );
}

function NothingHere({ filtered, clear }: { filtered: boolean; clear: () => void }) {
  const { run } = useWorkbench();
  return filtered ? (
    <Empty icon="search" text="Nothing has this name">
      <button type="button" className="button small" onClick={clear}>
        Show all
      </button>
    </Empty>
  ) : (
    <Empty text="Nothing is drawn yet">
      <button type="button" className="button small" onClick={() => run("part-add")}>
        Add a part
      </button>
    </Empty>
  );
}

function Tree({ rows, turn }: { rows: Row[]; turn: (id: Id, open: boolean) => void }) {
  const { document, editor, run } = useWorkbench();
  const selection = useReadable(editor.selection);
  const selected = useMemo(() => new Set(selection.resources), [selection]);
  const [activeId, setActive] = useState<Id | null>(null);
  const at = useActiveRow(rows, activeId, selection.resources);
  const typed = useRef({ letters: "", when: 0 });
  const anchor = useRef<Id | null>(null);
  const prefix = useId();

  const choose = (index: number, how: { add?: boolean; range?: boolean }) => {
    const row = rows[index];
    if (!row) return;
    setActive(row.id);
    if (how.range && anchor.current) {
      editor.select({ resources: between(rows, anchor.current, row.id), links: [] });
      return;
    }
    anchor.current = row.id;
    if (!how.add) return editor.select({ resources: [row.id], links: [] });
    const next = new Set(selected);
    if (!next.delete(row.id)) next.add(row.id);
    editor.select({ resources: [...next], links: [] });
  };

  const keys = (event: React.KeyboardEvent) => {
    const row = rows[at];
    const step = event.altKey ? null : arrowStep(rows, at, event.key);
    if (step) {
      event.preventDefault();
      event.stopPropagation();
      if ("open" in step) turn(step.open, true);
      else if ("close" in step) turn(step.close, false);
      else if (event.ctrlKey && rows[step.go]) setActive(rows[step.go]?.id ?? null);
      else choose(step.go, { range: event.shiftKey });
      return;
    }
    if (!row) return;
    if (event.key === " ") choose(at, { add: true });
    else if (event.key === "Enter") editor.focus(row.id);
    else if (event.key === "F2") run("rename");
    else if (event.key === "Delete") run("delete");
    else if (event.key === "ContextMenu" || (event.key === "F10" && event.shiftKey))
      openMenu(event.currentTarget, row.id);
    else if (
      event.key.length === 1 &&
      !event.ctrlKey &&
      !event.metaKey &&
      !event.altKey &&
      event.key !== "/" &&
      event.key !== "?"
    )
      type(event.key);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  const type = (letter: string) => {
    const now = Date.now();
    const letters = now - typed.current.when < TYPING_PAUSE ? typed.current.letters + letter : letter;
    typed.current = { letters, when: now };
    const found = typedRow(rows, at, letters, (id) => document.title(id));
    if (found >= 0) choose(found, {});
  };

  const active = rows[at];
  return (
    <WindowList
      count={rows.length}
      height={ROW}
      active={at}
      rowKey={(index) => rows[index]?.id ?? String(index)}
      outer={{
        role: "tree",
        tabIndex: 0,
        "aria-label": "Outline of the design",
        "aria-multiselectable": true,
        ...(active ? { "aria-activedescendant": `${prefix}-${active.id}` } : {}),
        onKeyDown: keys,
      }}
      className="outline-tree focus-ring"
      row={(index) => {
        const row = rows[index] as Row;
        return (
          <OutlineRow
            row={row}
            id={`${prefix}-${row.id}`}
            selected={selected.has(row.id)}
            active={index === at}
            turn={turn}
            choose={(how) => choose(index, how)}
          />
        );
      }}
    />
  );
}

/** The row that keys act on: the one they went to, or else the first selected one. */
function useActiveRow(rows: readonly Row[], activeId: Id | null, selected: readonly Id[]): number {
  const last = useRef<Id | null>(null);
  const newest = selected.length === 1 ? (selected[0] ?? null) : null;
  useEffect(() => {
    last.current = newest;
  }, [newest]);
  const moved = newest !== null && newest !== last.current;
  const wanted = moved ? newest : (activeId ?? newest);
  return useMemo(
    () =>
      Math.max(
        0,
        rows.findIndex((row) => row.id === wanted),
      ),
    [rows, wanted],
  );
}

function between(rows: readonly Row[], from: Id, to: Id): Id[] {
  const a = rows.findIndex((row) => row.id === from);
  const b = rows.findIndex((row) => row.id === to);
  if (a < 0 || b < 0) return [to];
  return rows.slice(Math.min(a, b), Math.max(a, b) + 1).map((row) => row.id);
}

/** Asks the app for its menu of a thing, as a right click on the drawing does. */
function openMenu(element: Element, id: Id): void {
  const row = element.querySelector(`[data-row="${CSS.escape(id)}"]`) ?? element;
  const box = row.getBoundingClientRect();
  element.dispatchEvent(
    new CustomEvent("groundplan:menu", { bubbles: true, detail: { id, x: box.left + 40, y: box.bottom } }),
  );
}

interface OutlineRowProps {
  row: Row;
  id: string;
  selected: boolean;
  active: boolean;
  turn: (id: Id, open: boolean) => void;
  choose: (how: { add?: boolean; range?: boolean }) => void;
}

function OutlineRow({ row, id, selected, active, turn, choose }: OutlineRowProps) {
  const { document, catalog, editor, facts } = useWorkbench();
  const resource = document.resource(row.id);
  const kind = catalog.kind(resource?.kind ?? "");
  const findings = useSelected(facts, findingsOf).get(row.id) ?? [];
  const status = worst(findings);
  const title = document.title(row.id);
  return (
    <div
      id={id}
      role="treeitem"
      data-row={row.id}
      aria-level={row.level}
      aria-setsize={row.setSize}
      aria-posinset={row.position}
      aria-selected={selected}
      {...(row.branch ? { "aria-expanded": row.open } : {})}
      aria-label={`${kind?.title ?? resource?.kind ?? ""} ${title}${findings.length > 0 ? `, ${findings.length} findings` : ""}`}
      className={`outline-row ${active ? "active" : ""}`}
      style={{ paddingLeft: 6 + (row.level - 1) * 14 }}
      onClick={(event) => choose({ add: event.ctrlKey || event.metaKey, range: event.shiftKey })}
      onDoubleClick={() => editor.focus(row.id)}
      onContextMenu={(event) => {
        event.preventDefault();
        if (!selected) choose({});
        event.currentTarget.dispatchEvent(
          new CustomEvent("groundplan:menu", {
            bubbles: true,
            detail: { id: row.id, x: event.clientX, y: event.clientY },
          }),
        );
      }}
    >
      <span
        className={`outline-turn ${row.open ? "open" : ""}`}
        aria-hidden="true"
        onClick={(event) => {
          event.stopPropagation();
          if (row.branch) turn(row.id, !row.open);
        }}
      >
        {row.branch && <Icon name="right" size={12} />}
      </span>
      <span className={`tinted tint-${kind?.family ?? "annotation"}`}>
        <RawIcon text={catalog.icons[kind?.icon ?? ""] ?? ""} size={15} />
      </span>
      <span className="cut grow">{title}</span>
      {status !== "none" && <Mark state={status} />}
    </div>
  );
}
