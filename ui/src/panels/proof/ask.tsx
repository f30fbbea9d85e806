// Questions to the proof: whether A reaches B and by which hops, who reaches a thing, what it reaches. What the
// answer is about is lit on the drawing.
import { useEffect, useMemo, useState } from "react";
import { Button, Empty } from "../../controls/button";
import { CheckBox, ComboField, LiveBox, SelectBox } from "../../controls/fields";
import { Mark } from "../../controls/icon";
import { HeadSlot } from "../../controls/slot";
import { WindowList } from "../../controls/window";
import type { DesignJson, Id } from "../../document/model";
import type { ProofDto } from "../../ipc/generated/ProofDto";
import type { ReachDto } from "../../ipc/generated/ReachDto";
import { goTo, useDesign, useReadable, useSelected, useSetting, useWorkbench } from "../context";
import { plural } from "../facts";
import { sentence } from "../finding";
import { Trace } from "./trace";

type Question = "pair" | "to" | "from" | "exposed";

const resourcesOf = (design: DesignJson) => design.resources;
const ROW = 30;

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

/** Lights what an answer is about, as long as the answer shows. */
function useLit(ids: readonly Id[]): void {
  const { editor } = useWorkbench();
  const [lit] = useSetting("proof.lit", true);
  const key = `${lit} ${ids.join(" ")}`;
  // biome-ignore lint/correctness/useExhaustiveDependencies: the ids are in the key
  useEffect(() => {
    if (ids.length === 0 || !lit) return;
    editor.highlight(new Set(ids));
    return () => editor.highlight(null);
  }, [key, editor]);
}

/** An answer of the core, asked again after every judgement; undefined while nothing is asked. */
function useAnswer<T>(key: string, call: (() => Promise<T>) | null): T | undefined {
  const { ask, facts } = useWorkbench();
  const revision = useSelected(facts, (value) => value.revision);
  const [answer, setAnswer] = useState<{ to: string; is: T }>();
  // biome-ignore lint/correctness/useExhaustiveDependencies: the question is in the key
  useEffect(() => {
    if (!call) return;
    let wanted = true;
    void ask(call()).then((is) => wanted && setAnswer(is === undefined ? undefined : { to: key, is }));
    return () => {
      wanted = false;
    };
  }, [key, revision]);
  return answer?.to === key ? answer.is : undefined;
}

export function Ask() {
  const { editor } = useWorkbench();
  const ends = useEnds();
  const internet = ends.find(({ hint }) => hint === "Internet")?.id;
  const [question, setQuestion] = useState<Question>("pair");
  const [[from, to], setEnds] = useState<[Id | null, Id | null]>(() =>
    fromSelection(editor.selection.get().resources),
  );
  const [service, setService] = useState("");
  const [lit, setLit] = useSetting("proof.lit", true);
  const questions = [
    { id: "pair", title: "Can … reach …" },
    { id: "to", title: "Who reaches …" },
    { id: "from", title: "What is reached by …" },
    ...(internet === undefined ? [] : [{ id: "exposed", title: "What is exposed to the internet" }]),
  ];
  return (
    <div className="ask">
      <HeadSlot>
        <CheckBox label="Show on the drawing" value={lit} onDone={setLit} />
      </HeadSlot>
      <div className="ask-form">
        <SelectBox
          bare
          label="Question"
          value={question}
          choices={questions}
          onDone={(id) => setQuestion(id as Question)}
        />
        {(question === "pair" || question === "from") && (
          <ComboField
            bare
            label="From"
            placeholder="from"
            value={from}
            choices={ends}
            onDone={(id) => setEnds([id, to])}
          />
        )}
        {question === "pair" && <span className="muted">→</span>}
        {(question === "pair" || question === "to") && (
          <ComboField
            bare
            label="To"
            placeholder="to"
            value={to}
            choices={ends}
            onDone={(id) => setEnds([from, id])}
          />
        )}
        {question === "pair" && (
          <div className="ask-port">
            <LiveBox bare label="Port" placeholder="any port" value={service} onChange={setService} />
          </div>
        )}
      </div>
      {question === "pair" && <Pair from={from} to={to} service={service.trim()} />}
      {question === "to" && <Ends id={to} way="to" />}
      {question === "from" && <Ends id={from} way="from" />}
      {question === "exposed" && <Ends id={internet ?? null} way="from" />}
    </div>
  );
}

