import { expect, test } from "vitest";
import { emptyDesign, type RectJson } from "./model";
import { createDocumentStore } from "./store";

function small() {
  const store = createDocumentStore();
  store.load(
    {
      ...emptyDesign(),
      resources: {
        a: { kind: "region" },
        b: { kind: "network", parent: "a" },
        lost: { kind: "server", parent: "gone" },
      },
      links: { l: { from: "b", to: "a" } },
    },
    5,
  );
  return store;
}

test("patches_apply_in_order_and_a_gap_asks_for_a_snapshot", () => {
  const store = small();
  const change = { of: "resource" as const, id: "c", before: null, after: { kind: "subnet", parent: "b" } };
  expect(store.apply({ changes: [change] }, 7)).toBe("gap");
  expect(store.resource("c")).toBeUndefined();
  expect(store.apply({ changes: [change] }, 6)).toBe("applied");
  expect(store.apply({ changes: [change] }, 6)).toBe("old");
  expect(store.children("b")).toEqual(["c"]);
  expect(store.subtree("a")).toEqual(["a", "b", "c"]);
});

test("what_a_patch_does_not_touch_stays_the_same_object", () => {
  const store = small();
  const before = store.design();
  store.apply({ changes: [{ of: "resource-layout", id: "a", before: null, after: [0, 0, 10, 10] }] }, 6);
  expect(store.design()).not.toBe(before);
  expect(store.design().resources).toBe(before.resources);
  expect(before.layout.resources.a).toBeUndefined();
  expect(store.rect("a")).toEqual([0, 0, 10, 10]);
});

test("who_lies_in_whom_is_found_anew_only_when_something_moves_or_is_linked_otherwise", () => {
  const store = small();
  const kept = store.children("a");
  const b = { kind: "network", parent: "a" };
  store.apply({ changes: [{ of: "resource", id: "b", before: b, after: { ...b, title: "B" } }] }, 6);
  expect(store.children("a")).toBe(kept);
  expect(store.title("b")).toBe("B");
  store.apply({ changes: [{ of: "resource", id: "b", before: b, after: { kind: "network" } }] }, 7);
  expect(store.children("a")).toEqual([]);
  expect(store.children(null)).toEqual(["a", "b", "lost"]);
  const l = { from: "b", to: "a" };
  store.apply({ changes: [{ of: "link", id: "l", before: l, after: { from: "b", to: "lost" } }] }, 8);
  expect(store.linksOf("a")).toEqual([]);
  expect(store.linksOf("lost")).toEqual(["l"]);
});

test("a_parent_that_does_not_exist_leaves_the_resource_at_the_top", () => {
  expect(small().children(null)).toEqual(["a", "lost"]);
});

test("cyclic_parents_end_where_they_close", () => {
  const store = createDocumentStore();
  const resources = { x: { kind: "a", parent: "y" }, y: { kind: "a", parent: "x" } };
  store.load({ ...emptyDesign(), resources }, 1);
  expect(store.ancestors("x")).toEqual(["y"]);
  expect(store.subtree("x")).toEqual(["x", "y"]);
});

test("ids_like_object_members_are_just_ids", () => {
  expect(small().resource("constructor")).toBeUndefined();
  expect(small().rect("toString")).toBeUndefined();
});

test("intents_that_come_back_stand_where_they_stood", () => {
  const store = small();
  const intent = (id: string, there: boolean) => {
    const one = { kind: "cannot-reach", from: "a", to: id };
    return { of: "intent", id, before: there ? null : one, after: there ? one : null } as never;
  };
  const ids = ["a-1", "b-2", "c-3"];
  store.apply({ changes: ids.map((id) => intent(id, true)) }, 6);
  store.apply({ changes: ids.map((id) => intent(id, false)) }, 7);
  store.apply({ changes: [...ids].reverse().map((id) => intent(id, true)) }, 8);
  expect(Object.keys(store.design().intents)).toEqual(ids);
});

test("a_view_with_places_of_its_own_is_drawn_at_them_and_the_drawing_stays", () => {
  const store = createDocumentStore();
  const places = { resources: { a: [5, 5, 9, 9] as RectJson }, links: {} };
  const layout = { resources: { a: [0, 0, 9, 9] as RectJson }, links: {}, locked: { a: true } };
  const start = { ...emptyDesign(), resources: { a: { kind: "note" } }, views: { v: {} }, layout };
  store.load({ ...start, layouts: { v: places } }, 1);
  const heard: string[] = [];
  store.subscribe((change) =>
    heard.push(change.type === "loaded" ? "loaded" : change.patch.changes.map((one) => one.of).join()),
  );
  const move = (view: string | undefined, x: number) =>
    store.apply(
      {
        changes: [
          { of: "resource-layout", ...(view ? { view } : {}), id: "a", before: null, after: [x, 0, 9, 9] },
        ],
      },
      store.revision() + 1,
    );
  store.lookAt("v");
  expect([store.view(), store.rect("a"), store.locked("a")]).toEqual(["v", [5, 5, 9, 9], true]);
  expect(move("v", 7)).toBe("applied");
  expect(move(undefined, 70)).toBe("applied");
  expect(store.rect("a")).toEqual([7, 0, 9, 9]);
  store.lookAt(null);
  expect(store.rect("a")).toEqual([70, 0, 9, 9]);
  move("v", 8);
  store.lookAt("v", { resources: { a: [1, 1, 1, 1] }, links: {} });
  expect(store.rect("a")).toEqual([1, 1, 1, 1]);
  const gone = { of: "resource-layout" as const, view: "v", id: "a", before: null, after: null };
  expect(store.apply({ changes: [gone] }, store.revision() + 1)).toBe("applied");
  expect([store.rect("a"), store.design().layouts]).toEqual([[70, 0, 9, 9], {}]);
  expect(heard).toEqual(["loaded", "resource-layout", "", "loaded", "", "loaded", "loaded"]);
});
