import { describe, expect, test } from "vitest";
import { Stage, webShop } from "../../testing/stage";

describe("selecting", () => {
  test("a_click_selects_a_shape_and_a_click_beside_it_selects_nothing", async () => {
    const s = new Stage();
    await s.click("app");
    expect(s.selected).toEqual(["app"]);
    await s.click({ x: -60, y: -60 });
    expect(s.selected).toEqual([]);
  });

  test("shift_click_adds_and_takes_away", async () => {
    const s = new Stage();
    await s.click("app");
    await s.click("orders", { shift: true });
    expect(s.selected).toEqual(["app", "orders"]);
    await s.click("app", { shift: true });
    expect(s.selected).toEqual(["orders"]);
  });

  test("a_click_inside_a_container_selects_the_container", async () => {
    const s = new Stage();
    await s.click({ x: 640, y: 340 });
    expect(s.selected).toEqual(["app-tier"]);
  });

  test("a_band_to_the_right_takes_what_it_encloses", async () => {
    const s = new Stage();
    await s.press({ x: 210, y: 280 }).dragTo({ x: 560, y: 360 }).release();
    expect(s.selected).toEqual(["app"]);
    await s.press({ x: 210, y: 280 }).dragTo({ x: 400, y: 360 }).release();
    expect(s.selected).toEqual([]);
  });

  test("a_band_to_the_left_takes_what_it_touches", async () => {
    const s = new Stage();
    await s.press({ x: 700, y: 350 }).dragTo({ x: 500, y: 300 }).release();
    expect(s.selected).toEqual(["app"]);
    expect(s.state).toBe("select.idle");
    expect(s.edits).toEqual([]);
  });

  test("a_band_that_still_moves_marks_what_it_takes_and_selects_nothing_yet_and_escape_ends_it", async () => {
    const s = new Stage();
    await s.click("entry");
    let told = 0;
    s.core.selection.subscribe(() => told++);
    s.press({ x: 210, y: 280 }).dragTo({ x: 560, y: 360 });
    expect(s.core.marked().resources).toEqual(["app"]);
    expect(s.selected).toEqual(["entry"]);
    expect(told).toBe(0);
    await s.key("Escape");
    expect(s.selected).toEqual(["entry"]);
    expect(s.core.preview.band).toBeNull();
  });

  test("ctrl_a_selects_everything_and_escape_nothing", async () => {
    const s = new Stage();
    await s.key("Ctrl+a");
    expect(s.selected).toHaveLength(13);
    await s.key("Escape");
    expect(s.selected).toEqual([]);
  });

  test("a_click_on_a_line_selects_the_link", async () => {
    const s = new Stage();
    const slot = s.core.scene.linkSlotOf.get("scratch-app")!;
    const [x, y, x2] = s.core.scene.route(slot);
    await s.click({ x: (x! + x2!) / 2 + 20, y: y! });
    expect(s.core.selection.get().links).toEqual(["scratch-app"]);
  });
});

