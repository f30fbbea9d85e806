import { expect, test } from "vitest";
import { contains, type Point, touches } from "../../../geometry/box";
import { toScreen } from "../../camera";
import { insertAt } from "../../insert";
import { Stage } from "../../testing/stage";

const hold = (s: Stage, world: Point) =>
  s.core.pointerMove(s.core.info(toScreen(s.core.camera.get(), world)));

test("the_ghost_has_the_true_size_and_says_where_it_goes", () => {
  const s = new Stage();
  s.core.setTool("insert", { kind: "server" });
  s.core.pointerMove(s.core.info({ x: 640 + 100, y: 320 + 100 }));
  expect(s.core.preview.ghost).toMatchObject({ kind: "server", allowed: true, box: { w: 184, h: 56 } });
  expect(s.core.scene.ids[s.core.preview.target]).toBe("app-tier");
  expect(s.core.preview.hint?.text).toBe("into app");
});

test("a_drop_makes_the_resource_in_the_container_and_selects_it", async () => {
  const s = new Stage();
  s.core.setTool("insert", { kind: "server" });
  await s.press({ x: 640, y: 330 }).release();
  expect(s.store.resource("server")).toMatchObject({ kind: "server", parent: "app-tier" });
  expect(s.selected).toEqual(["server"]);
  expect(s.core.tool.get()).toBe("select");
  expect(s.lastName).toBe("Add server to app");
});

test("a_bucket_dropped_on_a_subnet_goes_to_the_region", async () => {
  const s = new Stage();
  s.core.setTool("insert", { kind: "bucket" });
  await s.press({ x: 640, y: 330 }).release();
  expect(s.store.resource("bucket")?.parent).toBe("frankfurt");
});

test("a_kind_that_can_stand_nowhere_here_is_refused_with_the_reason", async () => {
  const s = new Stage();
  s.core.setTool("insert", { kind: "server" });
  await s.press({ x: -60, y: 600 }).release();
  expect(s.edits).toEqual([]);
  expect(s.notices).toEqual(["a server has to stand in a subnet"]);
});

test("a_locked_tool_stays_in_hand", async () => {
  const s = new Stage();
  s.core.setTool("insert", { kind: "server", lock: true });
  await s.press({ x: 640, y: 330 }).release();
  await s.press({ x: 640, y: 470 }).release();
  expect(s.store.resource("server-2")?.parent).toBe("data-tier");
  expect(s.core.tool.get()).toBe("insert");
  await s.key("Escape");
  expect(s.core.tool.get()).toBe("select");
});

test("two_shapes_never_land_on_each_other", async () => {
  const s = new Stage();
  await insertAt(s.core, "server", { x: 640, y: 320 }, {});
  await insertAt(s.core, "server", { x: 640, y: 320 }, {});
  const [x, y] = s.rect("server")!;
  const [x2, y2] = s.rect("server-2")!;
  expect(Math.abs(x - x2) >= 184 || Math.abs(y - y2) >= 56).toBe(true);
});

test("an_added_shape_is_linked_in_the_same_edit", async () => {
  const s = new Stage();
  await insertAt(s.core, "database", { x: 620, y: 450 }, { linkFrom: "app" });
  expect(s.edits).toHaveLength(1);
  expect(s.store.link("app-database")).toMatchObject({ from: "app", to: "database" });
});

test("a_subnet_on_a_region_is_refused_and_a_network_for_it_is_offered", async () => {
  const s = new Stage();
  s.core.setTool("insert", { kind: "subnet" });
  await s.press({ x: 880, y: 460 }).release();
  expect(s.notices).toEqual(["a subnet has to stand in a network"]);
  expect(s.edits).toEqual([]);
  expect(s.offer?.title).toBe("Make a network for it");
  s.offer?.take();
  await s.settled();
  expect(s.edits).toHaveLength(1);
  expect(s.lastName).toBe("Add network with subnet");
  expect(s.store.resource("network")).toMatchObject({ kind: "network", parent: "frankfurt" });
  expect(s.store.resource("subnet")).toMatchObject({ kind: "subnet", parent: "network" });
  expect(contains(s.box("network"), s.box("subnet"))).toBe(true);
  expect(contains(s.box("frankfurt"), s.box("network"))).toBe(true);
  expect(touches(s.box("network"), s.box("shop"))).toBe(false);
  expect(s.selected).toEqual(["subnet"]);
});

test("a_server_on_empty_ground_is_offered_all_that_it_needs_around_it", async () => {
  const s = new Stage();
  s.core.setTool("insert", { kind: "server" });
  await s.press({ x: -60, y: 500 }).release();
  expect(s.offer?.title).toBe("Make a network and a subnet for it");
});

test("a_bucket_on_a_subnet_goes_to_the_region_and_a_door_to_it_is_offered", async () => {
  const s = new Stage();
  s.core.setTool("insert", { kind: "bucket" });
  await s.press({ x: 640, y: 330 }).release();
  expect(s.notices).toEqual(["a bucket lives in the region, not in a subnet"]);
  expect(s.offer?.title).toBe("Add a private end point in app");
  s.offer?.take();
  await s.settled();
  expect(s.store.resource("bucket-door")).toMatchObject({
    kind: "private-endpoint",
    parent: "app-tier",
    title: "Bucket door",
    attributes: { target: "bucket" },
  });
  expect(contains(s.box("app-tier"), s.box("bucket-door"))).toBe(true);
});

test("a_new_part_aligns_with_what_is_near_and_stands_where_its_ghost_stood", async () => {
  const s = new Stage();
  const [x, y, w, h] = s.rect("orders")!;
  // Off the grid, which would hold it elsewhere.
  s.elsewhere({ edit: "set-layout", resources: { orders: [x + 3, y, w, h] } });
  s.core.setTool("insert", { kind: "server" });
  const at = { x: x + 92 + 4, y: s.box("app-tier").y + 80 };
  hold(s, at);
  const { ghost, guides } = s.core.preview;
  expect(ghost?.box.x).toBe(x + 3);
  expect(guides.some((g) => g.axis === "x" && g.type === "line")).toBe(true);
  await s.press(at).release();
  expect(s.box("server").x).toBe(x + 3);
  expect(s.core.preview.guides).toEqual([]);
});

test("control_frees_a_new_part_of_lines_and_grid_at_once", () => {
  const s = new Stage();
  const orders = s.box("orders");
  s.core.setTool("insert", { kind: "server" });
  hold(s, { x: orders.x + 92 + 3, y: 333 });
  expect(s.core.preview.guides).not.toEqual([]);
  const key = { key: "Control", shift: false, ctrl: true, alt: false };
  s.core.key({ ...key, down: true });
  expect(s.core.preview.guides).toEqual([]);
  expect(s.core.preview.ghost?.box).toMatchObject({ x: orders.x + 3, y: 305 });
  s.core.key({ ...key, down: false });
  expect(s.core.preview.ghost?.box.x).toBe(orders.x);
});
