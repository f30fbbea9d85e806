import { expect, test } from "vitest";
import { emptyDesign, type ResourceJson } from "../document/model";
import { createDocumentStore } from "../document/store";
import { pairsEdit, pairsOf } from "./pattern";
import { KINDS } from "./testing/stage";

const kinds = new Map(KINDS.map((kind) => [kind.id, kind]));

function store(resources: { [id: string]: ResourceJson }) {
  const made = createDocumentStore();
  made.load({ ...emptyDesign(), resources }, 1);
  return made;
}

const servers = (ids: string[]) => Object.fromEntries(ids.map((id) => [id, { kind: "server" }]));
const databases = (ids: string[]) => Object.fromEntries(ids.map((id) => [id, { kind: "database" }]));

test("each_that_fits_is_linked_with_the_one_that_the_other_text_comes_to", () => {
  const doc = store({ ...servers(["app-1", "app-2", "app-10", "web-1"]), ...databases(["db-1", "db-2"]) });
  const found = pairsOf(doc, kinds, "app-(\\d+)", "db-$1");
  expect(found.pairs).toEqual([
    { from: "app-1", to: "db-1" },
    { from: "app-2", to: "db-2" },
  ]);
  expect(found.without).toEqual(["app-10 → db-10"]);
  const edit = pairsEdit(doc, kinds, found.pairs, ["tcp/5432"]);
  expect(edit).toMatchObject({
    name: "Link 2 pairs by pattern",
    edits: [
      { edit: "add-link", id: "app-1-db-1", link: { from: "app-1", to: "db-1", allow: ["tcp/5432"] } },
      { edit: "add-link", id: "app-2-db-2" },
    ],
  });
});

test("titles_count_as_well_whole_and_whatever_their_capitals", () => {
  const doc = store({
    a: { kind: "server", title: "App 7" },
    b: { kind: "database", title: "Store 7" },
    c: { kind: "server", title: "My App 8" },
  });
  expect(pairsOf(doc, kinds, "app (\\d)", "store $1").pairs).toEqual([{ from: "a", to: "b" }]);
});

test("what_cannot_be_linked_or_is_already_says_why", () => {
  const doc = store({ ...servers(["app-1"]), "net-1": { kind: "network" }, ...databases(["db-1"]) });
  expect(pairsOf(doc, kinds, "app-(\\d)", "net-$1").pairs[0]?.because).toBe(
    "a server cannot be linked to a network",
  );
  doc.apply({ changes: [{ of: "link", id: "l", before: null, after: { from: "app-1", to: "db-1" } }] }, 2);
  expect(pairsOf(doc, kinds, "app-(\\d)", "db-$1").pairs[0]?.because).toBe("they are linked already");
});

test("the_ends_are_turned_where_the_catalog_wants_them_the_other_way_round", () => {
  const doc = store({ ...servers(["app-1"]), "disk-1": { kind: "volume" } });
  const { pairs } = pairsOf(doc, kinds, "app-(\\d)", "disk-$1");
  expect(pairsEdit(doc, kinds, pairs, [])).toMatchObject({
    edits: [{ link: { from: "disk-1", to: "app-1" } }],
  });
});

test("half_a_pattern_is_said_to_be_none_and_empty_texts_find_nothing", () => {
  const doc = store(servers(["app-1"]));
  expect(pairsOf(doc, kinds, "app-(", "x").wrong).toContain("no pattern");
  expect(pairsOf(doc, kinds, "", "x")).toEqual({ pairs: [], without: [] });
});
