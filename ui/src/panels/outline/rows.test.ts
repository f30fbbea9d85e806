import { expect, it } from "vitest";
import { treeStep } from "../../controls/tree";
import { emptyDesign, type ResourceJson } from "../../document/model";
import { createDocumentStore } from "../../document/store";
import { closedBelow, outlineMatches, outlineRows, typedRow } from "./rows";

/** "region\n  net\n    app" as a document: two spaces go one level down. */
function documentOf(sketch: string) {
  const resources: { [id: string]: ResourceJson } = {};
  const above: string[] = [];
  for (const line of sketch.split("\n").filter((one) => one.trim() !== "")) {
    const level = (line.length - line.trimStart().length) / 2;
    const id = line.trim();
    const parent = level > 0 ? above[level - 1] : undefined;
    resources[id] = { kind: "server", title: id.toUpperCase(), ...(parent ? { parent } : {}) };
    above[level] = id;
  }
  const document = createDocumentStore();
  document.load({ ...emptyDesign(), resources }, 1);
  return document;
}

const SKETCH = "internet\nregion\n  net\n    app\n    db\n  store";
const print = (document = documentOf(SKETCH), closed: string[] = [], text = "") =>
  outlineRows(document, new Set(closed), outlineMatches(document, text)).map(
    (row) =>
      `${row.level} ${row.id} ${row.position}/${row.setSize}${row.branch ? (row.open ? " open" : " closed") : ""}`,
  );

it("shows containers before their contents, with level, position and set size", () => {
  expect(print()).toEqual([
    "1 internet 1/2",
    "1 region 2/2 open",
    "2 net 1/2 open",
    "3 app 1/2",
    "3 db 2/2",
    "2 store 2/2",
  ]);
});

it("links stand under both of their ends, before what is in them", () => {
  const document = documentOf(SKETCH);
  document.load({ ...document.design(), links: { l: { from: "internet", to: "app" } } }, 2);
  const rows = outlineRows(document, new Set(), null, true).map(
    (row) =>
      `${row.level} ${row.key}${row.link ? (row.link.out ? " →" : " ←") : ""} ${row.position}/${row.setSize}`,
  );
  expect(rows.slice(0, 2)).toEqual(["1 internet 1/2", "2 internet l → 1/1"]);
  expect(rows).toContain("4 app l ← 1/1");
  expect(new Set(outlineRows(document, new Set(), null, true).map((row) => row.key)).size).toBe(rows.length);
});

it("closes what is deeper than two levels", () => {
  expect([...closedBelow(documentOf(SKETCH), 2)]).toEqual(["net"]);
});

it("shows 10,000 resources in a moment, and each once", () => {
  const sketch = Array.from({ length: 100 }, (_, n) =>
    [`region-${n}`, ...Array.from({ length: 99 }, (_, m) => `  app-${n}-${m}`)].join("\n"),
  ).join("\n");
  const document = documentOf(sketch);
  const rows = outlineRows(document, new Set(), null);
  expect(new Set(rows.map((row) => row.key)).size).toBe(10_000);
});

it("hides what is in a closed container", () => {
  expect(print(undefined, ["net"])).toEqual([
    "1 internet 1/2",
    "1 region 2/2 open",
    "2 net 1/2 closed",
    "2 store 2/2",
  ]);
});

it("opens the way to everything that the filter lets through", () => {
  expect(print(undefined, ["net", "region"], "db")).toEqual([
    "1 region 1/1 open",
    "2 net 1/1 open",
    "3 db 1/1",
  ]);
});

it("shows every resource once where parents go round in a circle", () => {
  const document = createDocumentStore();
  const resources = { a: { kind: "server", parent: "b" }, b: { kind: "server", parent: "a" } };
  document.load({ ...emptyDesign(), resources }, 1);
  expect(print(document)).toEqual(["1 a 1/1 open", "2 b 1/1 open"]);
});

it("walks as the tree pattern says", () => {
  const document = documentOf(SKETCH);
  const rows = outlineRows(document, new Set(["net"]), null);
  const step = (at: number, key: string) => treeStep(rows, at, key, (row) => row);
  expect(step(0, "ArrowUp")).toBeNull();
  expect(step(0, "ArrowDown")).toEqual({ go: 1 });
  expect(step(1, "ArrowRight")).toEqual({ go: 2 });
  expect(step(2, "ArrowRight")).toEqual({ turn: "open" });
  expect(step(2, "ArrowLeft")).toEqual({ go: 1 });
  expect(step(1, "ArrowLeft")).toEqual({ turn: "close" });
  expect(step(0, "End")).toEqual({ go: 3 });
  expect(typedRow(rows, 0, "n", (id) => id)).toBe(2);
  expect(typedRow(rows, 2, "x", (id) => id)).toBe(-1);
});

it("what was just made, or got another id, stands where it stands after a reload", () => {
  const document = documentOf(SKETCH);
  const before: ResourceJson = { kind: "server", parent: "net", title: "APP" };
  const made = (id: string, after: ResourceJson) => ({ of: "resource", id, before: null, after }) as const;
  document.apply(
    {
      changes: [
        made("cache", { kind: "server", parent: "net" }),
        made("aws", { kind: "region" }),
        { of: "resource", id: "app", before, after: null },
        made("zebra", before),
        { of: "link", id: "z", before: null, after: { from: "zebra", to: "db" } },
        { of: "link", id: "a", before: null, after: { from: "zebra", to: "cache" } },
      ],
    },
    2,
  );
  const keys = () => outlineRows(document, new Set(), null, true).map((row) => row.key);
  const now = keys();
  const { resources, links } = document.design();
  const byId = <T>(table: { [id: string]: T }) => Object.fromEntries(Object.entries(table).sort());
  document.load({ ...document.design(), resources: byId(resources), links: byId(links) }, 3);
  expect(now).toEqual(keys());
  const shapes = now.filter((key) => !key.includes(" "));
  expect(shapes.join(" ")).toBe("aws internet region net cache db zebra store");
});
