// A thing in the running lab: switched off and on, each of several; its load balancer's targets, what its rules judged.
import { useEffect, useState } from "react";
import { Button } from "../../controls/button";
import { Mark } from "../../controls/icon";
import type { Id } from "../../document/model";
import type { CountsDto } from "../../ipc/generated/CountsDto";
import type { DeployStatusDto } from "../../ipc/generated/DeployStatusDto";
import type { LabLiveDto } from "../../ipc/generated/LabLiveDto";
import type { TargetDto } from "../../ipc/generated/TargetDto";
import { useReadable, useSelected, useWorkbench } from "../context";
import { GOING_WORDS, isOff, linksLive, nameOf, rateText, resourceOf } from "../lab_live";
import { addressTitle, Worded } from "../worded";

/** Milliseconds between two looks at counters. */
const COUNTS_EVERY = 2000;

const runsOf = (status: DeployStatusDto | null) => status?.state === "running";

export function InLab({ id, instances }: { id: Id; instances: readonly string[] }) {
  const { deploy, document } = useWorkbench();
  const runs = useSelected(deploy, runsOf);
  if (!runs) return null;
  const isLink = document.resource(id) === undefined;
  return (
    <section aria-label="In the lab" className="in-lab">
      <h2>In the lab</h2>
      {isLink && <LinkRow id={id} />}
      <SwitchRow name={nameOf(document.design(), id)} title={isLink ? "This link" : "All of it"} />
      {instances.length > 1 &&
        instances.map((address) => (
          <SwitchRow key={address} name={address} title={addressTitle(document, address)} by={id} />
        ))}
      <Targets id={id} />
      <Counts id={id} />
    </section>
  );
}

/** One thing, and what it is switched to. `by`: it is off where that is. */
function SwitchRow({ name, title, by }: { name: string; title: string; by?: Id }) {
  const { backend, session, environment, deploy, ask } = useWorkbench();
  const off = useReadable(deploy)?.off ?? [];
  const turn = (on: boolean) =>
    void ask(
      backend.call("lab_switch", {
        session: session.get(),
        environment: environment.get(),
        things: [name],
        on,
      }),
    );
  const own = isOff(off, name);
  const other = off.find((one) => one.name !== name && one.instances.includes(name));
  const whole = by !== undefined && isOff(off, by);
  const out = own || whole || other !== undefined;
  return (
    <div className="lab-row" data-off={out}>
      <Mark state={out ? "skipped" : "ok"} />
      <span className="grow cut">{title}</span>
      <span className="muted">{out ? (own ? "off" : `off with ${other?.name ?? by}`) : "on"}</span>
      {(own || !out) && (
        <Button small aria-label={`${own ? "Switch on" : "Switch off"}: ${title}`} onPress={() => turn(own)}>
          {own ? "Switch on" : "Switch off"}
        </Button>
      )}
    </div>
  );
}

function LinkRow({ id }: { id: Id }) {
  const { live } = useWorkbench();
  const link = linksLive(useReadable(live)).get(id);
  if (!link) return null;
  const state = {
    answers: "ok",
    plugged: "ok",
    silent: "error",
    partly: "warning",
    off: "skipped",
    unknown: "waiting",
  };
  return (
    <div className="lab-row">
      <Mark state={state[link.how]} />
      <span className="grow">{GOING_WORDS[link.how]}</span>
      <span className="muted">
        {rateText(link.packets, "pkt")} · {rateText(link.bytes, "B")}
      </span>
    </div>
  );
}

const targetsOf = (live: LabLiveDto | null) => live?.targets ?? NONE;
const NONE: readonly TargetDto[] = [];

/** How a load balancer finds its targets; where its nodes differ, the worst counts. */
function Targets({ id }: { id: Id }) {
  const { live, document } = useWorkbench();
  const all = useSelected(live, targetsOf).filter(({ node }) => resourceOf(node) === id);
  const worst = new Map<string, TargetDto>();
  for (const one of all) {
    const key = `${one.target}:${one.port}`;
    const before = worst.get(key);
    if (!before || (before.healthy && !one.healthy)) worst.set(key, one);
  }
  if (worst.size === 0) return null;
  return (
    <>
      <h3>Targets</h3>
      {[...worst].map(([key, { target, port, healthy, seconds }]) => (
        <div key={key} className="lab-row">
          <Mark state={healthy ? "ok" : "error"} />
          <span className="grow cut">
            {addressTitle(document, target)} <span className="muted">{port}</span>
          </span>
          <span className="muted">
            {healthy ? "healthy" : "out"} for {sinceText(seconds)}
          </span>
        </div>
      ))}
    </>
  );
}

const sinceText = (seconds: number) =>
  seconds < 90
    ? `${seconds} s`
    : seconds < 5400
      ? `${Math.round(seconds / 60)} min`
      : `${Math.round(seconds / 3600)} h`;

/** "Let through 14, refused 3 since deploy", and which rule it was. */
function Counts({ id }: { id: Id }) {
  const { backend, session, environment, document } = useWorkbench();
  const [counts, setCounts] = useState<CountsDto>();
  const chosen = useReadable(environment);
  useEffect(() => {
    let wanted = true;
    const look = () => {
      const at = { session: session.get(), environment: chosen, id };
      backend.call("lab_counts", at).then(
        (answer) => wanted && setCounts(answer),
        () => wanted && setCounts(undefined),
      );
    };
    look();
    const timer = setInterval(look, COUNTS_EVERY);
    return () => {
      wanted = false;
      clearInterval(timer);
    };
  }, [backend, session, chosen, id]);
  if (!counts || counts.rules.length === 0) return null;
  return (
    <>
      <h3>
        Let through {counts.passed}, refused {counts.refused} since deploy
      </h3>
      {counts.rules.map(({ text, allows, packets }) => (
        <div key={`${text} ${allows}`} className="lab-row">
          <Mark state={allows ? "ok" : "skipped"} />
          <span className="grow cut" title={text}>
            <Worded document={document} text={text} />
          </span>
          <span className="muted">{packets}</span>
        </div>
      ))}
    </>
  );
}
