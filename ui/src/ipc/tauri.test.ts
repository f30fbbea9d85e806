import { expect, it, vi } from "vitest";
import { writeFrame } from "./frames";
import { connectTauri } from "./tauri";

const shell = vi.hoisted(() => ({
  calls: [] as string[],
  waiting: undefined as Uint8Array | undefined,
}));

vi.mock("@tauri-apps/api/core", () => ({
  Channel: class {
    onmessage: (frame: ArrayBuffer | number[]) => void = () => undefined;
  },
  invoke: async (name: string, { channel }: { channel?: { onmessage(frame: number[]): void } }) => {
    shell.calls.push(name);
    if (shell.waiting) channel?.onmessage([...shell.waiting]);
    return name;
  },
}));

it("opens the channel for the first listener, so that nothing which waited for a window is lost", async () => {
  shell.waiting = writeFrame({ event: "open-requested", path: "/designs/shop.gplan" });
  const backend = connectTauri();
  await backend.call("settings_get", undefined);
  const heard: string[] = [];
  backend.events((event) => heard.push(event.event));
  backend.events(() => undefined);
  await backend.call("app_info", undefined);
  expect(heard).toEqual(["open-requested"]);
  expect(shell.calls).toEqual(["settings_get", "events_open", "app_info"]);
});
