// Deploy: plan, approve, watch, verify, destroy. Nothing is made that was not in an approved plan.
import { useCallback, useEffect, useMemo, useState } from "react";
import { ProgressBar } from "react-aria-components";
import { Button, Empty, IconButton } from "../../controls/button";
import { Mark } from "../../controls/icon";
import { HeadSlot } from "../../controls/slot";
import { WindowList } from "../../controls/window";
import type { DesignJson } from "../../document/model";
import type { DeployStatusDto } from "../../ipc/generated/DeployStatusDto";
import type { DiagnosticDto } from "../../ipc/generated/DiagnosticDto";
import type { PlanChangeDto } from "../../ipc/generated/PlanChangeDto";
import type { PlanDto } from "../../ipc/generated/PlanDto";
import type { RunLineDto } from "../../ipc/generated/RunLineDto";
import { useDesign, useReadable, useSelected, useWorkbench, type Workbench } from "../context";
import { BUSY, Elapsed } from "../elapsed";
import type { Facts } from "../facts";
import { FindingCard, sentence } from "../finding";
import { addressTitle, Worded } from "../worded";
import { DataLossDialog, ProtectedDialog } from "./agree";
import { Disturbed } from "./disturbed";
import { drawnAlike } from "./drawn";
import { DriftView } from "./drift";
import { Extend, useLeft } from "./ends";
import { History } from "./history";
import { intoDocker } from "./in_docker";
import { ACTIONS, deployLines, secondsText } from "./lines";
import { SwitchedOff } from "./off";
import "./deploy.css";

const ROW = 34;
const environmentsOf = (design: DesignJson) => design.environments;

interface Planned {
  plan: PlanDto;
  destroy: boolean;
  /** What was drawn when it was asked for. */
  drawn: DesignJson;
  /** The core found that it is not the plan any more. */
  refused?: boolean;
  /** What it puts back, where it does nothing else. */
  parts?: readonly string[];
}

/** It is known of what drawing that is which runs there. */
function built({ built }: Workbench, environment: string, drawn: DesignJson): void {
  built.set(new Map(built.get()).set(environment, drawn));
}

const doesSomething = ({ action }: PlanChangeDto) => action !== "no-op";
const standsAsDrawn = ({ changes, diagnostics }: PlanDto) =>
  !changes.some(doesSomething) && diagnostics.length === 0;

/** Whether the design differs from what was drawn then, in something that a deploy would build. */
function useDrawnOtherwise(drawn: DesignJson | undefined, environment: string): boolean {
  return useDesign(
    useCallback(
      (design) => drawn !== undefined && !drawnAlike(drawn, design, environment),
      [drawn, environment],
    ),
  );
}

export function Deploy() {
  const workbench = useWorkbench();
  const { deploy, environment, session } = workbench;
  const status = useReadable(deploy);
  const chosen = useReadable(environment);
  const open = useReadable(session);
  const [plan, setPlan] = useState<Planned | null>(null);
  const [planning, setPlanning] = useState(false);
  const [past, setPast] = useState(false);
  const [drifting, setDrifting] = useState(false);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a plan holds for one design and environment
  useEffect(() => {
    setPlan(null);
    setDrifting(false);
  }, [chosen, open]);

  const make = async (destroy: boolean) => {
    setPast(false);
    setPlanning(true);
    // What is edited while the core plans may be in the plan or not: it counts as edited since.
    const drawn = workbench.document.design();
    const answer = await workbench.ask(
      workbench.backend.call("deploy_plan", { session: session.get(), environment: chosen, destroy }),
    );
    setPlanning(false);
    if (!answer) return;
    if (!destroy && standsAsDrawn(answer) && status?.state === "running") built(workbench, chosen, drawn);
    if (!destroy || answer.changes.length > 0) return setPlan({ plan: answer, destroy, drawn });
    setPlan(null);
    // A run that failed or broke off and left nothing is over with this: a plan without changes is carried out.
    const { fingerprint } = answer;
    const at = { session: session.get(), environment: chosen };
    if (status?.state === "failed" || status?.state === "interrupted") {
      const ended = await workbench.ask(workbench.backend.call("deploy_apply", { ...at, fingerprint }));
      if (ended === undefined) return;
    }
    workbench.say({ text: `Nothing of this design is left in ${chosen}`, kind: "ok" });
  };
  const putBack = async (parts: readonly string[]) => {
    setPlanning(true);
    const drawn = workbench.document.design();
    const at = { session: session.get(), environment: chosen, parts: [...parts] };
    const plan = await workbench.ask(workbench.backend.call("deploy_drift_plan", at));
    setPlanning(false);
    if (plan) setPlan({ plan, destroy: false, drawn, parts });
  };
  useEffect(() => {
    const onPlan = () => void make(false);
    const onDestroy = () => void make(true);
    window.addEventListener("groundplan:deploy", onPlan);
    window.addEventListener("groundplan:destroy", onDestroy);
    return () => {
      window.removeEventListener("groundplan:deploy", onPlan);
      window.removeEventListener("groundplan:destroy", onDestroy);
    };
  });
  const edited = useDrawnOtherwise(useReadable(workbench.built).get(chosen), chosen);
  const busy = planning || BUSY.has(status?.state ?? "");
  if (past)
    return (
      <div className="deploy">
        <History onClose={() => setPast(false)} />
      </div>
    );
  return (
    <div className="deploy">
      {((!plan && !drifting) || busy) && (
        <DeployBar
          status={status}
          busy={busy}
          planning={planning}
          edited={edited}
          make={make}
          drift={() => setDrifting(true)}
          environment={chosen}
        />
      )}
      {!plan && (
        <HeadSlot>
          <IconButton icon="recent" label={`History of ${chosen}`} onPress={() => setPast(true)} />
        </HeadSlot>
      )}
      <SwitchedOff />
      {plan ? (
        <PlanView
          {...plan}
          planning={planning}
          onClose={() => setPlan(null)}
          onOld={() => setPlan({ ...plan, refused: true })}
          again={() => void (plan.parts ? putBack(plan.parts) : make(plan.destroy))}
        />
      ) : drifting && !BUSY.has(status?.state ?? "") ? (
        <DriftView
          key={chosen}
          environment={chosen}
          onClose={() => setDrifting(false)}
          putBack={(parts) => void putBack(parts)}
        />
      ) : (
        <>
          {!busy && status?.state === "running" && edited && (
            <Since
              text="The drawing changed since it was deployed"
              act="Plan changes"
              onPress={() => void make(false)}
            />
          )}
          <Lines
            status={status}
            planning={planning}
            plan={() => void make(false)}
            destroy={() => void make(true)}
          />
        </>
      )}
    </div>
  );
}

