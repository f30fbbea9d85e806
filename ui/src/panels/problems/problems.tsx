// Problems: every finding, grouped and filtered; fix one, fix all of a kind, waive, explain, go to it. What was
// waived stands below, apart.
import { memo, useCallback, useId, useMemo, useRef, useState } from "react";
import { Button, Empty } from "../../controls/button";
import { LiveBox, SelectBox } from "../../controls/fields";
import { HeadSlot } from "../../controls/slot";
import { treeStep } from "../../controls/tree";
import { WindowList } from "../../controls/window";
import type { DiagnosticDto } from "../../ipc/generated/DiagnosticDto";
import {
  goTo,
  titleOf,
  useReadable,
  useSelected,
  useSetting,
  useWorkbench,
  type Workbench,
} from "../context";
import type { Facts } from "../facts";
import { ExplainDialog, endedWaiver, fixFinding, WaiveDialog, WaiverDialog } from "../finding";
import { isWaivable } from "../waivable";
import { fixAll, takeBack } from "./acts";
import { type Deed, ProblemLine } from "./line";
import { placesOf } from "./places";
import {
  branchOf,
  type Filter,
  filtered,
  type Grouping,
  type ProblemRow,
  problemRows,
  waivedRows,
} from "./rows";
import "./problems.css";

const ROW = 34;
const diagnosticsOf = (facts: Facts) => facts.diagnostics;
const waivedOf = (facts: Facts) => facts.waived;
const SEVERITIES = [
  { id: "all", title: "All" },
  { id: "error", title: "Errors" },
  { id: "warning", title: "Warnings" },
  { id: "advice", title: "Advice" },
];
const GROUPINGS = [
  { id: "rule", title: "By kind" },
  { id: "place", title: "By place" },
  { id: "severity", title: "By severity" },
];

const NO_FILTER: Filter = { text: "", severity: "all" };

export function Problems() {
  const { facts, file, document, deploy } = useWorkbench();
  const running = useReadable(deploy);
  // What packets found holds as long as that lab runs.
  const tried = running?.state === "running" ? running.verification?.findings : undefined;
  const judged = useSelected(facts, diagnosticsOf);
  const waived = useSelected(facts, waivedOf);
  const ofFile = useReadable(file).diagnostics;
  const all = useMemo(() => [...ofFile, ...(tried ?? []), ...judged], [ofFile, tried, judged]);
  const [filter, setFilter] = useSetting<Filter>("problems.filter", NO_FILTER);
  const [by] = useSetting<Grouping>("problems.by", "rule");
  const [turned, setTurned] = useState<ReadonlySet<string>>(() => new Set());
  const rows = useMemo(() => {
    const title = (id: string) => titleOf(document, id);
    const found = filtered(all, filter, title);
    return [...problemRows(found, { by, closed: turned, title }), ...waivedRows(waived, turned)];
  }, [all, waived, filter, by, turned, document]);
  const known = useSelected(facts, (value) => value.revision >= 0);
  const turn = (key: string) => {
    const next = new Set(turned);
    if (!next.delete(key)) next.add(key);
    setTurned(next);
  };
  const hidden = all.length > 0 && !rows.some((row) => row.is === "finding" || row.is === "group");
  const [frame, room] = useRoom();
  return (
    <div className="problems" ref={frame}>
      <Filters />
      {all.length === 0 && waived.length === 0 && (
        <Empty
          icon={known ? "ok" : "waiting"}
          text={known ? "Nothing found: the design holds" : "Looking at the design…"}
        />
      )}
      {hidden && (
        <Empty text="No finding fits the filter">
          <Button small onPress={() => setFilter(NO_FILTER)}>
            Show all
          </Button>
        </Empty>
      )}
      {rows.length > 0 && <Lines rows={rows} turn={turn} room={hidden || all.length === 0 ? 0 : room()} />}
    </div>
  );
}

/** Always there, so that nothing jumps, and nothing has to be made, when findings come. */
const Filters = memo(function Filters() {
  const [filter, setFilter] = useSetting<Filter>("problems.filter", NO_FILTER);
  const [by, setBy] = useSetting<Grouping>("problems.by", "rule");
  return (
    <HeadSlot>
      <div className="bar-search">
        <LiveBox
          bare
          label="Filter findings"
          icon="filter"
          placeholder="Filter"
          value={filter.text}
          onChange={(text) => setFilter({ ...filter, text })}
        />
      </div>
      <div className="bar-choice">
        <SelectBox
          bare
          label="Severity"
          value={filter.severity}
          choices={SEVERITIES}
          onDone={(id) => setFilter({ ...filter, severity: id as Filter["severity"] })}
        />
      </div>
      <div className="bar-choice">
        <SelectBox bare label="Group" value={by} choices={GROUPINGS} onDone={(id) => setBy(id as Grouping)} />
      </div>
    </HeadSlot>
  );
});

/** What is asked in a dialog about a row. */
type Asked =
  | { is: "waive"; findings: readonly DiagnosticDto[] }
  | { is: "explain"; finding: DiagnosticDto }
  | { is: "renew"; waiver: number };

