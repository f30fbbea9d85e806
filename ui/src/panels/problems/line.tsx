// One row of the problems: a group, a finding, or one that was waived.
import { useState } from "react";
import { Button as AriaButton } from "react-aria-components";
import { RowButton } from "../../controls/button";
import { Icon, Mark } from "../../controls/icon";
import { MenuButton, type MenuEntry } from "../../controls/menu";
import type { DesignJson } from "../../document/model";
import type { DiagnosticDto } from "../../ipc/generated/DiagnosticDto";
import { titleOf, useDesign, useWorkbench } from "../context";
import { copyOf, Message, sentence } from "../finding";
import { isWaivable } from "../waivable";
import { fixable, type GroupRow, type ProblemRow } from "./rows";

/** What is to be done with a row. */
export interface Deed {
  is: "go" | "change" | "turn" | "fix" | "waive" | "renew" | "explain" | "take-back";
  /** Which fix. */
  fix?: number;
}

interface LineProps {
  row: ProblemRow;
  id: string;
  place: number;
  active: boolean;
  readOnly: boolean;
  act: (deed: Deed) => void;
}

export function ProblemLine({ row, id, place, active, readOnly, act }: LineProps) {
  const head = row.is === "group" || row.is === "waived-group";
  const grave = row.is === "group" ? row.severity : row.is === "finding" ? row.finding.severity : "waived";
  return (
    <div
      id={id}
      className={`problem ${active ? "active" : ""}`}
      role="row"
      aria-level={"group" in row && row.group !== undefined ? 2 : 1}
      aria-rowindex={place + 1}
      {...(head ? { "aria-expanded": row.open } : {})}
      data-severity={grave}
    >
      {row.is === "group" && <GroupLine row={row} readOnly={readOnly} act={act} />}
      {row.is === "waived-group" && <Turn open={row.open} title="Waived" count={row.count} act={act} />}
      {row.is === "finding" && <FindingLine finding={row.finding} readOnly={readOnly} act={act} />}
      {row.is === "waived" && <WaivedLine row={row} readOnly={readOnly} act={act} />}
    </div>
  );
}

type Act = { readOnly: boolean; act: (deed: Deed) => void };

function Turn(props: { open: boolean; title: string; count: number; act: Act["act"] }) {
  return (
    <span role="gridcell" className="problem-cell grow">
      <button
        type="button"
        tabIndex={-1}
        className="problem-group focus-ring"
        onClick={() => props.act({ is: "turn" })}
      >
        <Icon name={props.open ? "down" : "right"} size={13} />
        <span className="cut">{sentence(props.title)}</span>
        <span className="muted">{props.count}</span>
      </button>
    </span>
  );
}

function GroupLine({ row, readOnly, act }: { row: GroupRow } & Act) {
  const fixes = fixable(row);
  return (
    <>
      <span role="gridcell" className="problem-cell">
        <Mark state={row.severity} />
      </span>
      <Turn open={row.open} title={row.title} count={row.findings.length} act={act} />
      <span role="gridcell" className="problem-actions">
        {row.rule !== undefined && fixes > 0 && !readOnly && (
          <RowButton onPress={() => act({ is: "fix" })}>Fix all {fixes}</RowButton>
        )}
        {row.rule !== undefined && (
          <More
            entries={[
              { id: "explain", title: "Explain", hint: "X", run: () => act({ is: "explain" }) },
              ...(readOnly ? [] : waiving(row.findings, `Waive all ${row.findings.length}…`, act)),
            ]}
            label="More about all of them"
          />
        )}
      </span>
    </>
  );
}

/** Only where there is something to accept; those of one rule are alike in that. */
function waiving(findings: readonly DiagnosticDto[], title: string, act: Act["act"]): MenuEntry[] {
  if (!findings.every(isWaivable)) return [];
  return [{ id: "waive", title, hint: "W", run: () => act({ is: "waive" }) }];
}