describe("moving", () => {
  test("delete_in_the_middle_of_a_drag_deletes_and_the_drag_is_over", async () => {
    const s = new Stage();
    await s.click("app");
    s.press("app").dragBy(80, 40);
    expect(s.state).toBe("select.translating");
    // As the app's own list of shortcuts does.
    const { COMMANDS } = await import("../../commands");
    COMMANDS.delete.run(s.core);
    s.dragBy(20, 20);
    await s.release();
    expect(s.state).toBe("select.idle");
    expect(s.store.resource("app")).toBeUndefined();
    expect(s.edits).toHaveLength(1);
    expect(s.core.preview.moving).toBeFalsy();
  });

  test("what_is_dragged_and_taken_away_elsewhere_ends_the_drag", async () => {
    const s = new Stage();
    s.press("app").dragBy(80, 40);
    s.elsewhere({ edit: "remove-resources", ids: ["app"] });
    s.dragBy(20, 20);
    await s.release();
    expect(s.edits).toEqual([]);
    expect(s.state).toBe("select.idle");
  });

  test("a_drag_moves_a_shape_by_grid_steps_in_one_edit", async () => {
    const s = new Stage();
    await s.press("app").dragBy(-61, 3, { ctrl: false }).release();
    expect(s.edits).toHaveLength(1);
    expect(s.lastName).toBe("Move App server");
    const [x, y] = s.rect("app")!;
    expect(y).toBe(288);
    expect(Math.abs(x - 299)).toBeLessThanOrEqual(6);
  });

  test("with_ctrl_nothing_snaps", async () => {
    const s = new Stage();
    await s.press("app").dragBy(-61, 3, { ctrl: true }).release({ ctrl: true });
    expect(s.rect("app")).toEqual([299, 291, 184, 56]);
  });

  test("the_document_is_untouched_until_the_release", () => {
    const s = new Stage();
    s.press("app").dragBy(-80, 0);
    expect(s.rect("app")).toEqual([360, 288, 184, 56]);
    expect(s.core.preview.moving).not.toBeNull();
    expect(s.edits).toEqual([]);
  });

  test("escape_ends_a_drag_without_a_trace", async () => {
    const s = new Stage();
    s.press("app").dragBy(0, 150);
    await s.key("Escape");
    expect(s.edits).toEqual([]);
    expect(s.core.preview.moving).toBeNull();
    expect([...s.core.scene.hidden].some((h) => h === 1)).toBe(false);
    await s.release();
    expect(s.edits).toEqual([]);
  });

  test("a_container_takes_along_what_it_holds", async () => {
    const s = new Stage();
    await s.press("app-tier").dragBy(0, 8, { ctrl: true }).release({ ctrl: true });
    expect(s.rect("app-tier")).toEqual([200, 248, 536, 128]);
    expect(s.rect("app")).toEqual([360, 296, 184, 56]);
    expect(s.rect("orders")).toEqual([360, 432, 184, 56]);
  });

  test("dropping_a_server_into_another_tier_moves_it_there_and_says_so_before", async () => {
    const s = new Stage();
    s.press("app").dragTo({ x: 620, y: 460 });
    expect(s.core.preview.hint?.text).toBe("into data, out of app");
    expect(s.core.scene.ids[s.core.preview.target]).toBe("data-tier");
    await s.release();
    expect(s.store.resource("app")?.parent).toBe("data-tier");
    expect(s.lastName).toBe("Move App server into data");
    expect(s.said).toContain("moved App server to subnet data");
  });

  test("a_server_dropped_outside_every_subnet_is_refused_with_the_reason", async () => {
    const s = new Stage();
    s.press("app").dragTo({ x: -60, y: 500 });
    expect(s.core.preview.hint?.refused).toBe(true);
    await s.release();
    expect(s.edits).toEqual([]);
    expect(s.notices).toEqual(["a server has to stand in a subnet"]);
    expect(s.box("app")).toEqual({ x: 360, y: 288, w: 184, h: 56 });
  });

  test("a_bucket_over_a_subnet_stays_in_the_region", async () => {
    const s = new Stage();
    await s.press("images").dragTo({ x: 640, y: 340 }).release();
    expect(s.store.resource("images")?.parent).toBe("frankfurt");
  });

  test("a_container_grows_when_its_content_comes_near_the_edge", async () => {
    const s = new Stage();
    s.press("app").dragBy(150, 36, { ctrl: true });
    await s.release({ ctrl: true });
    const [x, y, w, h] = s.rect("app-tier")!;
    const [ax, ay] = s.rect("app")!;
    expect(x + w).toBeGreaterThanOrEqual(ax + 184 + 16);
    expect(y + h).toBeGreaterThanOrEqual(ay + 56 + 16);
    expect(s.store.resource("app")?.parent).toBe("app-tier");
  });

  test("a_container_that_would_grow_is_itself_again_after_escape", async () => {
    const s = new Stage();
    s.press("app").dragBy(200, 36, { ctrl: true });
    expect(s.box("app-tier").w).toBeGreaterThan(536);
    await s.key("Escape");
    expect(s.box("app-tier")).toEqual({ x: 200, y: 240, w: 536, h: 128 });
  });

  test("a_refused_edit_puts_the_shape_back_and_says_why", async () => {
    const s = new Stage();
    s.refuse = "the design is locked";
    await s.press("app").dragBy(-80, 0).release();
    expect(s.notices).toEqual(["the design is locked"]);
    expect(s.core.preview.moving).toBeNull();
    expect(s.box("app").x).toBe(360);
  });

  test("alt_drag_duplicates_with_inner_links_and_fresh_ids", async () => {
    const s = new Stage();
    await s.click("app");
    await s.click("orders", { shift: true });
    await s.press("app", { alt: true }).dragBy(-120, 8, { alt: true }).release({ alt: true });
    expect(s.selected).toEqual(["app-2", "orders-2"]);
    expect(s.store.link("app-orders-2")).toMatchObject({ from: "app-2", to: "orders-2" });
    expect(s.rect("app")).toEqual([360, 288, 184, 56]);
    expect(s.store.resource("app-2")?.title).toBe("App server 2");
    const { intents } = s.store.design();
    const copies = Object.keys(intents).filter((id) => !(id in webShop().intents));
    expect(copies).toEqual(["only-app-reaches-orders-2"]);
    expect(intents["only-app-reaches-orders-2"]).toEqual({
      ...intents["only-app-reaches-orders"],
      from: "app-2",
      to: "orders-2",
    });
  });

  test("alt_drag_into_another_tier_makes_the_copy_there_and_the_tier_grows_in_the_same_edit", async () => {
    const s = new Stage();
    const tier = s.box("data-tier");
    s.press("app", { alt: true }).dragTo({ x: 620, y: tier.y + tier.h - 12 }, { alt: true, ctrl: true });
    expect(s.core.preview.hint?.text).toBe("into data, out of app");
    expect(s.box("data-tier").h).toBeGreaterThan(tier.h);
    await s.release({ alt: true, ctrl: true });
    expect(s.store.resource("app-2")?.parent).toBe("data-tier");
    expect(s.store.resource("app")?.parent).toBe("app-tier");
    expect(s.edits).toHaveLength(1);
    expect(s.lastName).toBe("Duplicate App server into data");
    expect(s.said).toContain("duplicated App server to subnet data");
    const [, y, , h] = s.rect("app-2")!;
    const [, top, , height] = s.rect("data-tier")!;
    expect(top + height).toBeGreaterThanOrEqual(y + h + 16);
  });

  test("a_refused_copy_leaves_the_tier_as_it_was", async () => {
    const s = new Stage();
    const tier = s.box("data-tier");
    s.refuse = "the design is locked";
    s.press("app", { alt: true }).dragTo({ x: 620, y: tier.y + tier.h - 12 }, { alt: true, ctrl: true });
    await s.release({ alt: true, ctrl: true });
    expect(s.notices).toEqual(["the design is locked"]);
    expect(s.box("data-tier")).toEqual(tier);
  });

  test("guides_align_with_a_neighbour_and_show_a_line", () => {
    const s = new Stage();
    s.press("app").dragBy(-118, 0);
    const { moving, guides } = s.core.preview;
    expect(360 + moving!.dx).toBe(240);
    expect(guides.some((g) => g.axis === "x" && g.type === "line")).toBe(true);
  });

  test("arrows_nudge_by_the_grid_and_finely_with_shift", async () => {
    const s = new Stage();
    await s.click("app");
    await s.key("ArrowRight");
    expect(s.rect("app")).toEqual([368, 288, 184, 56]);
    await s.key("Shift+ArrowUp");
    expect(s.rect("app")).toEqual([368, 287, 184, 56]);
  });
});

