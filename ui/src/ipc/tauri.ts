// The core inside the desktop app. The only file that imports Tauri.
import { Channel, invoke } from "@tauri-apps/api/core";
import {
  type Answer,
  type Arguments,
  asBackendError,
  type Backend,
  type CommandName,
  type Connection,
} from "./backend";
import { Listeners, readFrame } from "./frames";
import type { AppEvent } from "./generated/AppEvent";
import { inOrder } from "./order";

export function connectTauri(): Backend {
  const listeners = new Listeners<AppEvent>();
  const channel = new Channel<ArrayBuffer | number[]>();
  channel.onmessage = (frame) => {
    const event = readFrame(Array.isArray(frame) ? Uint8Array.from(frame) : frame);
    if (event) listeners.tell(event);
  };
  // Opened by the first listener, not before: until then the program keeps what it asks of a window.
  let opened: Promise<unknown> | undefined;
  return {
    call: inOrder(async <N extends CommandName>(name: N, args: Arguments<N>) => {
      try {
        // Its events are heard from the first one on.
        await opened;
        return await invoke<Answer<N>>(name, { args: args ?? {} });
      } catch (thrown) {
        throw asBackendError(thrown);
      }
    }),
    events(listener) {
      const stop = listeners.add(listener);
      opened ??= invoke("events_open", { channel });
      return stop;
    },
    // The channel lives as long as the window: it is never lost.
    connection: (_listener: (state: Connection) => void) => () => undefined,
  };
}
