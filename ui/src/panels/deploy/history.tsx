// What was done in an environment before: its runs, newest first, and everything that happened in the chosen one.
import { useEffect, useState } from "react";
import { Button, Empty } from "../../controls/button";
import { Mark } from "../../controls/icon";
import { HeadSlot } from "../../controls/slot";
import { WindowList } from "../../controls/window";
import type { RunDto } from "../../ipc/generated/RunDto";
import type { RunEventDto } from "../../ipc/generated/RunEventDto";
import type { RunStoryDto } from "../../ipc/generated/RunStoryDto";
import { useReadable, useWorkbench } from "../context";
import { sentence } from "../finding";
import { Worded } from "../worded";
import { secondsText } from "./lines";
import { clockText, dayText, eventMark, farText, kindText, outcomeOf, shownEvents, storyText } from "./runs";
import "./history.css";

const RUN_ROW = 44;
const EVENT_ROW = 28;

/** Asked again whenever a run of the environment begins or ends. */
function useRuns(): RunDto[] | undefined {
  const { backend, session, environment, deploy, ask } = useWorkbench();
  const open = useReadable(session);
  const chosen = useReadable(environment);
  const state = useReadable(deploy)?.state;
  const [runs, setRuns] = useState<RunDto[]>();
  // biome-ignore lint/correctness/useExhaustiveDependencies: what goes on there makes another list
  useEffect(() => {
    let wanted = true;
    void ask(backend.call("deploy_history", { session: open, environment: chosen })).then(
      (list) => wanted && setRuns(list ?? []),
    );
    return () => {
      wanted = false;
    };
  }, [open, chosen, state]);
  return runs;
}

export function History({ onClose }: { onClose: () => void }) {
  const { environment } = useWorkbench();
  const chosen = useReadable(environment);
  const runs = useRuns();
  const [number, setNumber] = useState<number>();
  const run = runs?.find((one) => one.number === number) ?? runs?.[0];
  const back = (
    <HeadSlot>
      <Button small icon="back" onPress={onClose}>
        Back to the deployment
      </Button>
    </HeadSlot>
  );
  if (!runs || !run)
    return (
      <>
        {back}
        <Empty
          icon={runs ? "recent" : "waiting"}
          text={runs ? `Nothing was deployed to ${chosen} yet` : "Looking for earlier runs…"}
        />
      </>
    );
  return (
    <div className="history-panel">
      <WindowList
        count={runs.length}
        height={RUN_ROW}
        rowKey={(index) => String(runs[index]?.number)}
        outer={{ role: "list", "aria-label": `Runs in ${chosen}`, tabIndex: 0 }}
        className="history-runs focus-ring"
        row={(index) => {
          const one = runs[index] as RunDto;
          return (
            <div role="listitem" aria-setsize={runs.length} aria-posinset={index + 1}>
              <RunButton run={one} chosen={one === run} onPress={() => setNumber(one.number)} />
            </div>
          );
        }}
      />
      <Story key={run.number} run={run} />
      {back}
    </div>
  );
}

function RunButton({ run, chosen, onPress }: { run: RunDto; chosen: boolean; onPress: () => void }) {
  const { mark, words } = outcomeOf(run);
  const took = secondsText(run.seconds);
  return (
    <button type="button" aria-pressed={chosen} className="history-run focus-ring" onClick={onPress}>
      <Mark state={mark} />
      <span className="history-what">
        <span className="cut">
          {kindText(run)} <span className="muted">{run.summary}</span>
        </span>
        <span className="cut muted">
          {dayText(run.started, new Date())} · {words}
          {took && ` · ${took}`}
        </span>
      </span>
    </button>
  );
}

function Story({ run }: { run: RunDto }) {
  const { backend, session, environment, ask, copy } = useWorkbench();
  const [story, setStory] = useState<RunStoryDto>();
  const at = { session: session.get(), environment: environment.get(), run: run.number };
  // biome-ignore lint/correctness/useExhaustiveDependencies: a run that ended tells more
  useEffect(() => {
    let wanted = true;
    void ask(backend.call("deploy_run", at)).then((answer) => wanted && setStory(answer));
    return () => {
      wanted = false;
    };
  }, [run.outcome, run.done]);
  if (!story) return <Empty icon="waiting" text="Reading what happened…" />;
  const events = shownEvents(story.events);
  const { open } = story;
  const far = farText(run);
  const head =
    far || open.length > 0 ? (
      <div className="history-far">
        {far && <p>{far}</p>}
        {open.map((step) => (
          <p key={step}>
            <Unsaid step={step} />
          </p>
        ))}
      </div>
    ) : undefined;
  return (
    <>
      <HeadSlot>
        <Button small icon="copy" onPress={() => void copy(storyText(story), "Run copied")}>
          Copy
        </Button>
      </HeadSlot>
      {events.length === 0 && !head ? (
        <Empty text={run.steps === 0 ? "There was nothing to do" : "Nothing is told of this run"} />
      ) : (
        <WindowList
          count={events.length}
          height={EVENT_ROW}
          rowKey={(index) => String(index)}
          outer={{ role: "group", "aria-label": `What happened in run ${run.number}`, tabIndex: 0 }}
          inner={{ role: "list", "aria-label": "Events" }}
          className="history-story focus-ring"
          head={head}
          row={(index) => <Event event={events[index] as RunEventDto} />}
        />
      )}
    </>
  );
}

function Unsaid({ step }: { step: string }) {
  const { document } = useWorkbench();
  return (
    <>
      Under way when the program ended: <Worded document={document} text={step} />
    </>
  );
}

function Event({ event }: { event: RunEventDto }) {
  const { document } = useWorkbench();
  return (
    <div className="history-event selectable" role="listitem">
      <span className="muted history-clock">{clockText(event.at)}</span>
      <Mark state={eventMark(event)} />
      <span className="cut history-text" title={event.text}>
        <Worded document={document} text={sentence(event.text)} />
      </span>
      {event.note && (
        <span className="cut muted history-note" title={event.note}>
          <Worded document={document} text={event.note} />
        </span>
      )}
      <span className="run-time muted">{secondsText(event.seconds)}</span>
    </div>
  );
}
