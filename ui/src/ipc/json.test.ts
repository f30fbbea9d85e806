import fc from "fast-check";
import { expect, test } from "vitest";
import { readJson } from "./json";

const runs = { numRuns: Number(process.env.GP_CASES ?? 200) };

test("what_is_read_in_pieces_is_what_is_read_at_once", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.dictionary(fc.string({ unit: "binary" }), fc.jsonValue({ maxDepth: 4 }), { minKeys: 1 }),
      fc.integer({ min: 1, max: 60 }),
      async (value, size) => {
        const text = JSON.stringify(value);
        const read = await readJson(text, size);
        expect(JSON.stringify(read)).toBe(JSON.stringify(JSON.parse(text)));
      },
    ),
    runs,
  );
});

test("names_that_look_like_something_else_stay_names", async () => {
  const text = String.raw`{"a":{"__proto__":{"x":1},"\"},{":[{"b":","},2],"\\":{"c":"\\\""}},"constructor":{},"z":"}"}`;
  for (let size = 1; size < text.length / 2; size++)
    expect(JSON.stringify(await readJson(text, size))).toBe(text);
});

test("no_piece_is_much_longer_than_asked_for_and_each_has_its_turn", async () => {
  const things = Object.fromEntries(
    Array.from({ length: 1000 }, (_, k) => [`thing-${k}`, { kind: "server" }]),
  );
  const text = JSON.stringify({ session: 1, design: { name: "shop", things, links: things } });
  let turns = 0;
  await readJson(text, 1000, async () => void turns++);
  expect(turns).toBeGreaterThan(text.length / 1000 / 1.2);
  expect(turns).toBeLessThan(text.length / 1000 + 2);
});

test("what_is_no_json_is_refused", async () => {
  await expect(readJson('{"a":1,"b":2,"c', 4)).rejects.toThrow(SyntaxError);
});
