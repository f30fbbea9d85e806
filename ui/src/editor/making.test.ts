import { expect, test } from "vitest";
import { contains, touches } from "../geometry/box";
import { COMMANDS } from "./commands";
import { Stage, webShop } from "./testing/stage";

/** The pointer, over the drawing at a place in it. */
function point(s: Stage, x: number, y: number): void {
  const { camera } = s.core;
  const c = camera.get();
  s.core.pointerMove(s.core.info({ x: (x - c.x) * c.zoom, y: (y - c.y) * c.zoom }));
}

test("slash_asks_for_a_part_at_the_pointer_in_the_container_under_it", async () => {
  const s = new Stage();
  await s.click("images");
  point(s, 620, 460);
  await s.key("/");
  expect(s.inserts[0]).toMatchObject({ parent: "data-tier", world: { x: 620, y: 460 } });
  expect(s.inserts[0]?.kinds).toContain("server");
});

test("with_the_pointer_elsewhere_a_part_goes_beside_what_is_selected", async () => {
  const s = new Stage();
  await s.click("app");
  s.core.pointerLeft();
  await s.key("/");
  expect(s.inserts[0]).toMatchObject({ parent: "app-tier", world: { x: 452, y: 400 } });
});

test("after_walking_by_keys_it_is_the_selected_shape_that_points", async () => {
  const s = new Stage();
  point(s, 900, 500);
  await s.click("entry");
  await s.key("Alt+ArrowRight");
  await s.key("/");
  expect(s.inserts[0]?.parent).toBe("web-tier");
});

test("a_plus_comes_with_the_pointer_and_offers_only_what_can_be_linked_and_stand_there", async () => {
  const s = new Stage();
  const b = s.box("app");
  point(s, b.x + 40, b.y + 20);
  expect(s.core.handles()).toMatchObject({ shape: -1, plus: [s.core.scene.slotOf.get("app")] });
  await s.click(s.plus("app"));
  const [asked] = s.inserts;
  expect(asked).toMatchObject({ linkFrom: "app", parent: "app-tier", only: true });
  expect(asked?.kinds).toContain("database");
  expect(asked?.kinds).toContain("bucket");
  expect(asked?.kinds).not.toContain("region");
});

test("the_plus_stays_on_the_way_from_the_shape_to_it_and_goes_beside_it", () => {
  const s = new Stage();
  const b = s.box("app");
  point(s, b.x + b.w / 2, b.y + b.h - 4);
  point(s, b.x + b.w / 2, b.y + b.h + 3);
  expect(s.core.handles().plus).toHaveLength(1);
  point(s, b.x + b.w / 2 + 60, b.y + b.h + 8);
  expect(s.core.handles().plus).toHaveLength(0);
});

test("the_plus_of_a_container_offers_what_may_stand_in_it", async () => {
  const s = new Stage();
  await s.click("app-tier");
  await s.click(s.plus("app-tier"));
  const [asked] = s.inserts;
  expect(asked).toMatchObject({ parent: "app-tier", only: true });
  expect(asked?.linkFrom).toBeUndefined();
  expect(asked?.kinds).toContain("server");
  expect(asked?.kinds).not.toContain("subnet");
});

test("a_note_has_no_plus_because_nothing_can_be_linked_with_it", async () => {
  const s = new Stage();
  s.core.setTool("note");
  await s.press({ x: -60, y: 500 }).release();
  expect(s.selected).toEqual(["note"]);
  expect(s.core.handles().plus).toEqual([]);
});

test("a_locked_tool_stays_after_use_and_escape_puts_it_down", async () => {
  const s = new Stage();
  await s.key("q");
  expect(s.said).toContain("tools stay until Escape");
  await s.key("l");
  await s.press("app").dragTo("images").release();
  expect(s.core.tool.get()).toBe("link");
  await s.key("Escape");
  expect(s.core.tool.get()).toBe("select");
  await s.key("q");
  await s.key("l");
  await s.press("entry").dragTo("images").release();
  expect(s.core.tool.get()).toBe("select");
});

