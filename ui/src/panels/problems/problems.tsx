// Problems: every finding, grouped by rule, filtered; fix one, fix all of a rule, waive, go to it.
import { useMemo, useState } from "react";
import { Button as AriaButton } from "react-aria-components";
import { Button, Empty, IconButton } from "../../controls/button";
import { LiveBox, SelectBox } from "../../controls/fields";
import { Icon, Mark } from "../../controls/icon";
import { MenuButton } from "../../controls/menu";
import { HeadSlot } from "../../controls/slot";
import { WindowList } from "../../controls/window";
import type { DiagnosticDto } from "../../ipc/generated/DiagnosticDto";
import { goTo, titleOf, useReadable, useSelected, useSetting, useWorkbench } from "../context";
import { type Facts, plural } from "../facts";
import { fixFinding, sentence, WaiveDialog } from "../finding";
import { type Filter, filtered, type ProblemRow, problemRows } from "./rows";
import "./problems.css";

const ROW = 34;
const diagnosticsOf = (facts: Facts) => facts.diagnostics;
const SEVERITIES = [
  { id: "all", title: "All" },
  { id: "error", title: "Errors" },
  { id: "warning", title: "Warnings" },
  { id: "advice", title: "Advice" },
];

const NO_FILTER: Filter = { text: "", severity: "all" };

export function Problems() {
  const { facts, file } = useWorkbench();
  const judged = useSelected(facts, diagnosticsOf);
  const ofFile = useReadable(file).diagnostics;
  const all = useMemo(() => [...ofFile, ...judged], [ofFile, judged]);
  const [filter, setFilter] = useSetting<Filter>("problems.filter", NO_FILTER);
  const [closed, setClosed] = useState<ReadonlySet<string>>(() => new Set());
  const rows = useMemo(() => problemRows(filtered(all, filter), closed), [all, filter, closed]);
  const known = useSelected(facts, (value) => value.revision >= 0);
  if (all.length === 0) {
    return (
      <Empty
        icon={known ? "ok" : "waiting"}
        text={known ? "Nothing found: the design holds" : "Looking at the design…"}
      />
    );
  }
  const turn = (rule: string) => {
    const next = new Set(closed);
    if (!next.delete(rule)) next.add(rule);
    setClosed(next);
  };
  return (
    <div className="problems">
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
      </HeadSlot>
      {rows.length === 0 ? (
        <Empty text="No finding fits the filter">
          <Button small onPress={() => setFilter({ text: "", severity: "all" })}>
            Show all
          </Button>
        </Empty>
      ) : (
        <WindowList
          count={rows.length}
          height={ROW}
          rowKey={(index) => rows[index]?.key ?? String(index)}
          outer={{ role: "list", "aria-label": "Findings", tabIndex: 0 }}
          className="focus-ring"
          row={(index) => (
            <ProblemLine row={rows[index] as ProblemRow} index={index} count={rows.length} turn={turn} />
          )}
        />
      )}
    </div>
  );
}

interface LineProps {
  row: ProblemRow;
  index: number;
  count: number;
  turn: (rule: string) => void;
}

function ProblemLine({ row, index, count, turn }: LineProps) {
  return (
    <div
      className="problem"
      role="listitem"
      aria-setsize={count}
      aria-posinset={index + 1}
      data-severity={row.is === "group" ? row.severity : row.finding.severity}
    >
      {row.is === "group" ? <GroupLine row={row} turn={turn} /> : <FindingLine finding={row.finding} />}
    </div>
  );
}

function GroupLine({
  row,
  turn,
}: {
  row: Extract<ProblemRow, { is: "group" }>;
  turn: (rule: string) => void;
}) {
  const { backend, session, ask, say, file } = useWorkbench();
  const readOnly = useReadable(file).readOnly !== undefined;
  const fixAll = async () => {
    const answer = await ask(backend.call("finding_fix_all", { session: session.get(), rule: row.rule }));
    if (answer) say({ text: `${plural(answer.fixed, "finding")} fixed`, kind: "ok" });
  };
  return (
    <>
      <Mark state={row.severity} />
      <button
        type="button"
        className="problem-group focus-ring"
        aria-expanded={row.open}
        onClick={() => turn(row.rule)}
      >
        <span className="cut">{sentence(row.title)}</span>
        <span className="muted">{row.count}</span>
        <Icon name={row.open ? "up" : "down"} size={13} />
      </button>
      {row.fixes > 0 && !readOnly && (
        <Button small look="plain" onPress={() => void fixAll()}>
          Fix all {row.fixes}
        </Button>
      )}
    </>
  );
}

function FindingLine({ finding }: { finding: DiagnosticDto }) {
  const workbench = useWorkbench();
  const { document, file } = workbench;
  const [waiving, setWaiving] = useState(false);
  const readOnly = useReadable(file).readOnly !== undefined;
  const place = finding.id ?? (finding.line === undefined ? "" : `line ${finding.line}`);
  const known = finding.id !== undefined && (document.resource(finding.id) || document.link(finding.id));
  const [fix, ...others] = finding.fixes;
  return (
    <>
      <Mark state={finding.severity} />
      <button
        type="button"
        className="problem-main focus-ring"
        title={finding.why ? sentence(finding.why) : finding.message}
        onClick={() => finding.id && goTo(workbench, finding.id)}
      >
        <span className="cut">{sentence(finding.message)}</span>
      </button>
      <span className="problem-place cut muted">
        {known && finding.id ? titleOf(document, finding.id) : place}
        {finding.environment ? ` · ${finding.environment}` : ""}
      </span>
      <span className="problem-rule cut muted" title={finding.controls.join(", ")}>
        {finding.controls[0] ?? finding.rule}
      </span>
      {!readOnly && (
        <span className="problem-actions">
          {fix && (
            <Button small onPress={() => void fixFinding(workbench, finding, 0)}>
              {fix}
            </Button>
          )}
          {others.length > 0 && (
            <MenuButton
              label="Other fixes"
              groups={[
                others.map((title, index) => ({
                  id: title,
                  title,
                  run: () => void fixFinding(workbench, finding, index + 1),
                })),
              ]}
            >
              <AriaButton className="button plain icon-only small" aria-label="Other fixes">
                <Icon name="down" size={14} />
              </AriaButton>
            </MenuButton>
          )}
          <IconButton icon="clock" label="Waive…" onPress={() => setWaiving(true)} />
        </span>
      )}
      {waiving && <WaiveDialog finding={finding} onClose={() => setWaiving(false)} />}
    </>
  );
}