/** How high the panel is, for a list that will fill it: known before there is anything to list. */
function useRoom() {
  const height = useRef(0);
  const frame = useCallback((element: HTMLElement | null) => {
    if (!element) return;
    const observer = new ResizeObserver(([entry]) => {
      height.current = entry?.contentRect.height ?? 0;
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  return [frame, () => height.current] as const;
}

interface LinesProps {
  rows: ProblemRow[];
  turn: (key: string) => void;
  room: number;
}

function Lines({ rows, turn, room }: LinesProps) {
  const workbench = useWorkbench();
  const readOnly = useReadable(workbench.file).readOnly !== undefined;
  const [activeKey, setActive] = useState<string>();
  const [asked, setAsked] = useState<Asked>();
  const prefix = useId();
  const box = useRef<HTMLDivElement>(null);
  const at = Math.max(
    0,
    rows.findIndex((row) => row.key === activeKey),
  );
  const act = (row: ProblemRow, deed: Deed) => {
    setActive(row.key);
    // What was fixed goes, and its button with the keyboard on it.
    if (deed.is === "fix" || deed.is === "take-back") box.current?.focus({ preventScroll: true });
    if (deed.is === "turn") turn(row.key);
    if (row.is === "group") {
      if (deed.is === "fix" && row.rule !== undefined) void fixAll(workbench, row.rule);
      if (deed.is === "waive") setAsked({ is: "waive", findings: row.findings.filter(isWaivable) });
      const [finding] = row.findings;
      if (deed.is === "explain" && finding) setAsked({ is: "explain", finding });
      return;
    }
    if (row.is === "waived-group") return;
    if (deed.is === "renew")
      return setAsked({ is: "renew", waiver: endedWaiver(workbench.document.design().policy, row.finding) });
    if (deed.is === "go") show(workbench, row.finding);
    if (deed.is === "change" && row.finding.id !== undefined) workbench.run("intent-change", row.finding.id);
    if (deed.is === "explain") setAsked({ is: "explain", finding: row.finding });
    if (row.is === "waived") {
      if (deed.is === "take-back") void takeBack(workbench, row.waiver);
      return;
    }
    if (deed.is === "fix") void fixFinding(workbench, row.finding, deed.fix ?? 0);
    if (deed.is === "waive") setAsked({ is: "waive", findings: [row.finding] });
  };
  const keys = (event: React.KeyboardEvent) => {
    const row = rows[at];
    if (event.target !== event.currentTarget || !row || event.altKey || event.ctrlKey || event.metaKey)
      return;
    const step = treeStep(rows, at, event.key, branchOf);
    const deed = step ? undefined : deedOf(event.key, row, readOnly);
    if (!step && !deed) return;
    event.preventDefault();
    event.stopPropagation();
    if (deed) act(row, deed);
    else if (step && "go" in step) setActive(rows[step.go]?.key);
    else if (step && "turn" in step) turn(row.key);
  };
  const active = rows[at];
  return (
    <>
      <WindowList
        count={rows.length}
        height={ROW}
        active={at}
        room={room}
        rowKey={(index) => rows[index]?.key ?? String(index)}
        outer={{
          ref: box,
          role: "treegrid",
          "aria-label": "Findings",
          "aria-rowcount": rows.length,
          tabIndex: 0,
          ...(active ? { "aria-activedescendant": `${prefix}-${active.key}` } : {}),
          onKeyDown: keys,
        }}
        className="focus-ring problem-list"
        row={(index) => {
          const row = rows[index] as ProblemRow;
          return (
            <ProblemLine
              row={row}
              id={`${prefix}-${row.key}`}
              place={index}
              active={index === at}
              readOnly={readOnly}
              act={(deed) => act(row, deed)}
            />
          );
        }}
      />
      {asked?.is === "waive" && <WaiveDialog findings={asked.findings} onClose={() => setAsked(undefined)} />}
      {asked?.is === "renew" && <WaiverDialog index={asked.waiver} onClose={() => setAsked(undefined)} />}
      {asked?.is === "explain" && (
        <ExplainDialog finding={asked.finding} onClose={() => setAsked(undefined)} />
      )}
    </>
  );
}

/** Shows the place of a finding: of one about an intent the shapes that it names. */
function show(workbench: Workbench, finding: DiagnosticDto): void {
  const { on, id } = finding;
  if (on === "environment" && id !== undefined) return workbench.run("environment-change", id);
  const [first, ...more] = placesOf(workbench.document, finding);
  if (first === undefined) return;
  if (more.length === 0) return goTo(workbench, first);
  const { editor } = workbench;
  editor.select({ resources: [first, ...more], links: [] });
  editor.bringIntoView([first, ...more]);
  editor.grabFocus();
}

const mayWaive = (row: ProblemRow) =>
  row.is === "group" ? row.findings.some(isWaivable) : row.is === "finding" && isWaivable(row.finding);

/** What a key does at a row: Enter goes there or opens, C changes an intent, F fixes, W waives, X explains, U takes a waiver back. */
function deedOf(key: string, row: ProblemRow, readOnly: boolean): Deed | undefined {
  const head = row.is === "group" || row.is === "waived-group";
  if (key === "Enter" || key === " ") return head ? { is: "turn" } : { is: "go" };
  if (key.toLowerCase() === "x") return row.is === "waived-group" ? undefined : { is: "explain" };
  if (readOnly) return undefined;
  if (key.toLowerCase() === "c")
    return row.is === "finding" && row.finding.on === "intent" ? { is: "change" } : undefined;
  if (key.toLowerCase() === "f")
    return row.is === "finding" && row.finding.fixes.length === 0 ? undefined : { is: "fix" };
  if (key.toLowerCase() === "w") return mayWaive(row) ? { is: "waive" } : undefined;
  if (key.toLowerCase() === "u") return row.is === "waived" ? { is: "take-back" } : undefined;
  return undefined;
}
