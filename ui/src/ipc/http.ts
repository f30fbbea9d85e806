// The core behind `groundplan serve`: POST /api/NAME and a WebSocket of events.
// The address carries a one-time token after `#`, so it reaches no log; it is exchanged for a key
// that this tab keeps for its reloads and sends in a header that a foreign page cannot set. Not a
// cookie: browsers send those to every port of 127.0.0.1.

import {
  type Answer,
  type Arguments,
  type Backend,
  BackendError,
  type CommandName,
  type Connection,
  isAppError,
} from "./backend";
import { Listeners, readFrame } from "./frames";
import type { AppEvent } from "./generated/AppEvent";
import { readJson } from "./json";
import { inOrder } from "./order";

/** What of the browser is used; tests bring their own. */
export interface Wire {
  fetch: typeof fetch;
  socket: (url: string, protocols: string[]) => WebSocket;
  location: Pick<Location, "origin" | "hash" | "pathname" | "search">;
  /** Takes the token out of the address bar. */
  forget: (url: string) => void;
  /** What lives as long as the tab. */
  tab: Pick<Storage, "getItem" | "setItem">;
  later: (work: () => void, milliseconds: number) => void;
}

const KEPT_KEY = "groundplan.key";
/** The subprotocol of the event channel. The key is offered beside it: a socket takes no headers. */
const PROTOCOL = "groundplan";
const FIRST_WAIT = 250;
const LONGEST_WAIT = 5000;

export function browserWire(): Wire {
  return {
    fetch: (input, init) => window.fetch(input, init),
    socket: (url, protocols) => new WebSocket(url, protocols),
    location: window.location,
    forget: (url) => window.history.replaceState(null, "", url),
    tab: window.sessionStorage,
    later: (work, milliseconds) => void window.setTimeout(work, milliseconds),
  };
}

/** Exchanges the token of the address, if there is one, and opens the event channel. */
export async function connectHttp(wire: Wire = browserWire()): Promise<Backend> {
  const token = new URLSearchParams(wire.location.hash.slice(1)).get("token");
  if (token) {
    const { key } = (await post(wire, "session", { token })) as { key: string };
    wire.tab.setItem(KEPT_KEY, key);
    wire.forget(wire.location.pathname + wire.location.search);
  }
  return new HttpBackend(wire);
}

const keyOf = (wire: Wire) => wire.tab.getItem(KEPT_KEY) ?? "none";

async function post(wire: Wire, name: string, args: unknown): Promise<unknown> {
  let response: Response;
  try {
    response = await wire.fetch(`/api/${name}`, {
      method: "POST",
      headers: { "content-type": "application/json", "x-groundplan": keyOf(wire) },
      credentials: "omit",
      body: JSON.stringify(args ?? {}),
    });
  } catch {
    throw new BackendError({
      code: "failed",
      message: "the program does not answer: is `groundplan serve` still running?",
    });
  }
  const text = await response.text();
  if (response.ok) return text === "" ? undefined : readJson(text);
  throw new BackendError(errorOf(response.status, text));
}

function errorOf(status: number, text: string) {
  try {
    const body: unknown = JSON.parse(text);
    if (isAppError(body)) return body;
  } catch {
    // Not our error body: a proxy or the router answered. The status decides below.
  }
  if (status === 401 || status === 403) {
    return {
      code: "forbidden" as const,
      message: "this tab was not let in: open the newest address that `groundplan serve` printed",
    };
  }
  return { code: "failed" as const, message: `the program answered ${status}`, detail: text };
}

class HttpBackend implements Backend {
  private readonly listeners = new Listeners<AppEvent>();
  private readonly states = new Listeners<Connection>();
  private wait = FIRST_WAIT;
  private opened = false;

  constructor(private readonly wire: Wire) {
    this.open();
  }

  readonly call = inOrder(
    async <N extends CommandName>(name: N, args: Arguments<N>) =>
      (await post(this.wire, name, args)) as Answer<N>,
  );

  events(listener: (event: AppEvent) => void): () => void {
    return this.listeners.add(listener);
  }

  connection(listener: (state: Connection) => void): () => void {
    return this.states.add(listener);
  }

  private open(): void {
    const url = `${this.wire.location.origin.replace(/^http/, "ws")}/api/events`;
    const socket = this.wire.socket(url, [PROTOCOL, keyOf(this.wire)]);
    socket.binaryType = "arraybuffer";
    socket.onopen = () => {
      this.wait = FIRST_WAIT;
      this.states.tell(this.opened ? "again" : "open");
      this.opened = true;
    };
    socket.onmessage = (message) => {
      const event = readFrame(message.data as ArrayBuffer);
      if (event) this.listeners.tell(event);
    };
    socket.onclose = () => {
      this.states.tell("lost");
      this.wire.later(() => this.open(), this.wait);
      this.wait = Math.min(this.wait * 2, LONGEST_WAIT);
    };
  }
}
