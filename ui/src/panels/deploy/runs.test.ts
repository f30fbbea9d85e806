import { expect, it } from "vitest";
import type { RunDto } from "../../ipc/generated/RunDto";
import { dayText, farText, outcomeOf, shownEvents, storyText } from "./runs";

const run: RunDto = {
  number: 7,
  kind: "deploy",
  started: "2026-11-28T03:10:00Z",
  seconds: 1.5,
  outcome: "failed",
  summary: "3 to create",
  steps: 3,
  done: 1,
};

it("a run is copied as a text that says what happened when", () => {
  const events = [
    { at: "2026-11-28T03:10:00.1Z", state: "started", text: "create app", note: "" },
    { at: "2026-11-28T03:10:01Z", state: "failed", text: "create app", note: "no such size" },
    { at: "2026-11-28T03:10:01.2Z", state: "finished", text: "create net", note: "", seconds: 0.25 },
  ];
  expect(storyText({ run, events, open: ["create db"] }).split("\n")).toEqual([
    "Run 7  Deploy  2026-11-28T03:10:00Z  failed  1.50 s  3 to create",
    "2026-11-28T03:10:00.1Z  started  create app",
    "2026-11-28T03:10:01Z  failed  create app  no such size",
    "2026-11-28T03:10:01.2Z  finished  create net  0.25 s",
    "under way when the program ended  create db",
  ]);
});

it("a step is one line where its end is told, and a second try is another one", () => {
  const event = (state: string, text: string) => ({ at: "", state, text, note: "" });
  const events = [
    event("started", "create app"),
    event("progress", "create app"),
    event("failed", "create app"),
    event("started", "create app"),
    event("started", "create net"),
    event("finished", "create app"),
  ];
  expect(shownEvents(events).map((one) => `${one.state} ${one.text}`)).toEqual([
    "progress create app",
    "failed create app",
    "started create net",
    "finished create app",
  ]);
});

it("how far a run came is said where it did not come to its end", () => {
  expect(farText(run)).toBe("1 of 3 steps done");
  expect(farText({ ...run, done: 3 })).toBe("");
  expect(outcomeOf({ ...run, outcome: "cancelled" })).toEqual({ mark: "skipped", words: "stopped" });
});

it("of another day the day is said, of another year the year", () => {
  const at = new Date(2026, 10, 28, 3, 10).toISOString();
  expect(dayText(at, new Date(2026, 10, 28, 12))).toBe("03:10");
  expect(dayText(at, new Date(2026, 10, 29, 12))).toBe("28 Nov, 03:10");
  expect(dayText(at, new Date(2027, 0, 1))).toBe("28 Nov 2026, 03:10");
});