describe("resizing and panning by keys", () => {
  test("alt_shift_arrows_move_the_lower_right_corner_and_the_container_grows", async () => {
    const s = new Stage();
    await s.click("app");
    await s.key("Alt+Shift+ArrowRight");
    expect(s.rect("app")).toEqual([360, 288, 192, 56]);
    expect(s.lastName).toBe("Resize App server");
    for (let k = 0; k < 30; k++) await s.key("Alt+Shift+ArrowRight");
    const [x, , w] = s.rect("app-tier")!;
    expect(x + w).toBe(360 + 184 + 31 * 8 + 16);
  });

  test("a_side_moves_alone_of_what_is_selected", async () => {
    const s = new Stage();
    await s.click("images");
    await s
      .press({ x: 784 + 144 + 3, y: 170 })
      .dragBy(40, 16)
      .release();
    expect(s.rect("images")).toEqual([784, 152, 184, 56]);
    await s
      .press({ x: 800, y: 152 + 2 })
      .dragBy(24, -16)
      .release();
    expect(s.rect("images")).toEqual([784, 136, 184, 72]);
  });

  test("a_side_of_what_is_not_selected_moves_the_whole", async () => {
    const s = new Stage();
    const { x, y, w, h } = s.box("data-tier");
    await s
      .press({ x: x + w - 2, y: y + h / 2 })
      .dragBy(0, 16, { ctrl: true })
      .release({ ctrl: true });
    expect(s.box("data-tier")).toMatchObject({ w, h, y: y + 16 });
  });

  test("of_what_is_small_on_the_screen_all_is_left_to_move_it_by", () => {
    const s = new Stage();
    s.core.select({ resources: ["images"] });
    const side = { x: 784 + 144, y: 180 };
    expect(s.core.hit(side)).toMatchObject({ on: "grip", grip: "e" });
    s.core.camera.set({ ...s.core.camera.get(), zoom: 0.5 });
    expect(s.core.hit({ ...side, x: side.x - 2 }).on).toBe("shape");
  });

  test("a_container_never_becomes_smaller_than_what_it_holds_by_keys_either", async () => {
    const s = new Stage();
    await s.click("app-tier");
    for (let k = 0; k < 40; k++) await s.key("Alt+Shift+ArrowLeft");
    const [x, , w] = s.rect("app-tier")!;
    expect(x + w).toBe(560);
  });

  test("page_keys_pan_whatever_is_selected_and_arrows_pan_with_the_hand", async () => {
    const s = new Stage();
    await s.click("app");
    const { x, y } = s.core.camera.get();
    await s.key("PageDown");
    await s.key("Shift+PageDown");
    expect(s.core.camera.get()).toMatchObject({ x: x + 600, y: y + 400 });
    await s.key("h");
    await s.key("ArrowLeft");
    expect(s.core.camera.get().x).toBe(x + 600 - 64);
    expect(s.edits).toEqual([]);
  });
});

