// Frames of the event channel: the first byte says what follows. Shared by http.ts and tauri.ts.
// The core's `frame.rs` writes them and says how a scene patch is laid out.
import type { ChangeJson, RectJson } from "../document/model";
import type { AppEvent } from "./generated/AppEvent";
import type { LinkFactDto } from "./generated/LinkFactDto";

export const JSON_FRAME = 0x01;
/** What an event says of very many things, as raw columns. */
export const SCENE_FRAME = 0x02;

/** What a terminal shows. */
export const TERMINAL_FRAME = 0x03;

type Event<N extends AppEvent["event"]> = Extract<AppEvent, { event: N }>;
type Scene =
  | (Event<"routed"> & { raw: "routes" })
  | (Event<"document-patched"> & { raw: "places" })
  | (Event<"judged"> & { raw: "facts" })
  | (Event<"lab-live"> & { raw: "live" });

const decoder = new TextDecoder("utf-8", { fatal: true });

/** The event in a frame; `undefined` for a frame of a kind that this version does not read. */
export function readFrame(frame: ArrayBuffer | Uint8Array): AppEvent | undefined {
  const bytes = frame instanceof Uint8Array ? frame : new Uint8Array(frame);
  if (bytes[0] === JSON_FRAME) return JSON.parse(decoder.decode(bytes.subarray(1))) as AppEvent;
  if (bytes[0] === TERMINAL_FRAME) return readTerminal(bytes);
  return bytes[0] === SCENE_FRAME ? readScene(bytes) : undefined;
}

function readTerminal(bytes: Uint8Array): Event<"terminal-output"> {
  const terminal = new DataView(bytes.buffer, bytes.byteOffset + 4).getUint32(0, true);
  return { event: "terminal-output", terminal, bytes: bytes.slice(8) };
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
    case "live": {
      const { raw: _, ...event } = scene;
      const ids = columns.texts();
      return { ...event, links: new Lines(ids, new Uint8Array(ids.length).fill(3), columns.numbers()) };
    }
    default:
      return undefined;
  }
}

/** Lines one after the other: each is made when it is asked for, for all at once would hold up a frame. */
class Lines implements Iterable<readonly [string, Int32Array]> {
  constructor(
    private readonly ids: readonly string[],
    private readonly lengths: ArrayLike<number>,
    private readonly points: Int32Array,
  ) {}

  *[Symbol.iterator](): Generator<readonly [string, Int32Array]> {
    let at = 0;
    for (const [k, id] of this.ids.entries()) {
      const end = at + this.lengths[k]!;
      yield [id, this.points.subarray(at, end)];
      at = end;
    }
  }
}

function readRoutes(columns: Columns): Lines {
  return new Lines(columns.texts(), columns.numbers(), columns.numbers());
}

function readPoints(columns: Columns): Lines {
  const ids = columns.texts();
  return new Lines(ids, new Uint8Array(ids.length).fill(2), columns.numbers());
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
  const said = columns.numbers();
  /** What stands at a number, by id. */
  const table = <T>(at: (number: number) => T): Map<string, T> => {
    const ids = columns.texts();
    const numbers = columns.numbers();
    const all = new Map<string, T>();
    for (let k = 0; k < ids.length; k++) all.set(ids[k]!, at(numbers[k]!));
    return all;
  };
  const links = Array.from({ length: said.length / 5 }, (_, k) => readLink(texts, said, 5 * k));
  return {
    summaries: table((number) => texts[number]!),
    facts: table((number) => texts[number]!),
    links: table((number) => links[number]!),
  };
}

function readLink(texts: readonly string[], said: Int32Array, at: number): LinkFactDto {
  const [kind, label, state, blockedAt, because] = [0, 1, 2, 3, 4].map((n) => texts[said[at + n]!]);
  return {
    kind: kind!,
    label: label!,
    state: state!,
    ...(blockedAt === undefined ? {} : { blockedAt }),
    ...(because === undefined ? {} : { because }),
  };
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