function Since(props: {
  text: string;
  act: string;
  isDisabled?: boolean;
  warn?: boolean;
  onPress: () => void;
}) {
  const { text, act, isDisabled = false, warn = false, onPress } = props;
  return (
    <div className={`deploy-bar ${warn ? "deploy-old" : ""}`} role="status">
      <span className={`grow ${warn ? "" : "muted"}`}>{text}</span>
      <Button small isDisabled={isDisabled} onPress={onPress}>
        {act}
      </Button>
    </div>
  );
}

interface BarProps {
  status: DeployStatusDto | null;
  busy: boolean;
  planning: boolean;
  /** Then planning is offered where that is said. */
  edited: boolean;
  environment: string;
  make: (destroy: boolean) => void;
  drift: () => void;
}

function DeployBar({ status, busy, planning, edited, environment, make, drift }: BarProps) {
  const { backend, session, ask, info, document } = useWorkbench();
  const there = status !== null && ["running", "interrupted", "failed"].includes(status.state);
  const at = () => ({ session: session.get(), environment });
  if (busy) return <BusyBar status={status} planning={planning} environment={environment} />;
  if (!there)
    return info.labUnavailable ? <p className="deploy-note">{sentence(info.labUnavailable)}</p> : null;
  const running = status.state === "running";
  const acts = (
    <>
      {!(running && edited) && (
        <Button small look={running ? "normal" : "primary"} onPress={() => make(false)}>
          {running ? "Plan changes" : "Continue"}
        </Button>
      )}
      {running && (
        <Button small onPress={() => void ask(backend.call("deploy_verify", at()))}>
          Verify again
        </Button>
      )}
      {running && (
        <Button small onPress={drift}>
          Drift
        </Button>
      )}
      <Button small icon="remove" onPress={() => make(true)}>
        {running ? "Destroy" : "Clean up"}
      </Button>
    </>
  );
  if (running) return <HeadSlot>{acts}</HeadSlot>;
  // Why it stopped is read in full: there is more room for it than beside the tabs.
  return (
    <div className="deploy-bar">
      <span className="grow muted selectable">
        <Worded document={document} text={status.text} />
      </span>
      {acts}
    </div>
  );
}

