import fc from "fast-check";
import { describe, expect, test, vi } from "vitest";
import { generate, random } from "../../../bench/generate";
import { emptyDesign } from "../../document/model";
import { type Box, containsPoint, touches } from "../../geometry/box";
import { containerAt, hitTest, topShape } from "../hit";
import { Stage, webShop } from "../testing/stage";
import { SpatialIndex } from "./spatial";

const runs = { numRuns: Number(process.env.GP_CASES ?? 60) };
const anyBox = fc.record({
  x: fc.integer({ min: 0, max: 900 }),
  y: fc.integer({ min: 0, max: 900 }),
  w: fc.integer({ min: 0, max: 200 }),
  h: fc.integer({ min: 0, max: 200 }),
});

describe("culling", () => {
  test("the_index_finds_what_brute_force_finds_also_after_moves_and_removals", () => {
    const change = fc.record({ slot: fc.nat(39), box: fc.option(anyBox), rebuild: fc.boolean() });
    const property = fc.property(
      fc.array(anyBox, { minLength: 1, maxLength: 40 }),
      fc.array(change, { maxLength: 20 }),
      anyBox,
      (start, changes, window) => {
        const boxes: (Box | null)[] = [...start];
        const index = new SpatialIndex((slot, out) => {
          const b = boxes[slot];
          if (!b) return false;
          out.set([b.x, b.y, b.x + b.w, b.y + b.h]);
          return true;
        });
        index.rebuild(boxes.length);
        for (const { slot, box, rebuild } of changes) {
          if (slot >= boxes.length) continue;
          boxes[slot] = box;
          index.touch(slot);
          if (rebuild) index.rebuild(boxes.length);
        }
        const expected = boxes.flatMap((b, k) => (b && touches(b, window) ? [k] : []));
        expect(index.search(window).sort((a, b) => a - b)).toEqual(expected);
      },
    );
    fc.assert(property, runs);
  });

  test("an_empty_drawing_finds_nothing", () => {
    const s = new Stage(emptyDesign());
    expect(s.core.scene.shapesIn({ x: 0, y: 0, w: 1000, h: 1000 })).toEqual([]);
    expect(s.core.scene.extent()).toBeNull();
  });
});

describe("hit test", () => {
  const s = new Stage(generate(400, 300));
  const { scene } = s.core;
  const extent = scene.extent()!;
  const point = fc.record({
    x: fc.integer({ min: extent.x - 50, max: extent.x + extent.w }),
    y: fc.integer({ min: extent.y - 50, max: extent.y + extent.h }),
  });

  test("the_shape_on_top_is_what_brute_force_says", () => {
    fc.assert(
      fc.property(point, (p) => {
        const under = [...scene.ids.keys()].filter(
          (slot) => scene.alive[slot] && containsPoint(scene.box(slot), p),
        );
        const rank = (slot: number) => (scene.container(slot) ? 0 : 1e9) + scene.depth[slot]! * 1e6 + slot;
        const best = under.reduce((a, b) => (a < 0 || rank(b) > rank(a) ? b : a), -1);
        expect(topShape(scene, p)).toBe(best);
        const holders = under.filter((slot) => scene.container(slot));
        expect(containerAt(scene, p)).toBe(
          holders.reduce((a, b) => (a < 0 || rank(b) > rank(a) ? b : a), -1),
        );
      }),
      runs,
    );
  });

  test("a_card_is_hit_before_the_link_under_it_and_a_link_before_its_container", () => {
    const t = new Stage();
    const slot = t.core.scene.linkSlotOf.get("scratch-app")!;
    const [x, y] = t.core.scene.route(slot);
    expect(hitTest(t.core.scene, { x: x! - 20, y: y! }, 1)).toMatchObject({ on: "link", slot });
    expect(hitTest(t.core.scene, { x: x! + 5, y: y! }, 1)).toMatchObject({ on: "shape", part: "body" });
    expect(hitTest(t.core.scene, t.grip("shop"), 1)).toMatchObject({ on: "shape", part: "header" });
  });
});