test("ctrl_arrow_grows_a_sibling_of_the_same_size_and_a_container_grows_one_too", async () => {
  const s = new Stage();
  await s.click("data-tier");
  await s.key("Ctrl+ArrowDown");
  expect(s.store.resource("subnet")).toMatchObject({ kind: "subnet", parent: "shop" });
  expect([s.box("subnet").w, s.box("subnet").h]).toEqual([s.box("data-tier").w, s.box("data-tier").h]);
  expect(touches(s.box("subnet"), s.box("data-tier"))).toBe(false);
  expect(contains(s.box("shop"), s.box("subnet"))).toBe(true);
});

test("a_part_that_is_made_out_of_sight_is_brought_into_view", async () => {
  const s = new Stage();
  s.core.camera.set({ x: 4000, y: 4000, zoom: 1 });
  await s.click({ x: 4300, y: 4300 });
  s.core.select({ resources: ["orders"] });
  s.core.pointerLeft();
  await s.key("Ctrl+ArrowRight");
  const { x, y } = s.core.camera.get();
  expect(contains({ x, y, w: 1200, h: 800 }, s.box("database"))).toBe(true);
});

test("titles_are_not_doubled_by_copies_or_by_parts_of_the_same_kind", async () => {
  const s = new Stage();
  s.core.setTool("insert", { kind: "server", lock: true });
  await s.press({ x: 640, y: 330 }).release();
  await s.press({ x: 640, y: 470 }).release();
  await s.key("Escape");
  expect([s.store.title("server"), s.store.title("server-2")]).toEqual(["Server", "Server 2"]);
  await s.click("server-2");
  await s.key("Ctrl+d");
  expect(s.store.title(s.selected[0]!)).toBe("Server 3");
});

test("a_copied_door_leads_to_the_copied_bucket", async () => {
  const s = new Stage();
  s.core.select({ resources: ["images", "images-door"] });
  await s.key("Ctrl+d");
  expect(s.store.resource("images-door-2")?.attributes?.target).toBe("images-2");
});

test("deleting_what_intents_name_says_how_many_went_and_offers_undo", async () => {
  const s = new Stage();
  await s.click("data-tier");
  await s.key("Delete");
  expect(s.notices).toEqual(["deleted data with the one thing in it, and the 3 intents that named it"]);
  expect(s.offer?.title).toBe("Undo");
  s.offer?.take();
  expect(s.commands).toEqual(["undo"]);
});

test("the_undo_of_a_deletion_takes_nothing_else_back", async () => {
  const s = new Stage();
  await s.click("data-tier");
  await s.key("Delete");
  const { offer } = s;
  await s.click("images");
  await s.key("ArrowDown");
  offer?.take();
  expect(s.commands).toEqual([]);
  expect(s.notices.at(-1)).toContain("undo goes back step by step");
});

test("same_tag_selects_all_that_say_it_with_the_same_value", async () => {
  const design = webShop();
  for (const [id, owner] of Object.entries({ app: "shop", orders: "shop", images: "web" }))
    design.resources[id] = { ...design.resources[id]!, tags: { owner } };
  const s = new Stage(design);
  await s.click("entry");
  expect(COMMANDS["select-same-tag"].can(s.core)).toBe(false);
  await s.click("app");
  COMMANDS["select-same-tag"].run(s.core);
  expect(s.selected).toEqual(["app", "orders"]);
});

test("same_kind_and_connected_take_what_they_say", async () => {
  const s = new Stage();
  await s.click("app-tier");
  COMMANDS["select-same-kind"].run(s.core);
  expect([...s.selected].sort()).toEqual(["app-tier", "data-tier", "web-tier"]);
  await s.click("app");
  COMMANDS["select-connected"].run(s.core);
  expect(s.selected).toContain("orders");
  expect(s.selected).not.toContain("way-out");
});
