// Proof: ask whether A reaches B and see every hop; what the intents say; the whole matrix.
import { useEffect, useMemo, useState } from "react";
import { Button, Empty } from "../../controls/button";
import { CheckBox, LiveBox } from "../../controls/fields";
import { Mark } from "../../controls/icon";
import { SideTabs } from "../../controls/side_tabs";
import { HeadSlot } from "../../controls/slot";
import { WindowList } from "../../controls/window";
import type { MatrixCellDto } from "../../ipc/generated/MatrixCellDto";
import { useReadable, useSelected, useSetting, useWorkbench } from "../context";
import { type Facts, plural } from "../facts";
import { sentence } from "../finding";
import { Ask } from "./ask";
import { matrixCsv, matrixRows, matrixState } from "./matrix";
import { Trace } from "./trace";
import "./proof.css";

const intentsOf = (facts: Facts) => facts.intents;

export function Proof() {
  const [tab, setTab] = useSetting("proof.tab", "ask");
  const tabs = [
    { id: "ask", title: "Ask", className: "proof-panel", page: <Ask /> },
    { id: "intents", title: "Intents", className: "proof-panel", page: <IntentList /> },
    { id: "matrix", title: "Matrix", className: "proof-panel", page: <Matrix /> },
  ];
  return <SideTabs label="Proof" tabs={tabs} chosen={tab} onChoose={setTab} />;
}

function IntentList() {
  const { facts, run } = useWorkbench();
  const intents = useSelected(facts, intentsOf);
  if (intents.length === 0) {
    return (
      <Empty text="No intent yet: say what must and must not be reachable">
        <Button small onPress={() => run("intent-add")}>
          Add intent
        </Button>
      </Empty>
    );
  }
  return (
    <ul className="intents">
      {intents.map((intent) => (
        <li key={intent.id}>
          <p className="answer">
            <Mark state={intent.holds ? "ok" : "error"} />
            <span>{sentence(intent.text)}</span>
            <span className="muted">{intent.holds ? "proven" : "does not hold"}</span>
            <Button
              small
              look={intent.holds ? "plain" : "normal"}
              onPress={() => run("intent-change", intent.id)}
            >
              Change…
            </Button>
          </p>
          {intent.counterExample && <Trace trace={intent.counterExample} />}
        </li>
      ))}
    </ul>
  );
}

const ROW = 30;

function Matrix() {
  const { backend, session, ask, facts, deploy, copy, run } = useWorkbench();
  const verification = useReadable(deploy)?.verification;
  const [cells, setCells] = useState<MatrixCellDto[]>();
  const [text, setText] = useState("");
  const [openOnly, setOpenOnly] = useState(false);
  const revision = useSelected(facts, (value) => value.revision);
  const open = useReadable(session);
  // biome-ignore lint/correctness/useExhaustiveDependencies: it holds for one revision, tried once
  useEffect(() => {
    let wanted = true;
    void ask(backend.call("proof_matrix", { session: open })).then(
      (answer) => wanted && answer && setCells(answer),
    );
    return () => {
      wanted = false;
    };
  }, [open, revision, verification]);
  const rows = useMemo(() => matrixRows(cells ?? [], text, openOnly), [cells, text, openOnly]);
  if (!cells) return <Empty icon="waiting" text="Proving every pair…" />;
  if (cells.length === 0) {
    return (
      <Empty text="Nothing in the design talks yet">
        <Button small onPress={() => run("part-add")}>
          Add a part
        </Button>
      </Empty>
    );
  }
  const differ = cells.filter((cell) => cell.agrees === false).length;
  return (
    <div className="matrix">
      <HeadSlot>
        <div className="bar-search">
          <LiveBox
            bare
            label="Filter the matrix"
            icon="filter"
            placeholder="Filter"
            value={text}
            onChange={setText}
          />
        </div>
        <CheckBox label="Only what is open" value={openOnly} onDone={setOpenOnly} />
        <span className="muted cut">
          {cells.filter((cell) => cell.proven).length} of {cells.length} open
          {differ > 0 && `, ${differ} where packets disagree`}
        </span>
        <Button
          small
          icon="copy"
          onPress={() => void copy(matrixCsv(rows), `${plural(rows.length, "row")} copied as CSV`)}
        >
          Copy as CSV
        </Button>
      </HeadSlot>
      <WindowList
        count={rows.length}
        height={ROW}
        rowKey={(index) => String(index)}
        outer={{ role: "table", "aria-label": "Who reaches whom", "aria-rowcount": rows.length, tabIndex: 0 }}
        className="focus-ring"
        row={(index) => <MatrixLine cell={rows[index] as MatrixCellDto} index={index} />}
      />
    </div>
  );
}

function MatrixLine({ cell, index }: { cell: MatrixCellDto; index: number }) {
  const state = matrixState(cell);
  return (
    <div className="matrix-line" role="row" aria-rowindex={index + 1}>
      <span role="cell" className="matrix-state">
        <Mark state={state.mark} />
        <span className="sr">{state.words}</span>
      </span>
      <span role="cell" className="cut">
        {cell.from}
      </span>
      <span role="cell" className="cut">
        {cell.to}
      </span>
      <span role="cell" className="cut mono">
        {cell.service}
      </span>
      <span role="cell" className="cut muted">
        {cell.tried ? `packets: ${cell.tried.replace("-", " ")}` : "not tried"}
      </span>
      <span role="cell" className="cut muted matrix-because" title={cell.because}>
        {cell.because}
      </span>
    </div>
  );
}
