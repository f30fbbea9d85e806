import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { emptyDesign } from "../document/model";
import { fitView, framed, reveal, toScreen, toWorld, viewBox, zoomAt } from "./camera";
import { COMMANDS } from "./commands";
import { linkOffer, mayStandIn, offer } from "./nesting";
import { spokenName } from "./spoken";
import { Stage } from "./testing/stage";

describe("camera", () => {
  test("zooming_keeps_the_point_under_the_pointer", () => {
    const camera = { x: 10, y: 20, zoom: 0.7 };
    const at = { x: 300, y: 200 };
    const next = zoomAt(camera, at, 1.9);
    const world = toWorld(camera, at);
    expect(toScreen(next, world).x).toBeCloseTo(at.x);
    expect(toScreen(next, world).y).toBeCloseTo(at.y);
  });

  test("a_framed_box_is_in_the_middle_whole_and_as_large_as_it_can_be", () => {
    const size = fc.record({
      w: fc.integer({ min: 100, max: 4000 }),
      h: fc.integer({ min: 100, max: 4000 }),
    });
    const room = fc.record({
      w: fc.integer({ min: 400, max: 4000 }),
      h: fc.integer({ min: 400, max: 4000 }),
    });
    const at = fc.integer({ min: -9999, max: 9999 });
    fc.assert(
      fc.property(at, at, size, room, (x, y, box, view) => {
        const { w, h } = { w: box.w * 10, h: box.h * 10 };
        const seen = viewBox(framed({ x, y, w, h }, view), view);
        expect([seen.x + seen.w / 2, seen.y + seen.h / 2]).toEqual([
          expect.closeTo(x + w / 2, 4),
          expect.closeTo(y + h / 2, 4),
        ]);
        expect(Math.min(seen.w / w, seen.h / h)).toBeCloseTo(1, 6);
      }),
    );
    // The same room shows it as it was.
    const camera = { x: -37.5, y: 12, zoom: 0.4 };
    expect(framed(viewBox(camera, { w: 900, h: 700 }), { w: 900, h: 700 }).zoom).toBeCloseTo(0.4, 9);
  });

  test("fit_shows_the_whole_box", () => {
    const view = { w: 800, h: 600 };
    const seen = viewBox(fitView({ x: -100, y: 40, w: 3000, h: 500 }, view), view);
    expect(seen.x).toBeLessThan(-100);
    expect(seen.x + seen.w).toBeGreaterThan(2900);
  });

  test("fit_ends_above_the_tools_that_float_at_the_bottom", () => {
    const s = new Stage();
    s.core.covered = 44;
    const lowest = () => {
      const b = s.core.scene.extent()!;
      return toScreen(s.core.camera.get(), { x: b.x, y: b.y + b.h }).y;
    };
    for (const view of [
      { w: 1200, h: 400 },
      { w: 400, h: 1200 },
    ]) {
      s.core.view = view;
      COMMANDS["zoom-fit"].run(s.core);
      expect(lowest()).toBeLessThanOrEqual(view.h - 44 - 32 + 0.01);
    }
    const low = { x: 0, y: 100, w: 200, h: 50 };
    const view = { w: 800, h: 600 };
    expect(fitView(low, view, { covered: 44 })).toEqual(fitView(low, view));
  });

  test("what_is_in_view_already_is_not_moved", () => {
    const camera = { x: 0, y: 0, zoom: 1 };
    expect(reveal(camera, { x: 200, y: 200, w: 100, h: 50 }, { w: 800, h: 600 })).toEqual(camera);
    expect(reveal(camera, { x: 2000, y: 200, w: 100, h: 50 }, { w: 800, h: 600 }).x).toBe(1348);
  });
});

