// Proof: ask whether A reaches B and see every hop; what the intents say; the whole matrix.
import { useEffect, useMemo, useState } from "react";
import { Tab, TabList, TabPanel, Tabs } from "react-aria-components";
import { Button, Empty } from "../../controls/button";
import { CheckBox, ComboField, LiveBox } from "../../controls/fields";
import { Mark } from "../../controls/icon";
import { HeadSlot } from "../../controls/slot";
import { WindowList } from "../../controls/window";
import type { DesignJson } from "../../document/model";
import type { MatrixCellDto } from "../../ipc/generated/MatrixCellDto";
import type { ProofDto } from "../../ipc/generated/ProofDto";
import type { TraceDto } from "../../ipc/generated/TraceDto";
import { goTo, useDesign, useReadable, useSelected, useWorkbench } from "../context";
import { type Facts, plural } from "../facts";
import { sentence } from "../finding";
import { matrixCsv, matrixRows } from "./matrix";
import "./proof.css";

const resourcesOf = (design: DesignJson) => design.resources;
const intentsOf = (facts: Facts) => facts.intents;

export function Proof() {
  return (
    <Tabs className="proof" orientation="vertical">
      <TabList className="proof-tabs" aria-label="Proof">
        <Tab id="ask" className="side-tab">
          Ask
        </Tab>
        <Tab id="intents" className="side-tab">
          Intents
        </Tab>
        <Tab id="matrix" className="side-tab">
          Matrix
        </Tab>
      </TabList>
      <TabPanel id="ask" className="proof-panel">
        <Ask />
      </TabPanel>
      <TabPanel id="intents" className="proof-panel">
        <IntentList />
      </TabPanel>
      <TabPanel id="matrix" className="proof-panel">
        <Matrix />
      </TabPanel>
    </Tabs>
  );
}

/** Resources that packets can start from or go to, and containers for all in them. */
function useEnds() {
  const { catalog } = useWorkbench();
  const resources = useDesign(resourcesOf);
  return useMemo(
    () =>
      Object.entries(resources)
        .filter(([, { kind }]) => catalog.kind(kind)?.family !== "annotation")
        .map(([id, { title, kind }]) => ({
          id,
          title: title ?? id,
          hint: catalog.kind(kind)?.title ?? kind,
        })),
    [resources, catalog],
  );
}

function Ask() {
  const { backend, session, ask, facts } = useWorkbench();
  const ends = useEnds();
  const [from, setFrom] = useState<string | null>(null);
  const [to, setTo] = useState<string | null>(null);
  const [service, setService] = useState("");
  const [answer, setAnswer] = useState<ProofDto>();
  const revision = useSelected(facts, (value) => value.revision);
  const question = service.trim();
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new revision may have a new answer
  useEffect(() => {
    if (from === null || to === null) return;
    let wanted = true;
    const on = question === "" ? {} : { service: question };
    void ask(backend.call("proof_ask", { session: session.get(), from, to, ...on })).then(
      (proof) => wanted && setAnswer(proof),
    );
    return () => {
      wanted = false;
    };
  }, [from, to, question, revision]);
  return (
    <div className="ask">
      <div className="ask-form">
        <span className="muted">Can</span>
        <ComboField bare label="From" placeholder="from" value={from} choices={ends} onDone={setFrom} />
        <span className="muted">reach</span>
        <ComboField bare label="To" placeholder="to" value={to} choices={ends} onDone={setTo} />
        <span className="muted">on</span>
        <div className="ask-port">
          <LiveBox bare label="Port" placeholder="any port" value={service} onChange={setService} />
        </div>
      </div>
      {answer && from !== null && to !== null ? (
        <div className="ask-answer">
          <p className="answer" aria-live="polite">
            <Mark state={answer.reachable.length > 0 ? "ok" : "error"} />
            <strong>{sentence(answer.answer)}</strong>
          </p>
          {answer.traces.map((trace) => (
            <Trace
              key={`${trace.source} ${trace.destination} ${trace.service} ${trace.arrives}`}
              trace={trace}
            />
          ))}
        </div>
      ) : (
        <Empty text="Pick two ends: the answer is proven before anything exists" />
      )}
    </div>
  );
}

export function Trace({ trace }: { trace: TraceDto }) {
  const workbench = useWorkbench();
  return (
    <section className="trace" aria-label={`way of ${trace.service}`}>
      <p className="muted selectable">
        {trace.source} → {trace.destination} · {trace.service} · {trace.arrives ? "arrives" : "is stopped"}
      </p>
      <ol>
        {trace.hops.map((hop, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a way is its hops in order
          <li key={index} className={hop.passes ? "hop" : "hop blocked"}>
            <Mark state={hop.passes ? "ok" : "error"} />
            <button
              type="button"
              className="focus-ring"
              disabled={hop.id === undefined}
              onClick={() => hop.id && goTo(workbench, hop.id)}
            >
              <span>{sentence(hop.what)}</span> <span className="muted">{hop.because}</span>
            </button>
          </li>
        ))}
      </ol>
    </section>
  );
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
          </p>
          {intent.counterExample && <Trace trace={intent.counterExample} />}
        </li>
      ))}
    </ul>
  );
}

const ROW = 30;

function Matrix() {
  const { backend, session, ask, facts, copy } = useWorkbench();
  const [cells, setCells] = useState<MatrixCellDto[]>();
  const [text, setText] = useState("");
  const [openOnly, setOpenOnly] = useState(false);
  const revision = useSelected(facts, (value) => value.revision);
  const open = useReadable(session);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the matrix holds for one revision
  useEffect(() => {
    let wanted = true;
    void ask(backend.call("proof_matrix", { session: open })).then(
      (answer) => wanted && answer && setCells(answer),
    );
    return () => {
      wanted = false;
    };
  }, [open, revision]);
  const rows = useMemo(() => matrixRows(cells ?? [], text, openOnly), [cells, text, openOnly]);
  if (!cells) return <Empty icon="waiting" text="Proving every pair…" />;
  if (cells.length === 0) {
    return (
      <Empty text="Nothing in the design talks yet">
        <Button small onPress={() => window.dispatchEvent(new CustomEvent("groundplan:find-part"))}>
          Find a part
        </Button>
      </Empty>
    );
  }
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
  return (
    <div className="matrix-line" role="row" aria-rowindex={index + 1}>
      <span role="cell" className="matrix-state">
        <Mark state={cell.proven ? "ok" : "skipped"} />
        <span className="sr">{cell.proven ? "open" : "blocked"}</span>
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
