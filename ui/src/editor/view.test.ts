import { expect, test } from "vitest";
import { Stage } from "./testing/stage";

const without = (s: Stage, ...gone: string[]) =>
  new Set(Object.keys(s.store.design().resources).filter((id) => !gone.includes(id)));

test("what_is_out_of_the_view_is_not_hit_walked_to_selected_or_linked", async () => {
  const s = new Stage();
  const at = s.grip("orders");
  s.core.show(without(s, "orders"), {});
  expect(s.core.item(s.core.hit(at))?.id).toBe("data-tier");
  expect(s.core.scene.linksIn(s.core.scene.extent()!).map((l) => s.core.scene.linkIds[l])).not.toContain(
    "app-orders",
  );
  await s.key("Ctrl+a");
  expect(s.selected).not.toContain("orders");
  await s.click("app");
  await s.key("l");
  await s.key("ArrowDown");
  expect(s.core.preview.draft?.target).not.toBe(s.core.scene.slotOf.get("orders"));
});

test("links_can_be_left_out_alone_and_everything_comes_back", () => {
  const s = new Stage();
  const all = s.core.scene.extent()!;
  const count = s.core.scene.linksIn(all).length;
  s.core.show(null, { links: false });
  expect(s.core.scene.linksIn(all)).toEqual([]);
  s.core.show(null, {});
  expect(s.core.scene.linksIn(all)).toHaveLength(count);
});

test("fitting_the_view_fits_what_is_shown", () => {
  const s = new Stage();
  s.core.show(new Set(["orders"]), {});
  expect(s.core.scene.extent()).toEqual(s.box("orders"));
});

test("a_container_moves_with_what_is_hidden_in_it", async () => {
  const s = new Stage();
  const [x] = s.rect("orders")!;
  s.core.show(without(s, "orders"), {});
  s.core.select({ resources: ["data-tier"] });
  await s.key("ArrowRight");
  expect(s.rect("orders")![0]).toBe(x + 8);
});
