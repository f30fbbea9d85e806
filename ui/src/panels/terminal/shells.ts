// Shells in servers of running labs, as long as the window lives. They outlive the panel that shows them: whoever
// looks at another tab finds them as they were. Draws nothing; the screen of each is made by screen.ts.
import { type Readable, signal } from "../../document/signal";
import type { Backend } from "../../ipc/backend";
import type { AppEvent } from "../../ipc/generated/AppEvent";

/** What shows a terminal. */
export interface Screen {
  readonly element: HTMLElement;
  /** Shows bytes; says when they are on the screen. */
  write(bytes: Uint8Array, shown: () => void): void;
  size(): { columns: number; rows: number };
  /** Takes the keyboard, once it is in the page. */
  focus(): void;
  dispose(): void;
}

export type MakeScreen = (on: {
  typed(text: string): void;
  resized(columns: number, rows: number): void;
}) => Promise<Screen>;

export interface Shell {
  /** By which it is told from others; another one after each opening. */
  readonly key: number;
  /** The instance: `app[0]`. */
  readonly server: string;
  readonly environment: string;
  readonly session: number;
  /** `opening`, `open`, or over. */
  readonly state: "opening" | "open" | "over";
  /** Why it is over. */
  readonly text: string;
  readonly screen: Screen | null;
}

export interface Shells {
  readonly all: Readable<readonly Shell[]>;
  /** Key of the one that is looked at. */
  readonly chosen: Readable<number>;
  choose(key: number): void;
  /** Opens one, or shows the one that is open in that server. */
  open(session: number, environment: string, server: string): Promise<void>;
  /** Once more, in the place of one that is over. */
  again(key: number): Promise<void>;
  close(key: number): void;
}

/** The core reads no further than this before it hears that some of it is shown. */
const TELL_AFTER = 32 * 1024;
/** The core takes a window that says nothing for minutes as gone. */
const ALIVE_EVERY = 45_000;

export function createShells(backend: Backend, makeScreen: MakeScreen): Shells {
  const all = signal<readonly Shell[]>([]);
  const chosen = signal(0);
  /** The core's numbers of those that are open. */
  const numbers = new Map<number, number>();
  /** What comes of a terminal before its opening is answered. */
  let early: Extract<AppEvent, { event: "terminal-output" | "terminal-ended" }>[] = [];
  let opening = 0;
  let keys = 0;

  const find = (key: number) => all.get().find((shell) => shell.key === key);
  const change = (key: number, to: Partial<Shell>) =>
    all.set(all.get().map((shell) => (shell.key === key ? { ...shell, ...to } : shell)));
  const quietly = (answer: Promise<unknown>) => void answer.catch(() => undefined);

  const shown = new Map<number, number>();
  const take = (terminal: number, bytes: number) => {
    const sum = (shown.get(terminal) ?? 0) + bytes;
    shown.set(terminal, sum < TELL_AFTER ? sum : 0);
    if (sum >= TELL_AFTER) quietly(backend.call("terminal_take", { terminal, bytes: sum }));
  };

  const show = (event: (typeof early)[number]) => {
    const key = numbers.get(event.terminal);
    if (key === undefined) {
      if (opening > 0) early.push(event);
      return;
    }
    if (event.event === "terminal-output") {
      const { terminal, bytes } = event;
      find(key)?.screen?.write(bytes, () => take(terminal, bytes.length));
      return;
    }
    numbers.delete(event.terminal);
    shown.delete(event.terminal);
    // A shell that was left by `exit` has said all that it had to say.
    if (event.code === 0) forget(key);
    else change(key, { state: "over", text: event.text });
  };
  backend.events((event) => {
    if (event.event === "terminal-output" || event.event === "terminal-ended") show(event);
  });
  window.setInterval(() => {
    for (const terminal of numbers.keys()) quietly(backend.call("terminal_take", { terminal, bytes: 0 }));
  }, ALIVE_EVERY);

  const numberOf = (key: number) => [...numbers].find(([, of]) => of === key)?.[0];

  /** Typed meanwhile: two calls on the way can overtake each other, so one goes at a time. */
  const waiting = new Map<number, string>();
  const send = async (terminal: number, text: string) => {
    const before = waiting.get(terminal);
    waiting.set(terminal, (before ?? "") + text);
    if (before !== undefined) return;
    for (let next = text; next !== ""; next = waiting.get(terminal) ?? "") {
      waiting.set(terminal, "");
      await backend.call("terminal_write", { terminal, text: next }).catch(() => undefined);
    }
    waiting.delete(terminal);
  };

  const begin = async (key: number) => {
    const typed = (text: string) => {
      const terminal = numberOf(key);
      if (terminal !== undefined) void send(terminal, text);
    };
    const resized = (columns: number, rows: number) => {
      const terminal = numberOf(key);
      if (terminal !== undefined) quietly(backend.call("terminal_resize", { terminal, columns, rows }));
    };
    opening += 1;
    try {
      const screen = find(key)?.screen ?? (await makeScreen({ typed, resized }));
      // What was on it before stays, above.
      if (find(key)?.screen) screen.write(new TextEncoder().encode("\r\n"), () => undefined);
      change(key, { screen });
      const shell = find(key);
      if (!shell) return screen.dispose();
      const { session, environment, server } = shell;
      const answer = await backend.call("terminal_open", { session, environment, server, ...screen.size() });
      if (!find(key)) return quietly(backend.call("terminal_close", { terminal: answer.terminal }));
      numbers.set(answer.terminal, key);
      change(key, { state: "open", server: answer.server, text: "" });
      // It may have another size since.
      resized(screen.size().columns, screen.size().rows);
    } catch (thrown) {
      change(key, { state: "over", text: (thrown as Error).message });
    } finally {
      opening -= 1;
      const held = early;
      early = [];
      for (const event of held) show(event);
    }
  };

  const forget = (key: number) => {
    const rest = all.get().filter((shell) => shell.key !== key);
    const at = all.get().findIndex((shell) => shell.key === key);
    find(key)?.screen?.dispose();
    all.set(rest);
    if (chosen.get() === key) chosen.set(rest[Math.min(at, rest.length - 1)]?.key ?? 0);
  };

  return {
    all,
    chosen,
    choose: (key) => chosen.set(key),
    async open(session, environment, server) {
      const same = (shell: Shell) =>
        shell.server === server && shell.environment === environment && shell.session === session;
      const there = all.get().find(same);
      if (there) {
        chosen.set(there.key);
        return there.state === "over" ? this.again(there.key) : undefined;
      }
      keys += 1;
      const key = keys;
      all.set([
        ...all.get(),
        { key, server, environment, session, state: "opening", text: "", screen: null },
      ]);
      chosen.set(key);
      await begin(key);
    },
    async again(key) {
      if (find(key)?.state !== "over") return;
      change(key, { state: "opening", text: "" });
      find(key)?.screen?.focus();
      await begin(key);
    },
    close(key) {
      const terminal = numberOf(key);
      if (terminal !== undefined) {
        numbers.delete(terminal);
        quietly(backend.call("terminal_close", { terminal }));
      }
      forget(key);
    },
  };
}