describe("the scene follows the document", () => {
  test("after_random_edits_it_equals_a_scene_built_anew", async () => {
    const s = new Stage(generate(200, 160));
    const next = random(11);
    const pick = () => {
      const ids = Object.keys(s.store.design().resources).filter((id) => id.includes("-s"));
      return ids[Math.floor(next() * ids.length)]!;
    };
    for (let k = 0; k < 60; k++) {
      const what = next();
      s.core.select({ resources: [pick()] });
      if (what < 0.5) await s.key(["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown"][k % 4]!);
      else if (what < 0.75) await s.key("Ctrl+d");
      else await s.key("Delete");
      if (k % 20 === 19) s.core.scene.tidy();
    }
    const fresh = new Stage(s.store.design());
    expect(picture(s)).toEqual(picture(fresh));
  });

  test("resources_without_a_place_get_one_inside_their_container", () => {
    const design = generate(30, 0);
    const id = Object.keys(design.resources).at(-1)!;
    delete design.layout.resources[id];
    const s = new Stage(design);
    const parent = s.core.scene.parent[s.core.scene.slotOf.get(id)!]!;
    expect(touches(s.box(id), s.core.scene.box(parent))).toBe(true);
  });

  test("a_link_to_nothing_is_not_drawn_and_breaks_nothing", () => {
    const design = generate(30, 4);
    design.links.lost = { from: "nowhere", to: Object.keys(design.resources)[8]! };
    const s = new Stage(design);
    expect(s.core.scene.linkAlive[s.core.scene.linkSlotOf.get("lost")!]).toBe(0);
  });

  test("routes_of_the_core_replace_our_own_until_an_end_moves", async () => {
    const s = new Stage();
    s.core.setRoutes({
      routes: { "app-orders": [452, 344, 452, 400, 460, 400, 460, 432] },
      pills: { "app-orders": [452, 380] },
      partial: false,
    });
    const slot = s.core.scene.linkSlotOf.get("app-orders")!;
    expect(s.core.scene.labelAt(slot)).toEqual({ x: 452, y: 380 });
    s.core.scene.load();
    expect(s.core.scene.labelAt(slot)).toEqual({ x: 452, y: 380 });
    expect([...s.core.scene.route(slot)]).toEqual([452, 344, 452, 400, 460, 400, 460, 432]);
    await s.click("app");
    await s.key("ArrowLeft");
    expect([...s.core.scene.route(slot)]).toHaveLength(4);
  });

  test("a_line_of_the_core_goes_along_with_both_its_ends_and_is_left_when_they_part", () => {
    const s = new Stage();
    const line = [452, 344, 452, 400, 460, 400, 460, 432];
    s.core.setRoutes({ routes: { "app-orders": line }, pills: { "app-orders": [452, 380] }, partial: false });
    const slot = s.core.scene.linkSlotOf.get("app-orders")!;
    const by = (id: string, dx: number, dy: number) => {
      const [x, y, w, h] = s.rect(id)!;
      return [x + dx, y + dy, w, h] as [number, number, number, number];
    };
    s.elsewhere({
      edit: "set-layout",
      resources: { app: by("app", 40, 8), orders: by("orders", 40, 8) },
    });
    expect([...s.core.scene.route(slot)]).toEqual(line.map((v, k) => v + (k % 2 === 0 ? 40 : 8)));
    expect(s.core.scene.labelAt(slot)).toEqual({ x: 492, y: 388 });
    s.elsewhere({
      edit: "set-layout",
      resources: { app: by("app", 40, 8), orders: by("orders", 40, 16) },
    });
    const fresh = new Stage(s.store.design());
    expect([...s.core.scene.route(slot)]).toEqual([...fresh.core.scene.route(slot)]);
  });

  test("a_label_that_grew_goes_where_the_core_puts_it_while_its_line_stays", () => {
    const s = new Stage();
    const routes = { "app-orders": [452, 344, 452, 432] };
    s.core.setRoutes({ routes, pills: { "app-orders": [452, 380] }, partial: false });
    s.core.setRoutes({ routes: {}, pills: { "app-orders": [452, 400], gone: [1, 2] }, partial: true });
    const slot = s.core.scene.linkSlotOf.get("app-orders")!;
    expect(s.core.scene.labelAt(slot)).toEqual({ x: 452, y: 400 });
    expect([...s.core.scene.route(slot)]).toEqual(routes["app-orders"]);
  });
});

/** All that is drawn, independent of slots. */
function picture(s: Stage) {
  const { scene } = s.core;
  const shapes = [...scene.slotOf].map(([id, slot]) => [
    id,
    scene.box(slot),
    scene.depth[slot],
    scene.title[slot],
  ]);
  const links = [...scene.linkSlotOf].map(([id, slot]) => [id, [...scene.route(slot)], scene.label[slot]]);
  const found = scene.shapesIn({ x: 0, y: 0, w: 3000, h: 900 }).map((slot) => scene.ids[slot]);
  const sort = <T extends unknown[]>(list: T[]) =>
    list.sort((a, b) => String(a[0]).localeCompare(String(b[0])));
  return { shapes: sort(shapes), links: sort(links), found: found.sort() };
}

test("what_moves_before_the_first_search_is_found_where_it_is", async () => {
  const s = new Stage();
  s.core.scene.load();
  const before = s.box("app");
  s.elsewhere({ edit: "set-layout", resources: { app: [before.x + 2000, before.y, before.w, before.h] } });
  const found = s.core.scene.shapesIn({ ...before, x: before.x + 2000 });
  expect(found).toContain(s.core.scene.slotOf.get("app")!);
});

