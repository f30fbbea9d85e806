// Frames of the event channel: the first byte says what follows. Shared by http.ts and tauri.ts.
import type { AppEvent } from "./generated/AppEvent";

export const JSON_FRAME = 0x01;
/** Reserved for raw scene patches; not sent yet, skipped if it comes. */
export const SCENE_FRAME = 0x02;

const decoder = new TextDecoder("utf-8", { fatal: true });

/** The event in a frame; `undefined` for a frame of a kind that this version does not read. */
export function readFrame(frame: ArrayBuffer | Uint8Array): AppEvent | undefined {
  const bytes = frame instanceof Uint8Array ? frame : new Uint8Array(frame);
  if (bytes.length === 0 || bytes[0] !== JSON_FRAME) return undefined;
  return JSON.parse(decoder.decode(bytes.subarray(1))) as AppEvent;
}

/** The frame for an event: what the core sends. */
export function writeFrame(event: AppEvent): Uint8Array {
  const text = new TextEncoder().encode(JSON.stringify(event));
  const frame = new Uint8Array(text.length + 1);
  frame[0] = JSON_FRAME;
  frame.set(text, 1);
  return frame;
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
