import { expect, test } from "vitest";
import { emptyDesign } from "./model";
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
