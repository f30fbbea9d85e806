import fc from "fast-check";
import { expect, test } from "vitest";
import type { EditJson, Id } from "../document/model";
import { type Box, bottom, contains, inflate, shift, touches } from "../geometry/box";
import { toRect } from "./edits";
import { withRoom } from "./room";
import { Stage } from "./testing/stage";

/** Siblings that hold others, and what lies on their ground: nothing may lie over another. */
function overlaps(s: Stage): string[] {
  const found: string[] = [];
  const { store, core } = s;
  const walk = (parent: Id | null) => {
    const ids = store.children(parent).filter((id) => core.documentBox(id));
    for (const [k, a] of ids.entries()) {
      for (const b of ids.slice(k + 1))
        if (touches(inflate(core.documentBox(a)!, -1), core.documentBox(b)!)) found.push(`${a} over ${b}`);
      if (parent !== null && !contains(core.documentBox(parent)!, core.documentBox(a)!))
        found.push(`${parent} clips ${a}`);
      walk(a);
    }
  };
  walk(null);
  return found;
}

/** A container that grows to this box, as a gesture would say it. */
function growTo(s: Stage, id: Id, b: Box): Promise<boolean> {
  const edit: EditJson = { edit: "set-layout", resources: { [id]: toRect(b) } };
  return s.core.commit({ edit: "batch", name: "Grow", edits: [edit] });
}

test("a_drop_that_grows_a_tier_pushes_the_tiers_below_it_away", async () => {
  const s = new Stage();
  const [app, data] = [s.box("app-tier"), s.box("data-tier")];
  const entry = s.box("entry");
  const web = s.box("web-tier");
  await s
    .press("entry")
    .dragBy(0, bottom(web) - bottom(entry) - 4)
    .release();
  const by = bottom(s.core.documentBox("web-tier")!) - bottom(web);
  expect(by).toBeGreaterThan(0);
  expect(s.core.documentBox("app-tier")).toEqual(shift(app, 0, by));
  expect(s.core.documentBox("data-tier")).toEqual(shift(data, 0, by));
  expect(overlaps(s)).toEqual([]);
  expect(s.edits).toHaveLength(1);
});

test("what_is_pushed_takes_along_what_it_holds_and_the_bends_of_its_links", async () => {
  const s = new Stage();
  const links = { "app-orders": [[500, 380]] as [number, number][] };
  await s.core.commit({ edit: "batch", name: "Bend", edits: [{ edit: "set-layout", links }] });
  const [app, network] = [s.box("app"), s.box("shop")];
  const web = s.box("web-tier");
  await growTo(s, "web-tier", { ...web, h: web.h + 80 });
  expect(s.core.documentBox("app")).toEqual(shift(app, 0, 80));
  expect(bottom(s.core.documentBox("shop")!)).toBeGreaterThanOrEqual(bottom(network) + 64);
  expect(overlaps(s)).toEqual([]);
});

test("a_container_that_grows_over_free_ground_moves_nothing", () => {
  const s = new Stage();
  const b = s.box("data-tier");
  const edits: EditJson[] = [
    { edit: "set-layout", resources: { "data-tier": toRect({ ...b, h: b.h + 8 }) } },
  ];
  const edit: EditJson = { edit: "batch", name: "Grow", edits };
  expect(withRoom(s.core, edit)).toBe(edit);
});

test("whatever_grows_lies_over_nothing_and_is_clipped_by_nothing", async () => {
  const more = fc.integer({ min: 0, max: 300 });
  const which = fc.constantFrom("web-tier", "app-tier", "data-tier", "shop", "frankfurt");
  await fc.assert(
    fc.asyncProperty(which, more, more, more, more, async (id, left, up, wider, taller) => {
      const s = new Stage();
      const b = s.box(id);
      const grown = { x: b.x - left, y: b.y - up, w: b.w + left + wider, h: b.h + up + taller };
      await growTo(s, id, grown);
      const fine = overlaps(s).filter((fault) => !fault.endsWith(`clips ${id}`));
      expect(fine).toEqual([]);
    }),
    { numRuns: 60 },
  );
});

test("what_is_locked_makes_no_room", async () => {
  const s = new Stage();
  const [app, data] = [s.box("app-tier"), s.box("data-tier")];
  const lock: EditJson = { edit: "set-layout", locked: { "app-tier": true } };
  await s.core.commit({ edit: "batch", name: "Lock", edits: [lock] });
  const web = s.box("web-tier");
  await growTo(s, "web-tier", { ...web, h: web.h + 80 });
  expect(s.core.documentBox("app-tier")).toEqual(app);
  expect(s.core.documentBox("data-tier")).toEqual(shift(data, 0, 80));
});
