// Frames of the event channel: the first byte says what follows. Shared by http.ts and tauri.ts.
// The core's `frame.rs` writes them and says how a scene patch is laid out.
import type { ChangeJson, RectJson } from "../document/model";
import type { AppEvent } from "./generated/AppEvent";
import type { LinkFactDto } from "./generated/LinkFactDto";

export const JSON_FRAME = 0x01;
/** What an event says of very many things, as raw columns. */
export const SCENE_FRAME = 0x02;

type Event<N extends AppEvent["event"]> = Extract<AppEvent, { event: N }>;
type Scene =
  | (Event<"routed"> & { raw: "routes" })
  | (Event<"document-patched"> & { raw: "places" })
  | (Event<"judged"> & { raw: "facts" });

const decoder = new TextDecoder("utf-8", { fatal: true });

/** The event in a frame; `undefined` for a frame of a kind that this version does not read. */
export function readFrame(frame: ArrayBuffer | Uint8Array): AppEvent | undefined {
  const bytes = frame instanceof Uint8Array ? frame : new Uint8Array(frame);
  if (bytes[0] === JSON_FRAME) return JSON.parse(decoder.decode(bytes.subarray(1))) as AppEvent;
  return bytes[0] === SCENE_FRAME ? readScene(bytes) : undefined;
}

/** The JSON frame for an event. */
export function writeFrame(event: AppEvent): Uint8Array {
  const text = new TextEncoder().encode(JSON.stringify(event));
  const frame = new Uint8Array(text.length + 1);
  frame[0] = JSON_FRAME;
  frame.set(text, 1);
  return frame;
}

/** Columns one after the other: a length in bytes, then that many, padded to a multiple of four. */
class Columns {
  private at = 4;
  private readonly bytes: Uint8Array;

  constructor(bytes: Uint8Array) {
    // Numbers are read in place, which only works from a multiple of four.
    this.bytes = bytes.byteOffset % 4 === 0 ? bytes : bytes.slice();
  }

  private next(): Uint8Array {
    const { buffer, byteOffset } = this.bytes;
    const length = new DataView(buffer, byteOffset + this.at).getUint32(0, true);
    const column = this.bytes.subarray(this.at + 4, this.at + 4 + length);
    this.at += 4 + length + ((4 - (length % 4)) % 4);
    return column;
  }

  json<T>(): T {
    return JSON.parse(decoder.decode(this.next())) as T;
  }

  texts(): string[] {
    return this.json();
  }

  /** Every machine that has a browser of these years is little-endian, as the frame is. */
  numbers(): Int32Array {
    const column = this.next();
    return new Int32Array(column.buffer, column.byteOffset, column.byteLength / 4);
  }
}

function readScene(bytes: Uint8Array): AppEvent | undefined {
  const columns = new Columns(bytes);
  const scene = columns.json<Scene>();
  switch (scene.raw) {
    case "routes": {
      const { raw: _, ...event } = scene;
      return { ...event, routes: readRoutes(columns), pills: readPoints(columns) };
    }
    case "places": {
      const { raw: _, ...event } = scene;
      const changes = [...readPlaces(columns), ...event.patch.changes];
      return { ...event, patch: { ...event.patch, changes } };
    }
    case "facts": {
      const { raw: _, ...event } = scene;
      return { ...event, ...readFacts(columns) };
    }
    default:
      return undefined;
  }
}

/** An id may be called `__proto__`: such a name is given to a table as any other. */
function table<T>(ids: readonly string[], value: (k: number) => T): { [id: string]: T } {
  return Object.fromEntries(ids.map((id, k) => [id, value(k)]));
}

function readRoutes(columns: Columns): { [link: string]: Int32Array } {
  const ids = columns.texts();
  const lengths = columns.numbers();
  const points = columns.numbers();
  let at = 0;
  return table(ids, (k) => {
    const start = at;
    at += lengths[k]!;
    return points.subarray(start, at);
  });
}

function readPoints(columns: Columns): { [link: string]: Int32Array } {
  const ids = columns.texts();
  const points = columns.numbers();
  return table(ids, (k) => points.subarray(2 * k, 2 * k + 2));
}

function readPlaces(columns: Columns): ChangeJson[] {
  const ids = columns.texts();
  const has = columns.numbers();
  const sides = columns.numbers();
  const rect = (at: number): RectJson => [sides[at]!, sides[at + 1]!, sides[at + 2]!, sides[at + 3]!];
  return ids.map((id, k) => ({
    of: "resource-layout",
    id,
    before: has[k]! & 1 ? rect(8 * k) : null,
    after: has[k]! & 2 ? rect(8 * k + 4) : null,
  }));
}

function readFacts(columns: Columns): Pick<Event<"judged">, "summaries" | "facts" | "links"> {
  const texts = columns.texts();
  const lines = (): { [id: string]: string } => {
    const ids = columns.texts();
    const said = columns.numbers();
    return table(ids, (k) => texts[said[k]!]!);
  };
  const summaries = lines();
  const facts = lines();
  const ids = columns.texts();
  const said = columns.numbers();
  const links = table(ids, (k): LinkFactDto => {
    const [kind, label, state, blockedAt, because] = [0, 1, 2, 3, 4].map((n) => texts[said[5 * k + n]!]);
    const fact = { kind: kind!, label: label!, state: state! };
    return {
      ...fact,
      ...(blockedAt === undefined ? {} : { blockedAt }),
      ...(because === undefined ? {} : { because }),
    };
  });
  return { summaries, facts, links };
}

/** Listeners of one kind of thing. A listener that throws does not starve the others. */
export class Listeners<T> {
  private readonly all = new Set<(value: T) => void>();

  add(listener: (value: T) => void): () => void {
    this.all.add(listener);
    return () => this.all.delete(listener);
  }

  tell(value: T): void {
    for (const listener of [...this.all]) {
      try {
        listener(value);
      } catch (thrown) {
        console.error(thrown);
      }
    }
  }
}
