import fc from "fast-check";
import { expect, test } from "vitest";
import { type Box, contains, touches } from "../geometry/box";
import { COMMANDS } from "./commands";
import { Stage } from "./testing/stage";
import { tidyShifts } from "./tidy";

test("arrows_pin_to_the_lane_that_a_shape_comes_to_lie_over", async () => {
  const s = new Stage();
  s.core.setTool("insert", { kind: "zone" });
  await s.press({ x: 600, y: 600 }).dragTo({ x: 600, y: 320 }).release();
  await s.click("app");
  for (let k = 0; k < 8; k++) await s.key("ArrowRight");
  expect(s.store.resource("app")?.attributes?.zone).toBe("a");
  expect(s.said).toContain("moved App server into zone a");
  expect(s.edits.filter((edit) => JSON.stringify(edit).includes('"zone"'))).toHaveLength(2);
});

test("a_copy_by_ctrl_d_gets_the_zone_that_it_lies_over", async () => {
  const s = new Stage();
  s.core.setTool("insert", { kind: "zone" });
  await s.press({ x: 600, y: 600 }).dragTo({ x: 600, y: 320 }).release();
  s.core.lastOffset = { x: 120, y: 0 };
  await s.click("app");
  await s.key("Ctrl+d");
  expect(s.store.resource("app-2")?.attributes?.zone).toBe("a");
  expect(s.store.resource("app")?.attributes?.zone).toBeUndefined();
});

test("a_copy_of_a_tier_beside_it_takes_no_range_that_is_taken", async () => {
  const s = new Stage();
  expect(s.store.resource("app-tier")?.attributes?.cidr).toBeDefined();
  await s.core.select({ resources: ["app-tier"], links: [] });
  await s.key("Ctrl+d");
  expect(s.store.resource("app-tier-2")?.parent).toBe(s.store.resource("app-tier")?.parent);
  expect(s.store.resource("app-tier-2")?.attributes?.cidr).toBeUndefined();
  expect(touches(s.box("app-tier"), s.box("app-tier-2")), "it lies beside it").toBe(false);
  expect(touches(s.box("data-tier"), s.box("app-tier-2")), "and on no other").toBe(false);
});

test("a_bucket_dropped_on_a_tier_steps_aside_and_a_door_to_it_is_offered", async () => {
  const s = new Stage();
  s.press("images").dragTo({ x: 640, y: 340 });
  expect(s.core.preview.hint?.text).toBe("a bucket lives in the region, not in a subnet");
  await s.release();
  expect(s.store.resource("images")?.parent).toBe("frankfurt");
  expect(touches(s.box("images"), s.box("shop"))).toBe(false);
  expect(s.offer?.title).toBe("Add a private end point in app");
  s.offer?.take();
  await s.settled();
  expect(s.store.resource("images-door-2")).toMatchObject({
    parent: "app-tier",
    attributes: { target: "images" },
  });
});

test("no_second_door_is_offered_where_there_is_one", async () => {
  const s = new Stage();
  await s.press("images").dragTo({ x: 640, y: 340 }).release();
  s.offer?.take();
  await s.settled();
  s.offer = undefined;
  await s.press("images").dragTo({ x: 640, y: 340 }).release();
  expect(s.offer).toBeUndefined();
});

test("before_a_drop_the_address_and_the_network_that_change_are_said", async () => {
  const s = new Stage();
  s.core.host.addressOf = async () => "10.20.1.12";
  s.press("app").dragTo({ x: 620, y: 460 });
  await s.settled();
  expect(s.core.preview.hint).toMatchObject({ text: "into data, out of app", refused: false });
  expect(s.core.preview.hint?.lines).toEqual([
    expect.stringMatching(/^address: a new one.*, not 10\.20\.1\.12$/),
  ]);
  await s.key("Escape");
});

test("equal_gaps_snap_and_are_shown_and_ctrl_switches_that_off", async () => {
  const s = new Stage();
  s.core.setTool("insert", { kind: "bucket" });
  await s.press({ x: 856, y: 500 }).release();
  const third = s.selected[0]!;
  // 80 between the first two; from here on it would be 78.
  const y = 344 + 78 + s.box(third).h / 2;
  s.press(third).dragTo({ x: s.grip(third).x, y });
  expect(s.box(third).y + s.core.preview.moving!.dy).toBe(344 + 80);
  expect(s.core.preview.guides.some((guide) => guide.type === "gap")).toBe(true);
  s.dragTo({ x: s.grip(third).x, y }, { ctrl: true });
  expect(s.core.preview.guides).toEqual([]);
  await s.release({ ctrl: true });
  expect(s.box(third).y).toBe(344 + 78);
});

