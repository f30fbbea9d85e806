import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Box, changedEdges, contains, containsPoint, inflate, touches, union } from "./box";
import { bounds, exit, labelPlace, nearest, quickRoute, routeThrough } from "./polyline";
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

  test("parallel_routes_stay_on_the_borders_and_neither_cross_nor_cover_one_another", () => {
    const roomy = fc.record({
      x: fc.integer({ min: -600, max: 600 }),
      y: fc.integer({ min: -600, max: 600 }),
      w: fc.integer({ min: 80, max: 200 }),
      h: fc.integer({ min: 80, max: 200 }),
    });
    check(
      fc.property(roomy, roomy, (a, b) => {
        const apart = Math.max(b.x - a.x - a.w, a.x - b.x - b.w, b.y - a.y - a.h, a.y - b.y - b.h);
        if (apart < 40) return;
        const [one, two] = [quickRoute(a, b, -8), quickRoute(b, a, 8)];
        for (const line of [one, two]) expectOrthogonal(line);
        expect(onBorder(a, one[0]!, one[1]!)).toBe(true);
        expect(onBorder(b, two[0]!, two[1]!)).toBe(true);
        expect(crossings(one, two)).toBe(0);
      }) as never,
    );
  });

  test("a_label_stands_in_the_middle_of_the_longest_run", () => {
    expect(labelPlace([0, 0, 10, 0, 10, 100, 30, 100], 20, 16, 0, null)).toEqual({ x: 10, y: 50 });
    expect(bounds([5, 5, -5, 20])).toEqual({ x: -5, y: 5, w: 10, h: 15 });
  });

  test("a_label_keeps_its_place_while_the_line_passes_there_and_gives_it_up_when_it_does_not", () => {
    const old = { x: 60, y: 0 };
    expect(labelPlace([0, 8, 120, 8, 120, 400], 20, 16, 0, old)).toEqual({ x: 60, y: 8 });
    expect(labelPlace([0, 90, 120, 90, 120, 400], 20, 16, 0, old)).toEqual({ x: 120, y: 245 });
  });

  test("labels_of_parallel_lines_stand_apart", () => {
    expect(labelPlace([0, 0, 0, 200], 40, 16, 1, null)).toEqual({ x: 0, y: 122 });
    expect(labelPlace([0, 0, 200, 0], 40, 16, -1, null)).toEqual({ x: 54, y: 0 });
  });

  test("a_label_always_stands_on_its_line", () => {
    const point = fc.record({
      x: fc.integer({ min: -400, max: 400 }),
      y: fc.integer({ min: -400, max: 400 }),
    });
    check(
      fc.property(anyBox, anyBox, fc.option(point), fc.integer({ min: -2, max: 2 }), (a, b, old, step) => {
        if (touches(a, b)) return;
        const line = quickRoute(a, b);
        expect(nearest(labelPlace(line, 40, 16, step, old), line).distance).toBeLessThan(1e-6);
      }) as never,
    );
  });
});

/** How often two orthogonal lines meet. */
function crossings(one: readonly number[], two: readonly number[]): number {
  let count = 0;
  const runs = (l: readonly number[]) =>
    l.slice(2).flatMap((_, k) => (k % 2 === 0 ? [[l[k]!, l[k + 1]!, l[k + 2]!, l[k + 3]!] as const] : []));
  for (const [a, b, c, d] of runs(one))
    for (const [e, f, g, h] of runs(two)) {
      const meetX = Math.max(Math.min(a, c), Math.min(e, g)) <= Math.min(Math.max(a, c), Math.max(e, g));
      const meetY = Math.max(Math.min(b, d), Math.min(f, h)) <= Math.min(Math.max(b, d), Math.max(f, h));
      if (meetX && meetY) count++;
    }
  return count;
}

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
