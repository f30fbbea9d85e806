import { expect, test } from "vitest";
import { readFrame, SCENE_FRAME } from "./frames";
import samples from "./generated/frames.json";

const bytesOf = (hex: string) => Uint8Array.from(hex.match(/../g) ?? [], (two) => Number.parseInt(two, 16));

/** What is said in columns, as JSON has it; changes of a patch in no order. */
function plain(value: unknown): unknown {
  const event = JSON.parse(JSON.stringify(value, (_, v) => asJson(v)));
  event.patch?.changes.sort((a: { id: string }, b: { id: string }) => (a.id < b.id ? -1 : 1));
  return event;
}

function asJson(value: unknown): unknown {
  if (value instanceof Int32Array || value instanceof Uint8Array) return [...value];
  const said = typeof value === "object" && value !== null && !Array.isArray(value);
  return said && Symbol.iterator in value ? Object.fromEntries(value as Iterable<[string, unknown]>) : value;
}

test.each(samples.map((sample, k) => [k, sample] as const))(
  "frame_%i_of_the_core_says_what_it_said",
  (_, { frame, event }) => {
    const bytes = bytesOf(frame);
    expect(plain(readFrame(bytes))).toEqual(plain(event));
    // A frame may lie anywhere in what was received.
    const odd = new Uint8Array(bytes.length + 3);
    odd.set(bytes, 3);
    expect(plain(readFrame(odd.subarray(3)))).toEqual(plain(event));
  },
);

test("the_samples_hold_frames_of_every_kind", () => {
  const raw = samples.filter(({ frame }) => bytesOf(frame)[0] === SCENE_FRAME);
  expect(new Set(raw.map(({ event }) => event.event))).toEqual(
    new Set(["routed", "document-patched", "judged", "lab-live"]),
  );
});
