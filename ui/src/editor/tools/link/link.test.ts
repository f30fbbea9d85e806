import { expect, test } from "vitest";
import { Stage } from "../../testing/stage";

test("the_link_tool_links_from_anywhere_on_a_shape", async () => {
  const s = new Stage();
  await s.key("l");
  expect(s.state).toBe("link.idle");
  await s.press("orders").dragTo("app").release();
  expect(s.notices.length + s.edits.length).toBe(1);
  await s.key("l");
  s.press("entry").dragTo("app");
  expect(s.core.scene.ids[s.core.preview.target]).toBe("app");
  await s.release();
  const made = Object.values(s.store.design().links).filter((l) => l.from === "entry" && l.to === "app");
  expect(made).toHaveLength(2);
  expect(s.core.selection.get().links).toHaveLength(1);
  expect(s.core.tool.get()).toBe("select");
});

test("the_plus_handle_draws_a_link_by_drag_and_asks_by_click", async () => {
  const s = new Stage();
  await s.click("app");
  await s.press(s.plus("app")).release();
  expect(s.inserts[0]?.linkFrom).toBe("app");
  expect(s.inserts[0]?.kinds).toContain("database");
  await s.press(s.plus("app")).dragTo("images").release();
  expect(s.lastName).toBe("Link App server → Images");
});

test("allowed_targets_are_lit_and_the_rest_says_why_not", async () => {
  const s = new Stage();
  await s.key("l");
  s.press("scratch").dragTo("images");
  const lit = [...s.core.preview.lit!].map((slot) => s.core.scene.ids[slot]);
  expect(lit).toContain("app");
  expect(lit).not.toContain("images");
  expect(s.core.preview.hint).toMatchObject({ text: "a volume cannot be linked to a bucket", refused: true });
  await s.release();
  expect(s.edits).toEqual([]);
  expect(s.notices).toEqual(["a volume cannot be linked to a bucket"]);
});

test("a_volume_is_attached_whichever_end_comes_first", async () => {
  const s = new Stage();
  await s.key("l");
  await s.press("app").dragTo("scratch").release();
  const links = Object.values(s.store.design().links).filter((l) => l.from === "scratch" && l.to === "app");
  expect(links).toHaveLength(2);
});

test("escape_drops_the_line", async () => {
  const s = new Stage();
  await s.key("l");
  s.press("entry").dragTo("app");
  await s.key("Escape");
  expect(s.core.preview.draft).toBeNull();
  await s.key("Escape");
  expect(s.core.tool.get()).toBe("select");
  expect(s.edits).toEqual([]);
});

test("a_link_can_be_made_by_keyboard_alone", async () => {
  const s = new Stage();
  await s.click("app");
  await s.key("l");
  await s.key("ArrowDown");
  expect(s.core.scene.ids[s.core.preview.draft!.target]).toBe("orders");
  await s.key("Enter");
  expect(s.lastName).toBe("Link App server → Orders");
});

test("ports_are_edited_in_place", async () => {
  const s = new Stage();
  const slot = s.core.scene.linkSlotOf.get("app-orders")!;
  const [x, y, , y2] = s.core.scene.route(slot);
  await s.doubleClick({ x: x!, y: (y! + y2!) / 2 });
  expect(s.text?.text).toBe("tcp/5432");
  s.text?.done("5432, udp/53");
  await s.settled();
  expect(s.store.link("app-orders")?.allow).toEqual(["tcp/5432", "udp/53"]);
});
