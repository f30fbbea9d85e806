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

export async function connectTauri(): Promise<Backend> {
  const listeners = new Listeners<AppEvent>();
  const channel = new Channel<ArrayBuffer | number[]>();
  channel.onmessage = (frame) => {
    const event = readFrame(Array.isArray(frame) ? Uint8Array.from(frame) : frame);
    if (event) listeners.tell(event);
  };
  await invoke("events_open", { channel });
  return {
    async call<N extends CommandName>(name: N, args: Arguments<N>): Promise<Answer<N>> {
      try {
        return await invoke<Answer<N>>(name, { args: args ?? {} });
      } catch (thrown) {
        throw asBackendError(thrown);
      }
    },
    events: (listener) => listeners.add(listener),
    // The channel lives as long as the window: it is never lost.
    connection: (_listener: (state: Connection) => void) => () => undefined,
  };
}