describe("keys faster than the core", () => {
  test("every_press_of_an_arrow_counts_and_those_that_wait_go_in_one_edit", async () => {
    const s = new Stage();
    await s.click("app");
    s.slow = true;
    for (let k = 0; k < 5; k++) await s.key("ArrowRight");
    await s.key("ArrowDown");
    await s.patches();
    expect(s.rect("app")).toEqual([400, 296, 184, 56]);
    expect(s.edits).toHaveLength(2);
  });

  test("an_arrow_after_another_shape_was_selected_moves_that_one", async () => {
    const s = new Stage();
    await s.click("app");
    s.slow = true;
    await s.key("ArrowRight");
    await s.key("ArrowRight");
    s.core.select({ resources: ["orders"] });
    await s.key("ArrowLeft");
    await s.patches();
    expect([s.rect("app")?.[0], s.rect("orders")?.[0]]).toEqual([376, 352]);
  });

  test("ctrl_d_twice_makes_two_copies_and_delete_twice_deletes_once", async () => {
    const s = new Stage();
    await s.click("images");
    s.slow = true;
    await s.key("Ctrl+d");
    await s.key("Ctrl+d");
    await s.patches();
    expect(s.selected).toEqual(["images-3"]);
    expect(s.rect("images-3")?.slice(0, 2)).toEqual([784 + 48, 152 + 48]);
    await s.key("Delete");
    await s.key("Delete");
    await s.patches();
    expect([s.store.resource("images-3"), s.notices]).toEqual([undefined, []]);
  });

  test("ctrl_arrow_twice_grows_two_siblings_in_a_row", async () => {
    const s = new Stage();
    await s.click("app");
    s.slow = true;
    await s.key("Ctrl+ArrowLeft");
    await s.key("Ctrl+ArrowLeft");
    await s.patches();
    expect(s.store.link("app-server")).toMatchObject({ from: "app", to: "server" });
    expect(s.store.link("server-server-2")).toMatchObject({ from: "server", to: "server-2" });
  });
});