/** What is under way, since when, how far it is where the core says so, and Cancel where the core can stop it. */
function BusyBar(props: { status: DeployStatusDto | null; planning: boolean; environment: string }) {
  const { status, planning, environment } = props;
  const { backend, session, ask } = useWorkbench();
  const verifying = !planning && status?.state === "verifying";
  const before = verifying ? status.verification?.seconds : undefined;
  return (
    <div className="deploy-bar">
      <span className="dot busy" />
      <span className="grow">
        <span aria-live="polite">
          {planning ? "Planning…" : verifying ? "Trying every connection for real…" : status?.text}
        </span>{" "}
        <span className="muted">
          <Elapsed />
          {before !== undefined && ` (the last time took ${secondsText(before)})`}
        </span>
      </span>
      {/* How far it is is known of the steps of a run only, and tries are not broken off. */}
      {!verifying && status?.progress !== undefined && <Progress value={status.progress} />}
      {!planning && !verifying && (
        <Button
          small
          icon="stop"
          onPress={() => void ask(backend.call("deploy_cancel", { session: session.get(), environment }))}
        >
          Cancel
        </Button>
      )}
    </div>
  );
}

function Progress({ value }: { value: number }) {
  return (
    <ProgressBar aria-label="Progress" value={value * 100} className="progress">
      {({ percentage = 0 }) => <div style={{ width: `${percentage}%` }} />}
    </ProgressBar>
  );
}

interface LinesProps {
  status: DeployStatusDto | null;
  planning: boolean;
  plan: () => void;
  destroy: () => void;
}

function Lines({ status, planning, plan, destroy }: LinesProps) {
  const { environment } = useWorkbench();
  const chosen = useReadable(environment);
  const lines = deployLines(useLeft(status));
  const running = BUSY.has(status?.state ?? "");
  // What a program left that died is said above, with what can be done.
  if (lines.length === 0 && status?.state === "interrupted") return null;
  if (lines.length === 0) {
    return (
      <Empty icon="play" text={`Nothing of this design runs in ${chosen}`}>
        <Button small look="primary" isDisabled={planning} onPress={plan}>
          {planning ? "Planning…" : "Plan a deploy"}
        </Button>
      </Empty>
    );
  }
  return (
    // What was going on is followed to its end; then the result is read from its first line.
    <WindowList
      key={running ? "under way" : "done"}
      count={lines.length}
      height={ROW}
      follow={running}
      rowKey={(index) => `${index}`}
      outer={{ role: "log", "aria-label": "What happened", tabIndex: 0 }}
      className="focus-ring"
      row={(index) => <Line line={lines[index] as RunLineDto} destroy={destroy} status={status} />}
    />
  );
}

function Line({
  line,
  status,
  destroy,
}: {
  line: RunLineDto;
  status: DeployStatusDto | null;
  destroy: () => void;
}) {
  const { backend, session, ask, copy, document } = useWorkbench();
  const { token } = line;
  const retry = () =>
    token !== undefined &&
    status &&
    void ask(
      backend.call("deploy_retry", { session: session.get(), environment: status.environment, token }),
    );
  return (
    <div className="run-line" data-state={line.state}>
      <Mark state={line.state} />
      <span className="cut run-text selectable" title={line.text}>
        <Worded document={document} text={line.text} />
        {line.state === "clock" && (
          <>
            {" "}
            <button type="button" className="link focus-ring" onClick={destroy}>
              Destroy
            </button>
          </>
        )}
      </span>
      {line.state === "clock" && status && <Extend environment={status.environment} />}
      <span className="cut run-note muted selectable" title={line.note}>
        <Worded document={document} text={line.note} />
      </span>
      <span className="run-time muted">{secondsText(line.seconds)}</span>
      {line.state === "failed" && (
        <span className="run-actions">
          {token !== undefined && (
            <Button small onPress={retry}>
              Retry
            </Button>
          )}
          <Button small look="plain" onPress={() => void copy(`${line.text}\n${line.note}`, "Copied")}>
            Copy
          </Button>
        </span>
      )}
    </div>
  );
}

interface PlanViewProps extends Planned {
  planning: boolean;
  onClose: () => void;
  onOld: () => void;
  again: () => void;
}

