// The history of an environment in words: how a run ended, when, and what happened in it, also as a text to copy.
import type { RunDto } from "../../ipc/generated/RunDto";
import type { RunEventDto } from "../../ipc/generated/RunEventDto";
import type { RunStoryDto } from "../../ipc/generated/RunStoryDto";
import { secondsText } from "./lines";

const OUTCOMES: Record<string, { mark: string; words: string }> = {
  done: { mark: "ok", words: "done" },
  failed: { mark: "failed", words: "failed" },
  cancelled: { mark: "skipped", words: "stopped" },
  interrupted: { mark: "warning", words: "interrupted" },
  running: { mark: "running", words: "under way" },
};

export function outcomeOf(run: RunDto): { mark: string; words: string } {
  return OUTCOMES[run.outcome] ?? { mark: "advice", words: run.outcome };
}

const EVENTS: Record<string, string> = {
  started: "running",
  progress: "waiting",
  finished: "ok",
  failed: "failed",
  skipped: "skipped",
  log: "advice",
};

export function eventMark(event: RunEventDto): string {
  return EVENTS[event.state] ?? "advice";
}

export function kindText(run: RunDto): string {
  return run.kind === "destroy" ? "Destroy" : "Deploy";
}

/** How far it came, where it did not come to its end. */
export function farText(run: RunDto): string {
  return run.done === run.steps ? "" : `${run.done} of ${run.steps} steps done`;
}

/** The day and time of a run, by the reader's clock. */
export function dayText(at: string, now: Date): string {
  const then = new Date(at);
  const time = then.toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" });
  if (then.toDateString() === now.toDateString()) return time;
  const year = then.getFullYear() === now.getFullYear() ? {} : { year: "numeric" as const };
  return `${then.toLocaleDateString("en-GB", { day: "numeric", month: "short", ...year })}, ${time}`;
}

/** To the millisecond: a lab is up in less than a second. */
export function clockText(at: string): string {
  const then = new Date(at);
  const time = then.toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit", second: "2-digit" });
  return `${time}.${String(then.getMilliseconds()).padStart(3, "0")}`;
}

/** Without the beginnings of steps of which the end is told: that says when and how long. */
export function shownEvents(events: readonly RunEventDto[]): RunEventDto[] {
  const ended = new Set<string>();
  const shown: RunEventDto[] = [];
  for (const event of events.toReversed()) {
    if (event.state === "finished" || event.state === "failed") ended.add(event.text);
    if (event.state === "started" && ended.delete(event.text)) continue;
    shown.push(event);
  }
  return shown.reverse();
}

/** Everything, one line each. */
export function storyText({ run, events, open }: RunStoryDto): string {
  const took = secondsText(run.seconds);
  const head = [`Run ${run.number}`, kindText(run), run.started, outcomeOf(run).words, took, run.summary];
  const lines = events.map((event) =>
    [event.at, event.state, event.text, event.note, secondsText(event.seconds)].filter(Boolean).join("  "),
  );
  const unsaid = open.map((step) => `under way when the program ended  ${step}`);
  return [head.filter(Boolean).join("  "), ...lines, ...unsaid].join("\n");
}
