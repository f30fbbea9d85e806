import { describe, expect, it } from "vitest";
import { readFrame, writeFrame } from "./frames";
import type { AppEvent } from "./generated/AppEvent";
import { connectHttp, type Wire } from "./http";

interface Asked {
  url: string;
  headers: Record<string, string>;
  body: unknown;
}

const LET_IN = { status: 200, text: '{"key":"k1"}' };

function wireWith(answer: (name: string) => { status: number; text: string }, hash = "") {
  const tab = new Map<string, string>();
  const protocols: string[][] = [];
  const asked: Asked[] = [];
  const sockets: Partial<WebSocket>[] = [];
  const waits: number[] = [];
  let forgotten = "";
  const later: (() => void)[] = [];
  const wire: Wire = {
    fetch: (async (url: string, init: RequestInit) => {
      asked.push({
        url,
        headers: init.headers as Record<string, string>,
        body: JSON.parse(String(init.body)),
      });
      const { status, text } = answer(url.replace("/api/", ""));
      return new Response(status === 204 ? null : text, { status });
    }) as typeof fetch,
    socket: (url, offered) => {
      protocols.push(offered);
      const socket = { url } as Partial<WebSocket>;
      sockets.push(socket);
      return socket as WebSocket;
    },
    location: { origin: "http://127.0.0.1:8080", hash, pathname: "/", search: "" },
    forget: (url) => {
      forgotten = url;
    },
    tab: { getItem: (name) => tab.get(name) ?? null, setItem: (name, value) => void tab.set(name, value) },
    later: (work, milliseconds) => {
      waits.push(milliseconds);
      later.push(work);
    },
  };
  return { wire, asked, sockets, protocols, waits, later, forgotten: () => forgotten };
}

const event: AppEvent = { event: "file-changed", session: 3, path: "/tmp/ä.gplan" };

describe("frames", () => {
  it("carry an event behind their first byte", () => {
    const frame = writeFrame(event);
    expect(frame[0]).toBe(1);
    expect(readFrame(frame)).toEqual(event);
    expect(readFrame(frame.buffer as ArrayBuffer)).toEqual(event);
  });

  it("of a kind that is not known are skipped", () => {
    expect(readFrame(new Uint8Array([0x12, 1, 2, 3]))).toBeUndefined();
    expect(readFrame(new Uint8Array([]))).toBeUndefined();
  });

  it("with damaged text are an error, not half an event", () => {
    expect(() => readFrame(new Uint8Array([1, 0xff, 0xfe]))).toThrow();
  });
});

describe("the core over http", () => {
  it("exchanges the token once and takes it out of the address", async () => {
    const { wire, asked, forgotten } = wireWith(() => LET_IN, "#token=abc");
    await connectHttp(wire);
    expect(asked).toEqual([
      {
        url: "/api/session",
        headers: expect.objectContaining({ "x-groundplan": "none" }),
        body: { token: "abc" },
      },
    ]);
    expect(forgotten()).toBe("/");
  });

  it("keeps the key in the tab and sends it with everything, also after a reload", async () => {
    const { wire, asked, protocols } = wireWith(() => LET_IN, "#token=abc");
    await (await connectHttp(wire)).call("app_info", undefined);
    const reloaded = await connectHttp({ ...wire, location: { ...wire.location, hash: "" } });
    await reloaded.call("app_info", undefined);
    expect(asked.map(({ headers }) => headers["x-groundplan"])).toEqual(["none", "k1", "k1"]);
    expect(protocols).toEqual([
      ["groundplan", "k1"],
      ["groundplan", "k1"],
    ]);
  });

  it("posts the arguments and gives the answer", async () => {
    const { wire, asked } = wireWith(() => ({ status: 200, text: '{"revision":4}' }));
    const backend = await connectHttp(wire);
    expect(await backend.call("design_undo", { session: 2 })).toEqual({ revision: 4 });
    expect(asked[0]).toMatchObject({ url: "/api/design_undo", body: { session: 2 } });
  });

  it("throws the core's own error with its code", async () => {
    const body = { code: "stale-plan", message: "the plan is old: plan again" };
    const { wire } = wireWith(() => ({ status: 409, text: JSON.stringify(body) }));
    const backend = await connectHttp(wire);
    await expect(backend.call("design_new", undefined)).rejects.toMatchObject(body);
  });

  it("says what to do in a tab that was not let in", async () => {
    const { wire } = wireWith(() => ({ status: 401, text: "" }));
    const backend = await connectHttp(wire);
    await expect(backend.call("design_new", undefined)).rejects.toMatchObject({
      code: "forbidden",
      message: expect.stringContaining("open the newest address"),
    });
  });

  it("tells events in order, says when they are lost, and comes back by itself", async () => {
    const { wire, sockets, waits, later } = wireWith(() => ({ status: 204, text: "" }));
    const backend = await connectHttp(wire);
    const seen: string[] = [];
    backend.events((one) => seen.push(one.event));
    backend.connection((state) => seen.push(state));
    sockets[0]?.onopen?.call(sockets[0] as WebSocket, {} as Event);
    sockets[0]?.onmessage?.call(sockets[0] as WebSocket, { data: writeFrame(event).buffer } as MessageEvent);
    sockets[0]?.onclose?.call(sockets[0] as WebSocket, {} as CloseEvent);
    later[0]?.();
    sockets[1]?.onclose?.call(sockets[1] as WebSocket, {} as CloseEvent);
    later[1]?.();
    sockets[2]?.onopen?.call(sockets[2] as WebSocket, {} as Event);
    expect(seen).toEqual(["open", "file-changed", "lost", "lost", "again"]);
    expect(waits).toEqual([250, 500]);
    expect(sockets[0]?.url).toBe("ws://127.0.0.1:8080/api/events");
  });
});
