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

test("a_target_shows_its_ports_when_the_line_is_near_and_takes_a_drop_on_one", async () => {
  const s = new Stage();
  s.services.orders = [
    { name: "postgresql", ports: "tcp/5432" },
    { name: "metrics", ports: "tcp/9187" },
  ];
  await s.key("l");
  const b = s.box("orders");
  s.press("app").dragTo({ x: b.x + b.w / 2, y: b.y - 12 });
  await s.settled();
  const ports = s.core.preview.ports!;
  expect(ports.items.map((item) => item.text)).toEqual(["postgresql 5432", "metrics 9187"]);
  expect(s.core.preview.target).toBe(-1);
  const pill = ports.items[1]!.box;
  s.dragTo({ x: pill.x + pill.w / 2, y: pill.y + pill.h / 2 });
  expect(s.core.preview.hint).toMatchObject({ text: "link to Orders on metrics 9187", refused: false });
  await s.release();
  expect(Object.values(s.store.design().links).at(-1)).toEqual({
    from: "app",
    to: "orders",
    allow: ["metrics"],
  });
});

test("what_can_be_linked_and_why_not_is_said_aloud_once", async () => {
  const s = new Stage();
  await s.key("l");
  s.press("scratch").dragTo("images").dragBy(2, 0).dragTo("app");
  await s.settled();
  const said = s.said.filter((text) => text.includes("link") && !text.includes("subnet"));
  expect(said).toEqual(["a volume cannot be linked to a bucket", "link to App server"]);
});

test("a_container_says_why_not_at_its_header_and_lets_the_line_pass_through", async () => {
  const s = new Stage();
  await s.key("l");
  s.press("orders").dragTo("data-tier");
  expect(s.core.preview.hint?.text).toBe("a database cannot be linked to a subnet");
  const b = s.box("data-tier");
  s.dragTo({ x: b.x + 10, y: b.y + b.h - 6 });
  expect(s.core.preview.hint).toBeNull();
});

test("by_keyboard_a_digit_chooses_the_service", async () => {
  const s = new Stage();
  s.services.orders = [{ name: "postgresql", ports: "tcp/5432" }];
  await s.click("app");
  await s.key("l");
  await s.key("ArrowDown");
  expect(s.said.at(-1)).toBe("link to Orders, Enter links, 1 for postgresql");
  await s.key("1");
  await s.key("Enter");
  expect(Object.values(s.store.design().links).at(-1)?.allow).toEqual(["postgresql"]);
});

test("enter_on_a_link_edits_its_ports_with_completion_and_refuses_what_means_nothing", async () => {
  const s = new Stage();
  s.services.orders = [{ name: "postgresql", ports: "tcp/5432" }];
  s.core.select({ links: ["app-orders"] });
  await s.key("Enter");
  expect(s.text?.complete?.("", 0).entries).toEqual([{ text: "postgresql", hint: "tcp/5432" }]);
  expect(s.text?.check?.("99999")).toBe("ports go from 1 to 65535");
  expect(s.text?.check?.("postgresql, https")).toBeUndefined();
  s.text?.done("99999");
  await s.settled();
  expect(s.notices).toEqual(["ports go from 1 to 65535"]);
  s.text?.done("postgresql, https");
  await s.settled();
  expect(s.store.link("app-orders")?.allow).toEqual(["postgresql", "tcp/443"]);
  expect(s.lastName).toBe("Allow postgresql, tcp/443 from App server to Orders");
});

test("an_attachment_has_no_ports_to_edit", async () => {
  const s = new Stage();
  s.core.setJudgement({
    statuses: new Map(),
    summaries: new Map(),
    facts: new Map(),
    links: new Map([["scratch-app", { kind: "attachment", label: "", state: "unproven" }]]),
  });
  s.core.select({ links: ["scratch-app"] });
  await s.key("Enter");
  expect(s.text).toBeNull();
  expect(s.notices).toEqual(["an attachment has no ports"]);
});

test("parallel_links_fan_out_and_each_is_hit_by_itself", async () => {
  const s = new Stage();
  await s.key("l");
  await s.press("app").dragTo("orders").release();
  const { scene } = s.core;
  const slots = ["app-orders", "app-orders-2"].map((id) => scene.linkSlotOf.get(id)!);
  const [one, two] = slots.map((slot) => [...scene.route(slot)]);
  expect(two![0]! - one![0]!).toBe(16);
  for (const [k, slot] of slots.entries()) {
    const [x, y, , y2] = scene.route(slot);
    expect(s.core.hit({ x: x!, y: y! + (y2! - y!) * 0.85 })).toMatchObject({ on: "link", slot: slots[k] });
  }
  expect(scene.labelAt(slots[0]!).y).not.toBe(scene.labelAt(slots[1]!).y);
  await s.key("Delete");
  expect([...scene.route(slots[0]!)][0]).toBe((one![0]! + two![0]!) / 2);
});

test("a_label_stays_where_it_stood_while_its_line_bends_elsewhere", async () => {
  const s = new Stage();
  const { scene } = s.core;
  const slot = scene.linkSlotOf.get("app-orders")!;
  const before = scene.labelAt(slot);
  const { x, y } = before;
  const line = [x + 10, y - 40, x + 10, y + 40, x + 400, y + 40];
  s.core.setRoutes({ routes: { "app-orders": line }, pills: {}, partial: true });
  expect(scene.labelAt(slot)).toEqual({ x: before.x + 10, y: before.y });
});

test("arrows_bend_a_selected_link_and_straighten_takes_it_back", async () => {
  const s = new Stage();
  s.core.select({ links: ["entry-app"] });
  const { x, y } = s.core.scene.labelAt(s.core.scene.linkSlotOf.get("entry-app")!);
  await s.key("Alt+Shift+ArrowRight");
  await s.key("Alt+Shift+ArrowDown");
  const [[px, py]] = s.store.design().layout.links["entry-app"] as [[number, number]];
  expect(Math.abs(px - x - 8)).toBeLessThanOrEqual(4);
  expect(Math.abs(py - y - 8)).toBeLessThanOrEqual(4);
  expect(s.lastName).toBe("Bend Entry → App server");
});