/** Two that are selected are the two ends, one is the target. */
function fromSelection([first, second]: readonly Id[]): [Id | null, Id | null] {
  return second === undefined ? [null, first ?? null] : [first ?? null, second];
}

function Pair({ from, to, service }: { from: Id | null; to: Id | null; service: string }) {
  const workbench = useWorkbench();
  const { backend, session } = workbench;
  const open = useReadable(session);
  const on = service === "" ? {} : { service };
  const key = `${open} ${from} ${to} ${service}`;
  const call =
    from === null || to === null ? null : () => backend.call("proof_ask", { session: open, from, to, ...on });
  const answer = useAnswer<ProofDto>(key, call);
  const onWay = answer?.traces.flatMap((trace) => trace.hops.map((hop) => hop.id)) ?? [];
  useLit(
    answer ? [from, to, answer.blockedAt, ...onWay].filter((id): id is Id => typeof id === "string") : [],
  );
  if (!answer) return <Empty text="Pick two ends: the answer is proven before anything exists" />;
  return (
    <div className="ask-answer">
      <p className="answer" aria-live="polite">
        <Mark state={answer.reachable.length > 0 ? "ok" : "error"} />
        <strong>{sentence(answer.answer)}</strong>
      </p>
      {answer.because && (
        <p className="answer">
          <span>{sentence(answer.because)}</span>
          {answer.blockedAt && (
            <Button small onPress={() => goTo(workbench, answer.blockedAt ?? "")}>
              Show it
            </Button>
          )}
        </p>
      )}
      {answer.traces.map((trace) => (
        <Trace key={`${trace.source} ${trace.destination} ${trace.service} ${trace.arrives}`} trace={trace} />
      ))}
    </div>
  );
}

function Ends({ id, way }: { id: Id | null; way: "to" | "from" }) {
  const workbench = useWorkbench();
  const { backend, session, document } = workbench;
  const open = useReadable(session);
  const call = id === null ? null : () => backend.call("proof_ends", { session: open, id, way });
  const found = useAnswer<ReachDto[]>(`${open} ${id} ${way}`, call);
  useLit(found && id !== null ? [id, ...found.map((one) => one.id)] : []);
  if (id === null) return <Empty text="Pick a thing, or a container for all in it" />;
  if (!found) return <Empty icon="waiting" text="Proving…" />;
  const title = document.title(id);
  const words =
    way === "to"
      ? `${plural(found.length, "thing reaches", "things reach")} ${title}`
      : `${title} reaches ${plural(found.length, "thing")}`;
  return (
    <>
      <p className="answer ends-answer" aria-live="polite">
        <Mark state={found.length > 0 ? "ok" : "skipped"} />
        <strong>
          {found.length === 0
            ? way === "to"
              ? `Nothing reaches ${title}`
              : `${title} reaches nothing`
            : words}
        </strong>
      </p>
      <WindowList
        count={found.length}
        height={ROW}
        rowKey={(index) => found[index]?.id ?? String(index)}
        outer={{ role: "list", "aria-label": words, tabIndex: 0 }}
        className="focus-ring"
        row={(index) => {
          const one = found[index] as ReachDto;
          return (
            <div className="end-line" role="listitem" aria-setsize={found.length} aria-posinset={index + 1}>
              <button type="button" className="focus-ring cut" onClick={() => goTo(workbench, one.id)}>
                {one.title}
              </button>
              <span className="cut mono muted">{one.ports.join(", ")}</span>
            </div>
          );
        }}
      />
    </>
  );
}
