import fc from "fast-check";
import { expect, test } from "vitest";
import { type Box, contains, touches } from "./box";
import { nearestFree } from "./free";

const box = fc.record({
  x: fc.integer({ min: -300, max: 300 }),
  y: fc.integer({ min: -300, max: 300 }),
  w: fc.integer({ min: 8, max: 200 }),
  h: fc.integer({ min: 8, max: 120 }),
});

test("a_place_that_is_free_is_taken_as_it_is", () => {
  const wanted = { x: 5, y: 5, w: 10, h: 10 };
  expect(nearestFree(wanted, { taken: [{ x: 50, y: 0, w: 10, h: 10 }], within: null, gap: 8 })).toEqual(
    wanted,
  );
});

test("what_is_found_lies_on_nothing_however_full_it_is", () => {
  fc.assert(
    fc.property(box, fc.array(box, { maxLength: 60 }), fc.option(box), (wanted, taken, within) => {
      const found = nearestFree(wanted, { taken, within, gap: 8 });
      expect(taken.some((one) => touches(one, found))).toBe(false);
      expect([found.w, found.h]).toEqual([wanted.w, wanted.h]);
    }),
  );
});

/** Every place in steps of one unit, the nearest of those that fit. */
function byForce(wanted: Box, taken: readonly Box[], within: Box): number {
  let best = Infinity;
  for (let x = within.x; x + wanted.w <= within.x + within.w; x++)
    for (let y = within.y; y + wanted.h <= within.y + within.h; y++)
      if (!taken.some((one) => touches(one, { ...wanted, x, y })))
        best = Math.min(best, Math.hypot(x - wanted.x, y - wanted.y));
  return best;
}

test("inside_a_room_it_is_the_nearest_place_that_brute_force_finds", () => {
  const within = { x: 0, y: 0, w: 60, h: 40 };
  const small = fc.record({
    x: fc.integer({ min: 0, max: 50 }),
    y: fc.integer({ min: 0, max: 30 }),
    w: fc.integer({ min: 2, max: 24 }),
    h: fc.integer({ min: 2, max: 16 }),
  });
  const wanted = { x: 20, y: 12, w: 12, h: 8 };
  fc.assert(
    fc.property(fc.array(small, { maxLength: 5 }), (taken) => {
      const found = nearestFree(wanted, { taken, within, gap: 1 });
      const best = byForce(wanted, taken, within);
      if (best === Infinity) return expect(contains(within, found)).toBe(false);
      expect(contains(within, found)).toBe(true);
      expect(Math.hypot(found.x - wanted.x, found.y - wanted.y)).toBeCloseTo(best);
    }),
  );
});
