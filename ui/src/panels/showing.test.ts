import { describe, expect, test } from "vitest";
import { signal } from "../document/signal";
import { createDocumentStore } from "../document/store";
import { KINDS, webShop } from "../editor/testing/stage";
import type { Catalog } from "./context";
import { NO_FACTS } from "./facts";
import {
  availabilityOverlay,
  deploymentOverlay,
  differencesOverlay,
  exposureOverlay,
  findingsOverlay,
} from "./overlays";
import {
  differs,
  EVERYTHING,
  freeViewId,
  layersOf,
  listed,
  type Showing,
  showingOf,
  shownIds,
  viewOf,
} from "./showing";

function seen() {
  const document = createDocumentStore();
  document.load(webShop(), 1);
  const kinds = KINDS.map((kind) => ({ ...kind, attributes: kind.attributes ?? [] }));
  const catalog = { kinds, kind: (id: string) => kinds.find((one) => one.id === id) } as unknown as Catalog;
  return { document, catalog, facts: signal(NO_FACTS) };
}

const shown = (change: Partial<Showing>) => {
  const ids = shownIds({ ...EVERYTHING, ...change }, seen());
  return ids && [...ids].sort();
};

describe("what is shown", () => {
  test("everything_needs_no_list", () => {
    expect(shown({})).toBeNull();
    expect(shown({ focus: "shop" })).toBeNull();
    expect(shown({ hidden: ["links"] })).toBeNull();
  });

  test("what_a_query_finds_stands_in_its_containers", () => {
    expect(shown({ query: "kind:database" })).toEqual(["data-tier", "frankfurt", "orders", "shop"]);
  });

  test("a_query_that_cannot_be_read_hides_nothing", () => {
    expect(shown({ query: "cpu>" })).toBeNull();
  });

  test("a_focused_container_hides_what_lies_outside_of_it_and_its_own_containers", () => {
    expect(shown({ focus: "data-tier", outside: "hide" })).toEqual(["data-tier", "orders"]);
  });

  test("a_layer_that_is_off_takes_its_own_and_not_what_lies_in_it", () => {
    const ids = shown({ hidden: ["kind:subnet"] })!;
    expect(ids).toContain("orders");
    expect(ids).not.toContain("data-tier");
  });

  test("connected_means_linked_with_anything_or_with_what_is_named", () => {
    expect(shown({ connected: [] })).not.toContain("way-out");
    expect(shown({ connected: ["way-out"] })).toEqual(["frankfurt", "shop", "way-out", "web-tier"]);
  });

  test("layers_are_families_tags_and_links", () => {
    const layers = layersOf(seen());
    expect(layers.map((one) => one.id)).toContain("family:data");
    expect(layers.find((one) => one.id === "tag:owner")).toMatchObject({ title: "Tag owner", count: 1 });
    expect(layers.at(-1)).toMatchObject({ id: "links", title: "Links" });
  });

  test("a_view_of_the_design_says_what_is_shown_and_no_more", () => {
    const now: Showing = {
      ...EVERYTHING,
      query: " kind:server ",
      hidden: ["links"],
      focus: "shop",
      outside: "hide",
      connected: [],
      overlay: "exposure",
    };
    const view = viewOf(now, "Servers", [0, 0, 800, 600], { attributes: { owner: "us" } });
    expect(view).toEqual({
      title: "Servers",
      query: "kind:server",
      hide: ["links"],
      focus: "shop",
      "hide-outside": true,
      connected: [],
      overlay: "exposure",
      window: [0, 0, 800, 600],
      attributes: { owner: "us" },
    });
    expect(differs(showingOf("servers", view), "servers", view)).toBe(false);
    expect(differs({ ...showingOf("servers", view), hidden: [] }, "servers", view)).toBe(true);
    expect(viewOf(EVERYTHING, "All", [0, 0, 1, 1])).toEqual({ title: "All", window: [0, 0, 1, 1] });
    // A file may say anything.
    expect(showingOf("x", { overlay: "magic" })).toEqual({ ...EVERYTHING, view: "x" });
  });

  test("views_are_listed_as_people_count_and_get_ids_that_no_other_has", () => {
    const views = { b: { title: "10 Data" }, c: { title: "2 Servers" }, a: {} };
    expect(listed(views).map((one) => one.title)).toEqual(["2 Servers", "10 Data", "a"]);
    expect(freeViewId("Übersicht: Netz!", {})).toBe("u-bersicht-netz");
    expect([freeViewId("A", views), freeViewId("?", views)]).toEqual(["a-2", "view"]);
  });
});