function PlanView({ plan, destroy, drawn, refused, parts, planning, onClose, onOld, again }: PlanViewProps) {
  const workbench = useWorkbench();
  const [asking, setAsking] = useState<"protected" | "data-loss" | null>(null);
  const guarded = useDesign(environmentsOf)[plan.environment]?.protect === true;
  // What is taken down is what stands there, whatever is drawn now.
  const edited = useDrawnOtherwise(destroy || parts ? undefined : drawn, plan.environment);
  const old = edited || refused === true;
  const real = plan.changes.filter(doesSomething);
  const blocked = plan.diagnostics.some((one) => one.severity === "error");
  const apply = async (allowDataLoss: boolean) => {
    setAsking(null);
    const answer = await approve(workbench, plan, allowDataLoss, parts);
    if (answer === "old") onOld();
    if (answer !== "begun") return;
    if (!destroy && !parts) built(workbench, plan.environment, drawn);
    onClose();
  };
  const agreed = () => (plan.dataLoss ? setAsking("data-loss") : void apply(false));
  return (
    <div className="plan">
      <div className="deploy-bar">
        <span className="grow">
          <strong>{sentence(plan.summary)}</strong> <span className="muted">in {plan.environment}</span>
        </span>
        <Button small onPress={onClose}>
          Cancel
        </Button>
        <Button
          small
          look={destroy || plan.dataLoss ? "danger" : "primary"}
          isDisabled={real.length === 0 || blocked || old}
          onPress={() => (guarded ? setAsking("protected") : agreed())}
        >
          {destroy ? "Destroy" : parts ? "Approve and put back" : "Approve and deploy"}
        </Button>
      </div>
      {old && (
        <Since
          text={
            edited
              ? "The drawing changed since this plan was made"
              : "What runs there changed since this plan was made"
          }
          act="Plan again"
          isDisabled={planning}
          warn
          onPress={again}
        />
      )}
      {real.length === 0 && plan.diagnostics.length === 0 ? (
        <Empty icon="ok" text="Nothing to do: what runs is what is drawn" />
      ) : (
        <WindowList
          count={real.length}
          height={ROW}
          rowKey={(index) => real[index]?.address ?? String(index)}
          outer={{ role: "group", "aria-label": "What the plan says", tabIndex: 0 }}
          inner={{ role: "list", "aria-label": "Changes" }}
          className="focus-ring"
          // Above the changes, in the same scrolling part: neither has to be read through a slit.
          head={
            <>
              <PlanFindings environment={plan.environment} findings={plan.diagnostics} old={old} />
              <Disturbed plan={plan} />
            </>
          }
          row={(index) => <ChangeLine change={real[index] as PlanChangeDto} />}
        />
      )}
      {asking === "protected" && (
        <ProtectedDialog plan={plan} destroy={destroy} onClose={() => setAsking(null)} onAgree={agreed} />
      )}
      {asking === "data-loss" && (
        <DataLossDialog plan={plan} onClose={() => setAsking(null)} onAgree={() => void apply(true)} />
      )}
    </div>
  );
}

const diagnosticsOf = (facts: Facts) => facts.diagnostics;

/** What is done about a finding is done to the drawing of now: in an old plan it may be over with. */
function PlanFindings(props: { environment: string; findings: readonly DiagnosticDto[]; old: boolean }) {
  const { environment, findings, old } = props;
  const { facts, edit } = useWorkbench();
  const found = useSelected(facts, diagnosticsOf);
  const docker = intoDocker(findings, environment, useDesign(environmentsOf));
  const now = useMemo(() => new Set(found.map(({ key }) => key)), [found]);
  if (findings.length === 0) return null;
  return (
    <div className="plan-findings">
      {findings.map((one) => (
        <FindingCard
          key={one.key}
          finding={one}
          gone={old && !now.has(one.key) ? "Not found in the drawing any more: plan again" : undefined}
        />
      ))}
      {docker && (
        <Button small onPress={() => void edit(docker)}>
          Run it in Docker
        </Button>
      )}
    </div>
  );
}

/** A plan that went old is made anew, never applied: what is done was read before. */
async function approve(
  { backend, session, say }: Workbench,
  plan: PlanDto,
  allowDataLoss: boolean,
  parts?: readonly string[],
): Promise<"begun" | "old" | "refused"> {
  const { environment, fingerprint } = plan;
  const what = { session: session.get(), environment, fingerprint, allowDataLoss };
  try {
    if (parts) await backend.call("deploy_drift_put_back", { ...what, parts: [...parts] });
    else await backend.call("deploy_apply", what);
    return "begun";
  } catch (thrown) {
    const { code, message } = thrown as { code?: string; message: string };
    if (code === "stale-plan") return "old";
    say({ text: sentence(message), kind: "error" });
    return "refused";
  }
}

function ChangeLine({ change }: { change: PlanChangeDto }) {
  const { symbol, words } = ACTIONS[change.action] ?? { symbol: "·", words: change.action };
  const disturbs = change.disturbs.map((one) => one.replace("-", " ")).join(", ");
  const { document } = useWorkbench();
  const { address } = change;
  const title = addressTitle(document, address);
  const whole = title === address ? address : `${title} (${address})`;
  const why = (change.differences.length > 0 ? change.differences : [change.reason]).join(", ");
  return (
    <div className="run-line" role="listitem" data-action={change.action}>
      <span className={`action ${change.action}`} role="img" aria-label={words}>
        {symbol}
      </span>
      <span className="cut run-text selectable" title={whole}>
        {title} <span className="muted">{change.kind}</span>
        {title !== address && <span className="muted mono run-id">{address}</span>}
      </span>
      <span className="cut run-note muted selectable" title={why}>
        <Worded document={document} text={why} />
      </span>
      {disturbs && <span className="pill warning">{disturbs}</span>}
    </div>
  );
}