describe("a large design", () => {
  const many = generate(6000, 7200);
  const slowly = () => {
    vi.useFakeTimers();
    let now = 0;
    vi.spyOn(performance, "now").mockImplementation(() => (now += 5));
  };
  const atOnce = () => {
    vi.restoreAllMocks();
    vi.useRealTimers();
  };
  /** All of it, so much to the right. */
  const moved = (s: Stage, dx: number) =>
    s.elsewhere({
      edit: "set-layout",
      resources: Object.fromEntries(
        Object.entries(s.store.design().layout.resources).map(([id, [x, y, w, h]]) => [
          id,
          [x + dx, y, w, h],
        ]),
      ),
    });

  test("comes_in_turns_and_is_whole_for_whoever_looks", () => {
    slowly();
    const s = new Stage();
    s.store.load(many, 2);
    expect(s.core.isBehind).toBe(true);
    let fits = 0;
    s.core.whenLoaded(() => fits++);
    expect(fits).toBe(0);
    vi.runAllTimers();
    expect([s.core.isBehind, fits]).toEqual([false, 1]);
    const here = picture(s);
    s.store.load(webShop(), 3);
    s.store.load(many, 4);
    expect(s.core.isBehind).toBe(true);
    expect(picture(s)).toEqual(here);
    expect(s.core.isBehind).toBe(false);
    atOnce();
  });

  test("moves_in_turns_and_what_follows_comes_after", async () => {
    const s = new Stage(many);
    slowly();
    s.stale.length = 0;
    moved(s, 80);
    expect([s.core.isBehind, s.stale.length]).toEqual([true, 0]);
    vi.runAllTimers();
    expect([s.core.isBehind, s.stale.length]).toEqual([false, 1]);
    moved(s, 80);
    moved(s, -200);
    expect(s.core.isBehind).toBe(true);
    atOnce();
    expect(picture(s)).toEqual(picture(new Stage(s.store.design())));
  });

  test("keeps_the_preview_of_what_is_dropped_until_all_of_it_has_moved", async () => {
    const s = new Stage(many);
    const regions = Object.keys(many.resources).filter((id) => many.resources[id]!.kind === "region");
    s.core.select({ resources: regions });
    s.press(regions[0]!).dragBy(400, 0);
    s.slow = true;
    await s.release();
    slowly();
    await s.patches();
    expect([s.core.isBehind, s.core.pending, s.core.preview.moving?.dx]).toEqual([true, 1, 400]);
    await vi.runAllTimersAsync();
    expect([s.core.isBehind, s.core.pending, s.core.preview.moving]).toEqual([false, 0, null]);
    atOnce();
    expect(picture(s)).toEqual(picture(new Stage(s.store.design())));
  });
});

describe("lines of a large design", () => {
  /** The shop with so many links from the app to its database. */
  function stage(count: number) {
    const design = webShop();
    for (let k = 0; k < count; k++) design.links[`more-${k}`] = { from: "app", to: "orders" };
    return new Stage(design);
  }
  const line = [500, 296, 500, 350, 460, 350, 460, 380];
  const routes = (count: number) => ({
    routes: Object.fromEntries(Array.from({ length: count }, (_, k) => [`more-${k}`, line])),
    pills: {},
    partial: true,
  });
  const first = (s: Stage, k: number) => s.core.scene.points[s.core.scene.routeAt[slot(s, k)]!];
  const slot = (s: Stage, k: number) => s.core.scene.linkSlotOf.get(`more-${k}`)!;

  test("are_taken_over_in_turns_and_show_all_at_once", async () => {
    vi.useFakeTimers();
    let now = 0;
    vi.spyOn(performance, "now").mockImplementation(() => (now += 5));
    const s = stage(2500);
    s.stale.length = 0;
    s.core.setRoutes(routes(2500));
    expect(s.core.takingOver).toBe(true);
    expect(first(s, 0)).toBe(500);
    expect(first(s, 2499)).not.toBe(500);
    expect(s.stale).toEqual([]);
    vi.runAllTimers();
    expect(s.core.takingOver).toBe(false);
    expect(first(s, 2499)).toBe(500);
    expect(s.stale.length).toBeGreaterThan(0);
    vi.restoreAllMocks();
    vi.useRealTimers();
  });

  test("come_before_what_is_edited_meanwhile_and_go_with_the_design", async () => {
    vi.useFakeTimers();
    let now = 0;
    vi.spyOn(performance, "now").mockImplementation(() => (now += 5));
    const s = stage(2500);
    s.core.setRoutes(routes(2500));
    s.core.select({ resources: ["app"], links: [] });
    const moved = s.key("ArrowRight");
    await vi.runAllTimersAsync();
    await moved;
    expect(s.core.takingOver).toBe(false);
    // Its end moved: the line of before holds no more.
    expect(first(s, 2499)).not.toBe(500);
    s.core.setRoutes(routes(2500));
    s.store.load(webShop(), 9);
    expect(s.core.takingOver).toBe(false);
    vi.restoreAllMocks();
    vi.useRealTimers();
  });
});