describe("resizing", () => {
  test("a_corner_resizes_and_the_opposite_one_stays", async () => {
    const s = new Stage();
    await s.click("images");
    await s.press(s.corner("images", "se")).dragBy(40, 16).release();
    expect(s.rect("images")).toEqual([784, 152, 184, 72]);
    expect(s.lastName).toBe("Resize Images");
  });

  test("a_container_never_becomes_smaller_than_what_it_holds", async () => {
    const s = new Stage();
    await s.click("app-tier");
    await s.press(s.corner("app-tier", "se")).dragBy(-500, -100).release();
    const [x, y, w, h] = s.rect("app-tier")!;
    expect(x + w).toBe(560);
    expect(y + h).toBe(360);
  });

  test("escape_puts_the_size_back", async () => {
    const s = new Stage();
    await s.click("images");
    s.press(s.corner("images", "se")).dragBy(40, 16);
    await s.key("Escape");
    expect(s.box("images")).toEqual({ x: 784, y: 152, w: 144, h: 56 });
    expect(s.edits).toEqual([]);
  });
});

describe("text and keys", () => {
  test("a_double_click_on_empty_canvas_asks_what_to_add", async () => {
    const s = new Stage();
    await s.doubleClick({ x: -60, y: 500 });
    expect(s.inserts).toHaveLength(1);
    expect(s.inserts[0]?.parent).toBeNull();
    expect(s.inserts[0]?.kinds).toContain("region");
    expect(s.inserts[0]?.kinds).not.toContain("server");
  });

  test("a_double_click_inside_a_subnet_offers_what_can_stand_there", async () => {
    const s = new Stage();
    await s.doubleClick({ x: 640, y: 340 });
    expect(s.inserts[0]?.parent).toBe("app-tier");
    expect(s.inserts[0]?.kinds).toContain("server");
    expect(s.inserts[0]?.kinds).not.toContain("region");
  });

  test("f2_renames_in_place", async () => {
    const s = new Stage();
    await s.click("app");
    await s.key("F2");
    expect(s.text?.text).toBe("App server");
    s.text?.done("Front");
    await s.settled();
    expect(s.store.resource("app")?.title).toBe("Front");
    expect(s.core.scene.title[s.core.scene.slotOf.get("app")!]).toBe("Front × 2");
  });

  test("delete_removes_shapes_with_their_links", async () => {
    const s = new Stage();
    await s.click("app");
    await s.key("Delete");
    expect(s.store.resource("app")).toBeUndefined();
    expect(s.store.link("app-orders")).toBeUndefined();
    expect(s.lastName).toBe("Delete App server");
    expect(s.selected).toEqual([]);
  });

  test("undo_redo_copy_and_paste_are_the_hosts", async () => {
    const s = new Stage();
    for (const k of ["Ctrl+z", "Ctrl+y", "Ctrl+Shift+z", "Ctrl+c", "Ctrl+v", "Ctrl+x"]) await s.key(k);
    expect(s.commands).toEqual(["undo", "redo", "redo", "copy", "paste", "cut"]);
  });

  test("ctrl_d_repeats_the_last_offset", async () => {
    const s = new Stage();
    await s.click("images");
    await s
      .press("images", { alt: true })
      .dragBy(0, 256, { alt: true, ctrl: true })
      .release({ alt: true, ctrl: true });
    expect(s.selected).toEqual(["images-2"]);
    await s.key("Ctrl+d");
    expect(s.selected).toEqual(["images-3"]);
    expect(s.rect("images-3")![1] - s.rect("images-2")![1]).toBe(s.rect("images-2")![1] - 152);
  });

  test("alt_arrow_walks_to_the_nearest_shape_in_that_direction", async () => {
    const s = new Stage();
    await s.click("entry");
    await s.key("Alt+ArrowRight");
    expect(s.selected).toEqual(["way-out"]);
    expect(s.edits).toEqual([]);
  });

  test("ctrl_arrow_grows_a_linked_sibling", async () => {
    const s = new Stage();
    await s.click("app");
    await s.key("Ctrl+ArrowLeft");
    expect(s.selected).toEqual(["server"]);
    expect(s.store.resource("server")).toMatchObject({ kind: "server", parent: "app-tier" });
    expect(s.store.link("app-server")).toMatchObject({ from: "app", to: "server" });
    expect(s.rect("server")![0]).toBeLessThan(360 - 184);
    expect(s.edits).toHaveLength(1);
  });

  test("enter_goes_into_a_container_and_shift_enter_out", async () => {
    const s = new Stage();
    await s.click("data-tier");
    await s.key("Enter");
    expect(s.selected).toEqual(["orders"]);
    await s.key("Shift+Enter");
    expect(s.selected).toEqual(["data-tier"]);
    await s.key("Enter");
    await s.key("Enter");
    expect(s.inspected).toEqual(["orders"]);
  });

  test("a_read_only_design_can_be_looked_at_but_not_changed", async () => {
    const s = new Stage();
    s.core.readOnly = true;
    await s.press("app").dragBy(-80, 0).release();
    await s.key("Delete");
    await s.key("F2");
    expect(s.edits).toEqual([]);
    expect(s.text).toBeNull();
  });
});