describe("another design", () => {
  test("an_empty_one_starts_at_100_percent_with_the_select_tool_and_nothing_of_the_last_one", () => {
    const s = new Stage();
    const { core } = s;
    core.camera.set({ x: 900, y: -4000, zoom: 0.04 });
    core.setTool("link", { lock: true });
    core.highlighted = new Set([1, 2]);
    core.setHover({ on: "resource", id: "app" });
    core.lastOffset = { x: 0, y: 500 };
    core.select({ resources: ["app"] });
    s.store.load(emptyDesign(), 1);
    core.startAnew();
    expect(core.camera.get()).toEqual({ x: -600, y: -400, zoom: 1 });
    expect([core.tool.get(), core.options, core.highlighted, core.hover.get(), core.lastOffset]).toEqual([
      "select",
      {},
      null,
      null,
      null,
    ]);
    expect(s.selected).toEqual([]);
  });

  test("in_the_middle_of_a_drag_it_leaves_no_trace_of_it", () => {
    const s = new Stage();
    s.press("app").dragBy(-80, 0);
    s.store.load(emptyDesign(), 1);
    s.core.startAnew();
    expect([s.state, s.core.preview.moving, s.edits]).toEqual(["select.idle", null, []]);
  });
});

describe("nesting", () => {
  const s = new Stage();
  const { kinds } = s.core.scene;

  test("the_catalog_says_what_may_stand_where", () => {
    expect(mayStandIn(kinds, "server", "subnet")).toBe(true);
    expect(mayStandIn(kinds, "server", null)).toBe(false);
    expect(mayStandIn(kinds, "something-new", "subnet")).toBe(true);
  });

  test("a_thing_dropped_where_it_cannot_live_is_put_where_it_can", () => {
    expect(offer(s.store, kinds, "bucket", "app-tier")).toMatchObject({ allowed: true, parent: "frankfurt" });
    expect(offer(s.store, kinds, "bucket", "app-tier").because).toBe(
      "a bucket lives in the region, not in a subnet",
    );
    expect(offer(s.store, kinds, "server", "frankfurt").allowed).toBe(false);
  });

  test("links_follow_the_ends_the_catalog_offers", () => {
    expect(linkOffer(kinds, "server", "database")).toMatchObject({ swapped: false });
    expect(linkOffer(kinds, "server", "volume")).toMatchObject({ swapped: true, kinds: ["attachment"] });
    expect(linkOffer(kinds, "volume", "bucket")).toBeNull();
  });
});

describe("arranging", () => {
  test("align_left_moves_all_to_the_leftmost_in_one_edit", async () => {
    const s = new Stage();
    await s.click("scratch");
    await s.press("scratch").dragBy(24, 0, { ctrl: true }).release({ ctrl: true });
    s.core.select({ resources: ["images", "scratch"] });
    COMMANDS["align-left"].run(s.core);
    await s.settled();
    expect(s.rect("images")?.[0]).toBe(s.rect("scratch")?.[0]);
    expect(s.lastName).toBe("Align 2 shapes left");
  });

  test("distribute_makes_equal_gaps", async () => {
    const s = new Stage();
    s.core.select({ resources: ["internet", "images", "scratch"] });
    expect(COMMANDS["distribute-vertical"].can(s.core)).toBe(true);
    COMMANDS["distribute-vertical"].run(s.core);
    await s.settled();
    const tops = ["internet", "images", "scratch"].map((id) => s.rect(id)![1]).sort((a, b) => a - b);
    expect(Math.abs(tops[2]! - tops[1]! - (tops[1]! - tops[0]!))).toBeLessThanOrEqual(1);
  });

  test("select_connected_follows_links", () => {
    const s = new Stage();
    s.core.select({ resources: ["orders"] });
    COMMANDS["select-connected"].run(s.core);
    expect(new Set(s.selected)).toEqual(new Set(["orders", "app", "entry", "images", "scratch", "internet"]));
  });
});

test("a_shape_is_spoken_with_its_place_its_findings_and_its_links", () => {
  const s = new Stage();
  s.core.setJudgement({
    statuses: new Map([["app", "error"]]),
    summaries: new Map(),
    facts: new Map(),
    links: new Map(),
  });
  expect(spokenName(s.core, { on: "resource", id: "app" })).toBe(
    "server App server in subnet app, 1 error, 4 links",
  );
  expect(spokenName(s.core, { on: "link", id: "app-orders" })).toBe("link from App server to Orders, 5432");
});
