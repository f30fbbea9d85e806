import { describe, expect, test } from "vitest";
import { Stage } from "./testing/stage";

describe("walking", () => {
  test("escape_goes_out_of_what_was_walked_into_and_then_lets_go", async () => {
    const s = new Stage();
    await s.click("data-tier");
    await s.key("Enter");
    expect(s.selected).toEqual(["orders"]);
    for (const id of ["data-tier", "shop", "frankfurt"]) {
      await s.key("Escape");
      expect(s.selected).toEqual([id]);
    }
    await s.key("Escape");
    expect(s.selected).toEqual([]);
  });

  test("what_was_clicked_is_let_go_by_one_escape", async () => {
    const s = new Stage();
    await s.click("orders");
    await s.key("Escape");
    expect(s.selected).toEqual([]);
  });

  test("one_key_walks_along_the_links_of_a_shape_round_and_round_and_back", async () => {
    const s = new Stage();
    await s.click("app");
    const all = s.store.linksOf("app");
    expect(all.length).toBeGreaterThan(2);
    const seen: string[] = [];
    for (let k = 0; k <= all.length; k++) {
      await s.key("k");
      seen.push(...s.core.selection.get().links);
    }
    expect(seen).toEqual([...all, all[0]]);
    await s.key("Shift+k");
    expect(s.core.selection.get().links).toEqual([all.at(-1)]);
  });

  test("arrows_leave_a_link_for_the_end_that_lies_there", async () => {
    const s = new Stage();
    s.core.select({ links: ["entry-app"] });
    await s.key("ArrowDown");
    expect(s.selected).toEqual(["app"]);
    s.core.select({ links: ["entry-app"] });
    await s.key("Alt+ArrowUp");
    expect(s.selected).toEqual(["entry"]);
  });

  test("f2_on_a_link_edits_its_ports", async () => {
    const s = new Stage();
    s.core.select({ links: ["app-orders"] });
    await s.key("F2");
    expect(s.text?.label).toBe("Ports from App server to Orders");
  });

  test("the_menu_key_opens_the_menu_at_what_is_selected", async () => {
    const s = new Stage();
    await s.click("app");
    await s.key("Shift+F10");
    s.core.select({ links: ["app-orders"] });
    await s.key("ContextMenu");
    s.core.select({});
    await s.key("ContextMenu");
    expect(s.menus.map(({ item }) => item)).toEqual([
      { on: "resource", id: "app" },
      { on: "link", id: "app-orders" },
      null,
    ]);
    const b = s.box("app");
    expect(s.menus[0]?.world).toEqual({ x: b.x + b.w / 2, y: b.y + b.h / 2 });
  });
});

describe("what is said", () => {
  test("steps_of_the_arrow_keys_say_how_far", async () => {
    const s = new Stage();
    await s.click("app");
    await s.key("ArrowRight");
    expect(s.said.at(-1)).toBe("moved 8 right");
    await s.key("Shift+ArrowUp");
    expect(s.said.at(-1)).toBe("moved 1 up");
    await s.key("Alt+Shift+ArrowLeft");
    expect(s.said.at(-1)).toBe("made 8 narrower");
  });

  test("what_a_panel_or_undo_did_is_said_in_one_sentence", () => {
    const s = new Stage();
    s.elsewhere({ edit: "move-to-parent", ids: ["app"], parent: "data-tier" });
    expect(s.said.at(-1)).toBe("App server moved to subnet data");
    s.elsewhere({ edit: "remove-links", ids: ["app-orders"] });
    expect(s.said.at(-1)).toBe("a link removed");
    s.elsewhere({ edit: "add-link", id: "again", link: { from: "app", to: "orders" } });
    expect(s.said.at(-1)).toBe("link from App server to Orders added");
    s.elsewhere({ edit: "set-layout", resources: { app: [400, 400, 160, 56] } });
    expect(s.said.at(-1)).toBe("App server moved");
  });
});
