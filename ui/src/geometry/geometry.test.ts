import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Box, changedEdges, contains, containsPoint, inflate, touches, union } from "./box";
import { bounds, exit, labelPoint, nearest, quickRoute, routeThrough } from "./polyline";
import { snap } from "./snap";

const anyBox = fc.record({
  x: fc.integer({ min: -500, max: 500 }),
  y: fc.integer({ min: -500, max: 500 }),
  w: fc.integer({ min: 1, max: 300 }),
  h: fc.integer({ min: 1, max: 300 }),
});

function check(property: fc.IProperty<never[]> | fc.IPropertyWithHooks<never>): void {
  fc.assert(property as fc.IProperty<unknown[]>, { numRuns: Number(process.env.GP_CASES ?? 200) });
}

const onBorder = (b: Box, x: number, y: number) =>
  containsPoint(b, { x, y }) && (x === b.x || x === b.x + b.w || y === b.y || y === b.y + b.h);

function expectOrthogonal(line: readonly number[]): void {
  for (let k = 0; k + 3 < line.length; k += 2)
    expect(line[k] === line[k + 2] || line[k + 1] === line[k + 3], line.join(" ")).toBe(true);
}

describe("boxes", () => {
  test("a_union_contains_both", () => {
    check(
      fc.property(anyBox, anyBox, (a, b) => contains(union(a, b), a) && contains(union(a, b), b)) as never,
    );
  });

  test("what_changes_when_a_box_grows_lies_in_the_changed_edges", () => {
    const at = fc.record({ x: fc.integer({ min: -520, max: 820 }), y: fc.integer({ min: -520, max: 820 }) });
    check(
      fc.property(anyBox, anyBox, at, (a, b, p) => {
        const looks = (box: Box) => {
          if (!containsPoint(inflate(box, 4), p)) return "outside";
          if (!containsPoint(inflate(box, -4), p)) return `edge of ${JSON.stringify(box)}`;
          return p.y <= box.y + 20 ? `header of ${JSON.stringify(box)}` : "inside";
        };
        if (looks(a) === looks(b)) return;
        expect(changedEdges(a, b, 20, 4).some((s) => containsPoint(s, p))).toBe(true);
      }) as never,
    );
  });
});

describe("lines", () => {
  test("a_quick_route_is_orthogonal_and_starts_and_ends_on_the_borders", () => {
    check(
      fc.property(anyBox, anyBox, (a, b) => {
        if (touches(a, b)) return;
        const line = quickRoute(a, b);
        expectOrthogonal(line);
        expect(line.length).toBeLessThanOrEqual(8);
        expect(onBorder(a, line[0]!, line[1]!)).toBe(true);
        expect(onBorder(b, line.at(-2)!, line.at(-1)!)).toBe(true);
      }) as never,
    );
  });

  test("a_route_through_way_points_is_orthogonal_and_passes_them", () => {
    const point = fc.record({
      x: fc.integer({ min: -900, max: 900 }),
      y: fc.integer({ min: -900, max: 900 }),
    });
    check(
      fc.property(anyBox, fc.array(point, { minLength: 1, maxLength: 4 }), anyBox, (a, via, b) => {
        const line = routeThrough(a, via, b);
        expectOrthogonal(line);
        for (const p of via) expect(nearest(p, line).distance).toBe(0);
      }) as never,
    );
  });

  test("the_exit_lies_on_the_border", () => {
    check(
      fc.property(anyBox, anyBox, (b, p) => {
        const e = exit(b, p);
        expect(onBorder(b, e.x, e.y)).toBe(true);
      }) as never,
    );
  });

  test("a_label_stands_in_the_middle_of_the_longest_segment", () => {
    expect(labelPoint([0, 0, 10, 0, 10, 100, 30, 100])).toEqual({ x: 10, y: 50 });
    expect(bounds([5, 5, -5, 20])).toEqual({ x: -5, y: 5, w: 10, h: 15 });
  });
});

describe("snapping", () => {
  const row = [
    { x: 0, y: 0, w: 100, h: 50 },
    { x: 140, y: 0, w: 100, h: 50 },
  ];

  test("an_edge_near_another_edge_meets_it", () => {
    const s = snap({ x: 3, y: 200, w: 80, h: 50 }, row, 6);
    expect(s.dx).toBe(-3);
    expect(s.guides[0]).toMatchObject({ axis: "x", at: 0, type: "line" });
  });

  test("the_third_in_a_row_keeps_the_gap", () => {
    const s = snap({ x: 284, y: 3, w: 90, h: 44 }, row, 6);
    expect(s.dx).toBe(-4);
    expect(s.guides.some((g) => g.type === "gap")).toBe(true);
  });

  test("nothing_near_moves_nothing", () => {
    expect(snap({ x: 517, y: 333, w: 71, h: 33 }, row, 6)).toEqual({ dx: 0, dy: 0, guides: [] });
  });

  test("a_snap_is_never_longer_than_its_reach", () => {
    check(
      fc.property(anyBox, fc.array(anyBox, { maxLength: 8 }), (m, others) => {
        const s = snap(m, others, 6);
        expect(Math.abs(s.dx)).toBeLessThanOrEqual(6);
        expect(Math.abs(s.dy)).toBeLessThanOrEqual(6);
      }) as never,
    );
  });
});
