import { expect, it } from "vitest";
import type { ChangeJson, PatchJson } from "../../document/model";
import { changedIds, changeRows, countsText } from "./changes";

const PATCH: PatchJson = {
  changes: [
    {
      of: "resource",
      id: "app",
      before: { kind: "server", attributes: { cpu: 2, services: [{ port: 80 }] }, tags: { owner: "x" } },
      after: { kind: "server", attributes: { cpu: 4, services: [{ port: 80 }] }, title: "App" },
    },
    { of: "link", id: "l", before: null, after: { from: "app", to: "db" } },
    { of: "resource", id: "old", before: { kind: "server" }, after: null },
    { of: "resource-layout", id: "db", before: [0, 0, 1, 1], after: [8, 0, 1, 1] },
  ],
};
const title = (change: ChangeJson) => ("id" in change ? change.id.toUpperCase() : change.of);

it("says what came, went and changed, each value old and new", () => {
  const rows = changeRows(PATCH, title);
  const text = rows.map((row) =>
    row.is === "thing" ? `${row.how} ${row.title}` : `  ${row.path}: ${row.before} → ${row.after}`,
  );
  expect(text).toEqual([
    "added L",
    "removed OLD",
    "changed APP",
    "  cpu: 2 → 4",
    "  tags.owner: x → ",
    "  title:  → App",
    "changed One place on the drawing",
  ]);
  expect(countsText(rows)).toBe("1 added, 1 removed, 1 changed");
  expect(new Set(rows.map((row) => row.key)).size).toBe(rows.length);
});

it("lights what is still there", () => {
  expect(changedIds(PATCH)).toEqual(["app", "l", "db"]);
});

it("says when only places differ, or nothing", () => {
  const places = { changes: PATCH.changes.slice(3) };
  expect(countsText(changeRows(places, title))).toBe("Only places on the drawing differ");
  expect(countsText([])).toBe("No difference");
});
