// Outline: the twin of the drawing as a tree, with the same selection, complete by keyboard.
import { useEffect, useId, useMemo, useRef, useState } from "react";
import { Button, Empty, IconButton } from "../../controls/button";
import { LiveBox } from "../../controls/fields";
import { treeStep } from "../../controls/tree";
import { WindowList } from "../../controls/window";
import type { DesignJson, Id } from "../../document/model";
import type { Selection } from "../../editor/editor";
import { titleEdit } from "../../editor/edits";
import { useDesign, useReadable, useSetting, useWorkbench } from "../context";
import { useRowDrag } from "./drag";
import { OutlineRow } from "./row";
import { closedBelow, outlineMatches, outlineRows, type Row, typedRow } from "./rows";
import "./outline.css";

const ROW = 28;
const TYPING_PAUSE = 1000;
const resourcesOf = (design: DesignJson) => design.resources;
const linksOf = (design: DesignJson) => design.links;

export function Outline() {
  const { document, editor } = useWorkbench();
  const resources = useDesign(resourcesOf);
  const links = useDesign(linksOf);
  const selection = useReadable(editor.selection);
  const [text, setText] = useSetting("outline.filter", "");
  const [withLinks, setWithLinks] = useSetting("outline.links", false);
  const [closed, setClosed] = useState<ReadonlySet<Id>>(() => new Set());
  const shown = withLinks ? links : null;
  // biome-ignore lint/correctness/useExhaustiveDependencies: the rows follow the revision of resources and links
  const rows = useMemo(
    () => outlineRows(document, closed, outlineMatches(document, text), withLinks),
    [document, closed, text, resources, shown, withLinks],
  );
  // What is picked on the drawing shows here: its containers open.
  // biome-ignore lint/correctness/useExhaustiveDependencies: only a new selection opens
  useEffect(() => {
    const above = selection.resources.length === 1 ? document.ancestors(selection.resources[0] ?? "") : [];
    if (above.some((id) => closed.has(id)))
      setClosed(new Set([...closed].filter((id) => !above.includes(id))));
  }, [selection]);
  const turn = (ids: readonly Id[], open: boolean) => {
    const next = new Set(closed);
    for (const id of ids) {
      if (open) next.delete(id);
      else next.add(id);
    }
    setClosed(next);
  };
  const fold = () => setClosed(closed.size > 0 ? new Set() : closedBelow(document, 2));
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
        <IconButton
          icon="arrow"
          label={withLinks ? "Hide links" : "Show links"}
          aria-pressed={withLinks}
          onPress={() => setWithLinks(!withLinks)}
        />
        <IconButton
          icon={closed.size > 0 ? "down" : "up"}
          label={closed.size > 0 ? "Open everything" : "Close the deeper levels"}
          onPress={fold}
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
      <Button small onPress={clear}>
        Show all
      </Button>
    </Empty>
  ) : (
    <Empty text="Nothing is drawn yet">
      <Button small onPress={() => run("part-add")}>
        Add a part
      </Button>
    </Empty>
  );
}

const isSelected = ({ resources, links }: Selection) => {
  const [ids, lines] = [new Set(resources), new Set(links)];
  return (row: Row) => (row.link ? lines : ids).has(row.id);
};