describe("panning and way-points", () => {
  test("space_and_the_middle_button_pan_and_select_nothing", async () => {
    const s = new Stage();
    const before = s.core.camera.get();
    s.core.spaceDown = true;
    await s.press("app").dragBy(50, 20).release();
    s.core.spaceDown = false;
    expect(s.core.camera.get().x).not.toBe(before.x);
    expect(s.selected).toEqual([]);
    expect(s.state).toBe("select.idle");
    await s.press("app", { button: 1 }).dragBy(10, 0, { button: 1 }).release({ button: 1 });
    expect(s.selected).toEqual([]);
  });

  test("dragging_a_line_makes_a_way_point_and_it_can_be_taken_away", async () => {
    const s = new Stage();
    const slot = s.core.scene.linkSlotOf.get("scratch-app")!;
    const [x, y] = s.core.scene.route(slot);
    await s
      .press({ x: x! - 30, y: y! })
      .dragBy(0, 80)
      .release();
    const points = s.store.design().layout.links["scratch-app"];
    expect(points).toHaveLength(1);
    expect(s.core.scene.linkHidden[slot]).toBe(0);
    s.core.select({ links: ["scratch-app"] });
    const { COMMANDS } = await import("../../commands");
    COMMANDS["reset-waypoints"].run(s.core);
    await s.settled();
    expect(s.store.design().layout.links["scratch-app"]).toBeUndefined();
  });
});