describe("overlays", () => {
  const design = webShop();

  test("findings_say_the_worst_of_each", () => {
    const finding = (severity: string) => ({ severity }) as never;
    const of = new Map([
      ["orders", [finding("warning"), finding("error"), finding("error")]],
      ["app", [finding("advice")]],
      ["no-such-thing", [finding("error")]],
    ]);
    const { marks, legend } = findingsOverlay({ ...NO_FACTS, of }, design);
    expect(Object.fromEntries(marks)).toEqual({
      orders: { tone: "error", text: "2 errors" },
      app: { tone: "note", text: "1 advice" },
    });
    expect(legend).toEqual([
      { tone: "error", text: "error", count: 1 },
      { tone: "note", text: "advice", count: 1 },
    ]);
  });

  test("exposure_tells_what_answers_from_what_only_gets_packets", () => {
    const { marks } = exposureOverlay(
      [
        { id: "entry", answers: "443", arrives: "80, 443" },
        { id: "app", answers: "", arrives: "22" },
      ],
      design,
    );
    expect(marks.get("entry")).toEqual({ tone: "warning", text: "internet 443" });
    expect(marks.get("app")).toEqual({ tone: "off", text: "nothing answers 22" });
  });

  test("availability_tells_what_fails_with_its_zone_and_how_many_each_zone_takes_along", () => {
    const spread = [
      { id: "app", zones: ["a", "b"] },
      { id: "orders", zones: ["b"] },
      { id: "scratch", zones: ["a"] },
      { id: "gone", zones: ["a"] },
    ];
    const { marks, note, legend } = availabilityOverlay(spread, design);
    expect(marks.get("app")).toEqual({ tone: "ok", text: "zones a, b" });
    expect(marks.get("orders")).toEqual({ tone: "warning", text: "zone b alone" });
    expect(note).toBe("zone a takes 1 part along, zone b takes 1 part along");
    expect(legend.map(({ tone, count }) => [tone, count])).toEqual([
      ["ok", 1],
      ["warning", 2],
    ]);
  });

  test("deployment_says_the_gravest_change_of_any_instance_and_counts_what_is_not_drawn", () => {
    const change = (resource: string, action: string) => ({ resource, action }) as never;
    const { marks, note } = deploymentOverlay(
      [change("app", "no-op"), change("app", "create"), change("orders", "no-op"), change("gone", "delete")],
      design,
    );
    expect(marks.get("app")?.text).toBe("does not run");
    expect(marks.get("orders")).toEqual({ tone: "ok", text: "runs" });
    expect(note).toBe("1 thing runs that is no longer drawn");
  });

  test("differences_name_what_changed_and_do_not_mind_the_order_of_keys", () => {
    const now = structuredClone(design);
    now.resources.app!.attributes = { ...now.resources.app!.attributes, cpu: 8 };
    now.resources.extra = { kind: "server" };
    now.layout.resources.orders = [0, 0, 10, 10];
    now.resources.images!.attributes = Object.fromEntries(
      Object.entries(now.resources.images!.attributes ?? {}).reverse(),
    );
    delete now.resources.scratch;
    delete now.links["scratch-app"];
    const { marks, note } = differencesOverlay(design, now);
    expect(Object.fromEntries(marks)).toEqual({
      app: { tone: "warning", text: "cpu" },
      extra: { tone: "ok", text: "new" },
      orders: { tone: "off", text: "moved" },
    });
    expect(note).toBe("1 part removed: Scratch · 1 link changed");
  });
});
