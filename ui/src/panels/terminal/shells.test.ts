import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { type FakeBackend, fakeBackend } from "../../ipc/fake";
import { createShells, type Screen, type Shells } from "./shells";

const EMPTY = { format: 1, resources: {}, links: {}, intents: {}, environments: {}, layout: {} } as never;
const bytes = (text: string) => new TextEncoder().encode(text);

let shown: string;
let pending: (() => void)[];
let typed: (text: string) => void;
let backend: FakeBackend;
let shells: Shells;
let refuse: string | undefined;

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("window", globalThis);
  shown = "";
  pending = [];
  refuse = undefined;
  let next = 6;
  backend = fakeBackend(EMPTY, {
    terminal_open: ({ server }) => {
      if (refuse) throw new Error(refuse);
      next += 1;
      // Its first words overtake the answer.
      backend.tell({ event: "terminal-output", terminal: next, bytes: bytes(`in ${server} `) });
      return { terminal: next, server };
    },
    terminal_write: () => undefined,
    terminal_resize: () => undefined,
    terminal_take: () => undefined,
    terminal_close: () => undefined,
  });
  const screen: Screen = {
    element: {} as HTMLElement,
    write: (some, done) => {
      shown += new TextDecoder().decode(some);
      pending.push(done);
    },
    focus: () => undefined,
    size: () => ({ columns: 90, rows: 20 }),
    dispose: () => undefined,
  };
  shells = createShells(backend, async (on) => {
    typed = on.typed;
    return screen;
  });
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

const calls = (name: string) => backend.calls.filter((call) => call.name === name).map((call) => call.args);

test("what_comes_before_the_answer_is_shown_and_keys_go_to_the_right_terminal", async () => {
  await shells.open(1, "test", "app[0]");
  expect(shown).toBe("in app[0] ");
  backend.tell({ event: "terminal-output", terminal: 99, bytes: bytes("of another window") });
  expect(shown).toBe("in app[0] ");
  typed("ls\r");
  expect(calls("terminal_write")).toEqual([{ terminal: 7, text: "ls\r" }]);
});

test("keys_typed_faster_than_the_core_answers_arrive_in_their_order", async () => {
  await shells.open(1, "test", "db");
  for (const key of "hostname\r") typed(key);
  await vi.advanceTimersByTimeAsync(0);
  const sent = calls("terminal_write").map((args) => (args as { text: string }).text);
  expect(sent).toEqual(["h", "ostname\r"]);
});

test("the_core_hears_of_what_is_on_the_screen_and_of_nothing_before", async () => {
  await shells.open(1, "test", "db");
  backend.tell({ event: "terminal-output", terminal: 7, bytes: new Uint8Array(40_000) });
  expect(calls("terminal_take")).toEqual([]);
  for (const done of pending) done();
  expect(calls("terminal_take")).toEqual([{ terminal: 7, bytes: 40_000 + "in db ".length }]);
});

test("a_server_has_one_shell_in_a_window_and_a_shell_that_was_left_is_gone", async () => {
  await shells.open(1, "test", "db");
  await shells.open(1, "test", "app[0]");
  await shells.open(1, "test", "db");
  expect(shells.all.get().map(({ server }) => server)).toEqual(["db", "app[0]"]);
  expect(calls("terminal_open")).toHaveLength(2);
  backend.tell({ event: "terminal-ended", terminal: 7, code: 0, text: "ended with exit code 0" });
  expect(shells.all.get().map(({ server }) => server)).toEqual(["app[0]"]);
  expect(shells.chosen.get()).toBe(shells.all.get()[0]!.key);
});

test("a_shell_whose_lab_is_gone_says_so_and_opens_again", async () => {
  await shells.open(1, "test", "db");
  backend.tell({ event: "terminal-ended", terminal: 7, text: "the lab has ended" });
  const [shell] = shells.all.get();
  expect([shell!.state, shell!.text]).toEqual(["over", "the lab has ended"]);
  refuse = "no lab of this design and environment runs";
  await shells.again(shell!.key);
  expect(shells.all.get()[0]).toMatchObject({ state: "over", text: refuse });
  refuse = undefined;
  await shells.open(1, "test", "db");
  expect(shells.all.get()[0]).toMatchObject({ state: "open", text: "" });
  shells.close(shell!.key);
  expect(calls("terminal_close")).toEqual([{ terminal: 8 }]);
});

test("the_core_hears_every_minute_that_the_window_is_there", async () => {
  await shells.open(1, "test", "db");
  vi.advanceTimersByTime(60_000);
  expect(calls("terminal_take")).toEqual([{ terminal: 7, bytes: 0 }]);
});