function FindingLine({ finding, readOnly, act }: { finding: DiagnosticDto } & Act) {
  const { copy } = useWorkbench();
  const [fix, ...others] = finding.fixes;
  const other = others.map((title, index) => ({
    id: `fix ${index}`,
    title,
    run: () => act({ is: "fix", fix: index + 1 }),
  }));
  return (
    <>
      <span role="gridcell" className="problem-cell">
        <Mark state={finding.severity} />
      </span>
      <Words finding={finding} act={act} />
      {!readOnly && (
        <span role="gridcell" className="problem-actions">
          {/* What was meant is changed more often than given up. */}
          {finding.on === "intent" && <RowButton onPress={() => act({ is: "change" })}>Change it…</RowButton>}
          {fix && <RowButton onPress={() => act({ is: "fix" })}>{fix}</RowButton>}
          {other.length > 0 && <More entries={other} label="Other fixes" icon="down" />}
          {finding.rule === "expired-waiver" && (
            <RowButton onPress={() => act({ is: "renew" })}>New day…</RowButton>
          )}
          <More
            entries={[
              { id: "explain", title: "Explain", hint: "X", run: () => act({ is: "explain" }) },
              ...waiving([finding], "Waive…", act),
              {
                id: "copy",
                title: "Copy the message",
                run: () => void copy(copyOf(finding), "Message copied"),
              },
            ]}
            label="More about it"
          />
        </span>
      )}
    </>
  );
}

/** Message, place and rule. */
function Words({ finding, act }: { finding: DiagnosticDto; act: Act["act"] }) {
  const { document } = useWorkbench();
  const { id, line, environment } = finding;
  const known = id !== undefined && (document.resource(id) || document.link(id));
  const elsewhere = finding.on === "intent" ? "intent" : (id ?? (line === undefined ? "" : `line ${line}`));
  const place = known && id ? titleOf(document, id) : elsewhere;
  const where = environment ? `${place} · ${environment}` : place;
  const which = known && place !== id ? `${where} (${id})` : where;
  return (
    <>
      <span role="gridcell" className="problem-cell problem-main">
        <button
          type="button"
          tabIndex={-1}
          className="problem-go focus-ring"
          title={sentence(finding.message)}
          onClick={() => act({ is: "go" })}
        >
          <span className="cut">
            <Message finding={finding} />
          </span>
        </button>
      </span>
      <span role="gridcell" className="problem-place cut muted" title={which}>
        {where}
      </span>
      <span
        role="gridcell"
        className="problem-rule cut muted"
        title={[finding.rule, ...finding.controls].join(", ")}
      >
        {finding.controls[0] ?? finding.rule}
      </span>
    </>
  );
}

const waiversOf = (design: DesignJson) => design.policy.waiver;

function WaivedLine({ row, readOnly, act }: { row: Extract<ProblemRow, { is: "waived" }> } & Act) {
  const waiver = useDesign(waiversOf)?.[row.waiver];
  const until = waiver?.expires ? `until ${waiver.expires}` : "for good";
  const words = [waiver?.reason, waiver?.owner, until].filter(Boolean).join(" · ");
  return (
    <>
      <span role="gridcell" className="problem-cell">
        <Mark state="skipped" />
      </span>
      <Words finding={row.finding} act={act} />
      <span role="gridcell" className="problem-waiver cut muted" title={words}>
        {words}
      </span>
      {!readOnly && (
        <span role="gridcell" className="problem-actions short">
          <RowButton onPress={() => act({ is: "take-back" })}>Take back</RowButton>
        </span>
      )}
    </>
  );
}

/** The menu is made when it is wanted. */
function More({ entries, label, icon = "more" }: { entries: MenuEntry[]; label: string; icon?: string }) {
  const [wanted, setWanted] = useState(false);
  if (!wanted) return <RowButton icon={icon} label={label} onPress={() => setWanted(true)} />;
  return (
    <MenuButton isOpen label={label} groups={[entries]}>
      <AriaButton className="button plain icon-only small" aria-label={label}>
        <Icon name={icon} size={14} />
      </AriaButton>
    </MenuButton>
  );
}