test("same_size_makes_room_in_the_container", async () => {
  const s = new Stage();
  await s.click("images");
  await s.press(s.corner("images", "se")).dragBy(200, 0).release();
  s.core.select({ resources: ["images", "scratch"] });
  COMMANDS["same-size"].run(s.core);
  await s.settled();
  expect(s.box("scratch").w).toBe(s.box("images").w);
  expect(contains(s.box("frankfurt"), s.box("scratch"))).toBe(true);
});

test("tidy_puts_what_lies_about_in_rows_with_equal_gaps", async () => {
  const s = new Stage();
  await s.press("scratch").dragTo({ x: 922, y: 195 }, { ctrl: true }).release({ ctrl: true });
  s.core.select({ resources: ["images", "scratch"] });
  COMMANDS.tidy.run(s.core);
  await s.settled();
  const [a, b] = [s.box("images"), s.box("scratch")];
  expect([b.y, b.x]).toEqual([a.y, a.x + a.w + 24]);
  expect(s.lastName).toBe("Tidy 2 shapes");
});

test("whatever_is_tidied_lies_on_nothing_that_is_tidied_with_it", () => {
  const box = fc.record({
    x: fc.integer({ min: -500, max: 500 }),
    y: fc.integer({ min: -500, max: 500 }),
    w: fc.integer({ min: 8, max: 300 }),
    h: fc.integer({ min: 8, max: 300 }),
  });
  fc.assert(
    fc.property(fc.array(box, { minLength: 2, maxLength: 20 }), (boxes) => {
      const moved = tidyShifts(boxes).map(({ dx, dy }, k): Box => {
        const b = boxes[k]!;
        return { ...b, x: b.x + dx, y: b.y + dy };
      });
      for (const [k, b] of moved.entries())
        for (const other of moved.slice(k + 1)) expect(touches(b, other)).toBe(false);
    }),
  );
});

test("a_container_that_grows_under_a_slow_drag_lets_go_of_what_is_dragged_out_of_it", async () => {
  const s = new Stage();
  s.press("app");
  for (let k = 0; k < 40; k++) s.dragBy(0, 4, { ctrl: true });
  expect(s.core.preview.hint?.text).toContain("into data");
  for (let k = 0; k < 60; k++) s.dragBy(0, 4, { ctrl: true });
  expect(s.core.preview.hint?.refused).toBe(true);
  expect(s.box("data-tier").h).toBe(128);
  await s.key("Escape");
});

async function locked(id: string): Promise<Stage> {
  const s = new Stage();
  await s.click(id);
  await s.key("Ctrl+Shift+l");
  s.edits.length = 0;
  return s;
}

test("what_is_locked_is_not_moved_resized_or_deleted_and_says_so_with_a_way_out", async () => {
  const s = await locked("app");
  expect(s.store.locked("app")).toBe(true);
  expect(s.core.handles().shape).toBe(-1);
  await s.press("app").dragBy(60, 0).release();
  for (const key of ["ArrowRight", "Alt+Shift+ArrowRight", "Delete"]) await s.key(key);
  expect(s.edits).toEqual([]);
  expect(new Set(s.notices)).toEqual(new Set(["App server is locked"]));
  s.offer?.take();
  await s.settled();
  expect(s.lastName).toBe("Unlock App server");
  await s.key("ArrowRight");
  expect(s.rect("app")?.[0]).toBe(368);
});

test("what_is_locked_goes_along_with_its_container_and_can_be_copied", async () => {
  const s = await locked("app");
  await s.press("app-tier").dragBy(0, 8, { ctrl: true }).release({ ctrl: true });
  expect(s.rect("app")?.[1]).toBe(296);
  await s.press("app", { alt: true }).dragBy(-120, 8, { alt: true }).release({ alt: true });
  expect(s.store.locked("app-2")).toBe(false);
  expect(s.rect("app")).toEqual([360, 296, 184, 56]);
});

test("of_several_only_those_that_are_not_locked_move", async () => {
  const s = await locked("images");
  await s.click("scratch", { shift: true });
  await s.press("scratch").dragBy(0, 40, { ctrl: true }).release({ ctrl: true });
  expect([s.rect("images")?.[1], s.rect("scratch")?.[1]]).toEqual([152, 328]);
});

test("a_locked_container_does_not_grow_and_the_drop_is_refused", async () => {
  const s = await locked("data-tier");
  s.press("orders").dragBy(0, 40, { ctrl: true });
  expect(s.core.preview.hint?.text).toBe("data is locked and cannot grow");
  await s.release({ ctrl: true });
  expect(s.edits).toEqual([]);
  expect(s.box("data-tier").h).toBe(128);
});

test("ctrl_shift_l_again_unlocks_and_is_one_named_act", async () => {
  const s = await locked("app");
  expect(COMMANDS.unlock.can(s.core)).toBe(true);
  await s.key("Ctrl+Shift+l");
  expect(s.lastName).toBe("Unlock App server");
  expect([s.store.locked("app"), COMMANDS.lock.can(s.core)]).toEqual([false, true]);
});