function Tree({ rows, turn }: { rows: Row[]; turn: (ids: readonly Id[], open: boolean) => void }) {
  const { document, editor, run, edit, file } = useWorkbench();
  const selection = useReadable(editor.selection);
  const readOnly = useReadable(file).readOnly !== undefined;
  const selected = useMemo(() => isSelected(selection), [selection]);
  const [activeKey, setActive] = useState<string | null>(null);
  const [renaming, setRenaming] = useState<Id | null>(null);
  const alone = aloneIn(selection);
  const at = useMemo(() => {
    const key = rows.findIndex((row) => row.key === activeKey);
    return Math.max(0, key >= 0 ? key : rows.findIndex((row) => row.id === alone));
  }, [rows, activeKey, alone]);
  // Selected elsewhere: the keys go there.
  // biome-ignore lint/correctness/useExhaustiveDependencies: only a new selection moves them
  useEffect(() => {
    if (alone !== null && rows[at]?.id !== alone) setActive(null);
  }, [alone]);
  const typed = useRef({ letters: "", when: 0 });
  const anchor = useRef<string | null>(null);
  const box = useRef<HTMLDivElement>(null);
  const drag = useRowDrag();
  const prefix = useId();

  const choose = (index: number, how: { add?: boolean; range?: boolean }) => {
    const row = rows[index];
    if (!row) return;
    setActive(row.key);
    if (how.range && anchor.current) return editor.select(picked(between(rows, anchor.current, row.key)));
    anchor.current = row.key;
    if (!how.add) return editor.select(picked([row]));
    editor.select(toggled(selection, row));
  };
  const rename = (id: Id, title: string | null) => {
    setRenaming(null);
    box.current?.focus();
    const made = title === null ? null : titleEdit(document, id, title);
    if (made) void edit(made);
  };
  /** What a drag of this row moves: the selection where it is part of it. */
  const dragged = (row: Row) => (selected(row) ? selection.resources : [row.id]);

  const keys = (event: React.KeyboardEvent) => {
    const row = rows[at];
    const step = event.altKey ? null : treeStep(rows, at, event.key, (one) => one);
    if (step) {
      event.preventDefault();
      event.stopPropagation();
      if ("turn" in step) turn(row ? [row.id] : [], step.turn === "open");
      else if (event.ctrlKey && rows[step.go]) setActive(rows[step.go]?.key ?? null);
      else choose(step.go, { range: event.shiftKey });
      return;
    }
    const held = event.ctrlKey || event.metaKey || event.altKey;
    if (!row) return;
    if (event.key === " ") choose(at, { add: true });
    else if (event.key === "Enter") editor.focus(row.id);
    else if (event.key === "F2" && !row.link && !readOnly) setRenaming(row.id);
    else if (event.key === "Delete") run("delete");
    else if (event.key === "*") turn(siblings(rows, at), true);
    else if (event.key === "ContextMenu" || (event.key === "F10" && event.shiftKey))
      openMenu(event.currentTarget, `${prefix}-${row.key}`, row.id);
    else if (event.key.length === 1 && !held && event.key !== "/" && event.key !== "?")
      type(event.key, event.timeStamp);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  /** `now`: when the key was pressed, not when there was time for it. */
  const type = (letter: string, now: number) => {
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
      rowKey={(index) => rows[index]?.key ?? String(index)}
      outer={{
        ref: box,
        role: "tree",
        tabIndex: 0,
        "aria-label": "Outline of the design",
        "aria-multiselectable": true,
        ...(active ? { "aria-activedescendant": `${prefix}-${active.key}` } : {}),
        onKeyDown: keys,
      }}
      className="outline-tree focus-ring"
      row={(index) => {
        const row = rows[index] as Row;
        return (
          <OutlineRow
            row={row}
            id={`${prefix}-${row.key}`}
            selected={selected(row)}
            active={index === at}
            drop={drag.over?.id === row.id && !row.link ? drag.over.allowed : undefined}
            renaming={renaming === row.id && !row.link}
            turn={() => turn([row.id], !row.open)}
            choose={(how) => choose(index, how)}
            grab={(event) => !row.link && !readOnly && drag.start(event, dragged(row))}
            show={() => editor.focus(row.id)}
            menu={(event) => {
              event.preventDefault();
              if (!selected(row)) choose(index, {});
              tellMenu(event.currentTarget, row.id, event.clientX, event.clientY);
            }}
            renamed={(title) => rename(row.id, title)}
          />
        );
      }}
    />
  );
}

function picked(rows: readonly Row[]): Selection {
  const ids = (link: boolean) => rows.filter((row) => (row.link !== undefined) === link).map((row) => row.id);
  return { resources: ids(false), links: [...new Set(ids(true))] };
}

function toggled({ resources, links }: Selection, row: Row): Selection {
  const turned = (ids: readonly Id[]) =>
    ids.includes(row.id) ? ids.filter((id) => id !== row.id) : [...ids, row.id];
  return row.link ? { resources, links: turned(links) } : { resources: turned(resources), links };
}

/** The rows beside one, on its level under the same container. */
function siblings(rows: readonly Row[], at: number): Id[] {
  const level = rows[at]?.level ?? 1;
  let first = at;
  while (first > 0 && (rows[first - 1]?.level ?? 0) >= level) first -= 1;
  const found: Id[] = [];
  for (let index = first; index < rows.length && (rows[index]?.level ?? 0) >= level; index++) {
    const row = rows[index];
    if (row?.level === level && row.branch) found.push(row.id);
  }
  return found;
}

/** What alone is selected, here or on the drawing. */
function aloneIn({ resources, links }: Selection): Id | null {
  return resources.length + links.length === 1 ? (resources[0] ?? links[0] ?? null) : null;
}

function between(rows: readonly Row[], from: string, to: string): Row[] {
  const a = rows.findIndex((row) => row.key === from);
  const b = rows.findIndex((row) => row.key === to);
  if (b < 0) return [];
  return a < 0 ? rows.slice(b, b + 1) : rows.slice(Math.min(a, b), Math.max(a, b) + 1);
}

/** Asks the app for its menu of a thing, as a right click on the drawing does. */
function tellMenu(element: Element, id: Id, x: number, y: number): void {
  element.dispatchEvent(new CustomEvent("groundplan:menu", { bubbles: true, detail: { id, x, y } }));
}

function openMenu(element: Element, row: string, id: Id): void {
  const box = (window.document.getElementById(row) ?? element).getBoundingClientRect();
  tellMenu(element, id, box.left + 40, box.bottom);
}
