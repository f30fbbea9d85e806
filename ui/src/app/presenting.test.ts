import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { fitted, stepped } from "./presenting";

describe("presenting", () => {
  test("a view keeps its middle and shows all that it showed", () => {
    const size = fc.record({
      w: fc.integer({ min: 100, max: 4000 }),
      h: fc.integer({ min: 100, max: 4000 }),
    });
    const camera = fc.record({
      x: fc.integer({ min: -9999, max: 9999 }),
      y: fc.integer({ min: -9999, max: 9999 }),
      zoom: fc.double({ min: 0.02, max: 4, noNaN: true }),
    });
    fc.assert(
      fc.property(camera, size, size, (c, from, to) => {
        const now = fitted(c, from, to);
        const middle = (k: typeof c, s: typeof from) => [k.x + s.w / 2 / k.zoom, k.y + s.h / 2 / k.zoom];
        const [x = 0, y = 0] = middle(c, from);
        expect(middle(now, to)[0]).toBeCloseTo(x, 4);
        expect(middle(now, to)[1]).toBeCloseTo(y, 4);
        expect(to.w / now.zoom).toBeGreaterThanOrEqual(from.w / c.zoom - 1e-6 * (from.w / c.zoom));
        expect(to.h / now.zoom).toBeGreaterThanOrEqual(from.h / c.zoom - 1e-6 * (from.h / c.zoom));
      }),
    );
  });

  test("steps end at the first and the last view", () => {
    expect(stepped(-1, 1, 3)).toBe(0);
    expect(stepped(0, -1, 3)).toBe(0);
    expect(stepped(1, 1, 3)).toBe(2);
    expect(stepped(2, 1, 3)).toBe(2);
  });
});
