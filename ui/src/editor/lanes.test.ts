import { expect, test } from "vitest";
import { Stage } from "./testing/stage";

/** The shop with two lanes: zone a under its left half, zone b under its right one. App server spans 360–544. */
async function shopInLanes(): Promise<Stage> {
  const s = new Stage();
  for (const x of [360, 600]) {
    s.core.setTool("insert", { kind: "zone" });
    await s.press({ x, y: 600 }).dragTo({ x, y: 320 }).release();
  }
  s.edits.length = 0;
  return s;
}

const zoneOf = (s: Stage, id: string) => s.store.resource(id)?.attributes?.zone;

test("a_lane_goes_from_top_to_bottom_of_its_region_and_takes_the_next_letter", async () => {
  const s = new Stage();
  const region = s.box("frankfurt");
  s.core.setTool("insert", { kind: "zone" });
  await s.press({ x: 360, y: 320 }).release();
  expect(s.store.resource("zone-a")).toMatchObject({ parent: "frankfurt", attributes: { letter: "a" } });
  expect(s.box("zone-a")).toEqual({ x: 264, y: region.y + 40, w: 200, h: region.h - 56 });
  expect(s.box("frankfurt")).toEqual(region);
  s.core.setTool("insert", { kind: "zone" });
  await s.press({ x: 600, y: 320 }).release();
  expect(s.store.resource("zone-b")?.attributes).toEqual({ letter: "b" });
});

test("what_lies_over_a_lane_is_clicked_through_it_and_the_lane_is_taken_by_its_label", async () => {
  const s = await shopInLanes();
  await s.click({ x: 640, y: 340 });
  expect(s.selected).toEqual(["app-tier"]);
  await s.click("app");
  expect(s.selected).toEqual(["app"]);
  const lane = s.box("zone-b");
  await s.click({ x: lane.x + lane.w / 2, y: lane.y });
  expect(s.selected).toEqual(["zone-b"]);
});

test("a_drop_into_a_lane_pins_to_its_zone_in_the_same_edit_and_says_so_before", async () => {
  const s = await shopInLanes();
  s.press("app").dragBy(120, 0, { ctrl: true });
  expect(s.core.preview.hint?.text).toBe("into zone b");
  expect(s.core.scene.ids[s.core.preview.target]).toBe("zone-b");
  await s.release({ ctrl: true });
  expect(zoneOf(s, "app")).toBe("b");
  expect(s.store.resource("app")?.parent).toBe("app-tier");
  expect(s.edits).toHaveLength(1);
  expect(s.lastName).toBe("Move App server into zone b");
  expect(s.said).toContain("moved App server into zone b");
});

test("into_another_tier_and_another_zone_at_once", async () => {
  const s = await shopInLanes();
  const tier = s.box("data-tier");
  s.press("app").dragTo({ x: 600, y: tier.y + 70 }, { ctrl: true });
  expect(s.core.preview.hint?.text).toBe("into data, out of app; into zone b");
  await s.release({ ctrl: true });
  expect([s.store.resource("app")?.parent, zoneOf(s, "app")]).toEqual(["data-tier", "b"]);
  expect(s.lastName).toBe("Move App server into data, into zone b");
});

test("what_leaves_its_lane_leaves_its_zone_but_a_zone_set_by_hand_stays", async () => {
  const s = await shopInLanes();
  await s.press("app").dragBy(120, 0, { ctrl: true }).release({ ctrl: true });
  s.press("app").dragBy(140, 0, { ctrl: true });
  expect(s.core.preview.hint?.text).toBe("out of its zone");
  await s.release({ ctrl: true });
  expect(s.store.resource("app")?.attributes).not.toHaveProperty("zone");

  const byHand = new Stage();
  const edit = { edit: "set-attribute", resource: "app", path: ["zone"], value: "b" } as const;
  await byHand.core.commit({ ...edit, path: [...edit.path] });
  await byHand.press("app").dragBy(40, 0, { ctrl: true }).release({ ctrl: true });
  expect(zoneOf(byHand, "app")).toBe("b");
});

test("a_new_server_and_a_copy_get_the_zone_of_the_lane_they_are_dropped_in", async () => {
  const s = await shopInLanes();
  s.core.setTool("insert", { kind: "server" });
  s.press({ x: 620, y: 330 });
  expect(s.core.preview.hint?.text).toBe("into app, into zone b");
  await s.release();
  expect(zoneOf(s, "server")).toBe("b");
  expect(s.lastName).toBe("Add server to app, into zone b");
  await s.press("app", { alt: true }).dragBy(120, 16, { alt: true, ctrl: true }).release({ alt: true });
  expect([zoneOf(s, "app"), zoneOf(s, "app-2")]).toEqual([undefined, "b"]);
});

test("moving_a_lane_pins_nothing", async () => {
  const s = await shopInLanes();
  const lane = s.box("zone-a");
  await s
    .press({ x: lane.x + lane.w / 2, y: lane.y })
    .dragBy(80, 0, { ctrl: true })
    .release({ ctrl: true });
  expect(s.box("zone-a").x).toBe(lane.x + 80);
  expect(zoneOf(s, "app")).toBeUndefined();
});
