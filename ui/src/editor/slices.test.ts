import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Slices } from "./slices";

/** Every look at the clock is 5 ms later than the one before. */
beforeEach(() => {
  vi.useFakeTimers();
  let now = 0;
  vi.spyOn(performance, "now").mockImplementation(() => (now += 5));
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
});

function* steps(count: number, log: string[]): Generator<void, number> {
  for (let k = 1; k <= count; k++) {
    log.push(`step ${k}`);
    yield;
  }
  return count;
}

function work(milliseconds: number) {
  const log: string[] = [];
  const slices = new Slices<number>(milliseconds);
  const begin = (count: number) => slices.begin(steps(count, log), (n) => log.push(`${n} done`));
  return { log, slices, begin };
}

test("what_is_short_is_over_at_once_and_what_is_long_goes_on_in_turns", () => {
  const { log, slices, begin } = work(12);
  begin(1);
  expect([log.splice(0), slices.going]).toEqual([["step 1", "1 done"], false]);
  begin(5);
  slices.after(() => log.push("after"));
  expect([log.splice(0), slices.going]).toEqual([["step 1", "step 2", "step 3"], true]);
  vi.runAllTimers();
  expect([log, slices.going]).toEqual([["step 4", "step 5", "5 done", "after"], false]);
});

test("whoever_needs_it_has_it_at_once_and_what_is_stopped_is_never_done", () => {
  const { log, slices, begin } = work(1);
  begin(4);
  slices.finish();
  expect(log.splice(0)).toEqual(["step 1", "step 2", "step 3", "step 4", "4 done"]);
  begin(4);
  slices.stop();
  vi.runAllTimers();
  expect([log, slices.going]).toEqual([["step 1"], false]);
});

test("with_nothing_to_finish_nobody_looks_at_the_clock", () => {
  const { slices } = work(1);
  slices.finish();
  expect(performance.now).not.toHaveBeenCalled();
});
