import { expect, test } from "vitest";
import type { CostDto } from "../../ipc/generated/CostDto";
import { caveat, money, monthText } from "../cost";
import { costOverlay } from "../overlays";
import { billRows, costRows, lostWith, zoneRows } from "./rows";

const cost: CostDto = {
  environment: "production",
  billed: true,
  currency: "USD",
  month: 100,
  items: [
    { id: "small", link: false, month: 10, byUse: true, unpriced: false },
    { id: "big", link: false, month: 60, byUse: false, unpriced: false },
    { id: "half", link: false, month: 25, byUse: false, unpriced: true },
    { id: "jobs", link: false, month: 0, byUse: true, unpriced: false },
    { id: "odd", link: false, month: 0, byUse: false, unpriced: true },
    { id: "way", link: true, month: 5, byUse: false, unpriced: false },
  ],
  containers: [
    { id: "net", month: 95, partial: true },
    { id: "empty", month: 0, partial: false },
  ],
  tags: [{ id: "owner=me=you", month: 30, partial: false }],
  untagged: { id: "", month: 70, partial: true },
  traffic: { id: "", month: 5, partial: false },
  sources: [
    { id: "list", title: "List", url: "https://list", date: "2026-10-01" },
    { id: "guide", title: "Guide", url: "https://guide" },
  ],
};
const shown = (by: "part" | "container" | "tag") =>
  costRows(cost, by, (id) => id).map(({ title, month, words }) => [title, month, words]);

test("the dearest come first, and what is in no sum has no amount", () => {
  expect(shown("part")).toEqual([
    ["big", 60, ""],
    ["half", 25, "and what has no known price"],
    ["small", 10, "and by use"],
    ["way", 5, "traffic"],
    ["jobs", null, "by use"],
    ["odd", null, "no price is known"],
  ]);
  expect(shown("container")).toEqual([
    ["net", 95, "95 %, not all of it is known"],
    ["What links move", 5, "5 %"],
  ]);
  expect(shown("tag")).toEqual([
    ["Without a tag", 70, "70 %, not all of it is known"],
    ["owner: me=you", 30, "30 %"],
  ]);
});

test("a bill stands under what was opened, with the day of each price that has one", () => {
  const rows = costRows(cost, "part", (id) => id);
  const line = { price: 0.1, per: "an hour", month: 146 };
  const bill = {
    month: 146,
    lines: [
      { what: "Server", quantity: 2, source: "list", ...line },
      { what: "Requests", source: "guide", ...line },
    ],
    unpriced: ["Disk in mars"],
  };
  const opened = billRows(rows, "half", bill, cost);
  expect(opened.slice(2, 5).map(({ title, month, words }) => [title, month, words])).toEqual([
    ["Server", 146, "2 × $0.10 an hour (2026-10-01)"],
    ["Requests", null, "$0.10 an hour, by use"],
    ["Disk in mars", null, "no price is known"],
  ]);
  expect(billRows(rows, "gone", bill, cost)).toBe(rows);
});

test("amounts are as exact as they matter", () => {
  const all = [0, 0.005, 0.10185, 1.5, 32.849, 1234.5].map((amount) => money(amount, "USD"));
  expect(all).toEqual(["$0", "$0.005", "$0.10185", "$1.50", "$32.85", "$1,235"]);
  const item = { id: "x", link: false, month: 0, byUse: false, unpriced: false };
  const said = (change: object) => monthText({ ...item, ...change }, "USD");
  expect(said({})).toBe("free");
  expect(said({ byUse: true })).toBe("by use");
  expect(said({ unpriced: true, byUse: true })).toBe("no price is known");
  expect(said({ month: 5, unpriced: true })).toBe("from $5.00 a month");
});

test("the overlay marks the few that make up half, sums what contains, and says what is not in the sum", () => {
  const design = { resources: { big: {}, half: {}, small: {}, jobs: {}, net: {} }, links: {} } as never;
  const { marks, legend, note } = costOverlay(cost, design);
  expect(Object.fromEntries([...marks].map(([id, { tone, text }]) => [id, `${tone}: ${text}`]))).toEqual({
    net: "note: from $95.00 a month in it",
    big: "warning: $60.00 a month",
    half: "ok: from $25.00 a month",
    small: "ok: from $10.00 a month",
    jobs: "off: by use",
  });
  expect(legend.map(({ tone, count }) => [tone, count])).toEqual([
    ["warning", 1],
    ["ok", 2],
    ["note", 1],
    ["off", 1],
  ]);
  expect(note).toBe(caveat(cost));
  expect(note).toContain("not in it, or not all of it: 2 parts by use, 2 parts without a known price");
  const nothing = costOverlay({ ...cost, billed: false, environment: "test" }, design);
  expect(nothing.marks.size).toBe(0);
  expect(nothing.note).toContain("Nobody is paid for what runs in test");
});

test("what fails with a zone comes first, and zones are told apart by their region", () => {
  const spread = [
    { id: "entry", zones: ["a", "b"], region: "here" },
    { id: "one", zones: ["a"], region: "here" },
    { id: "two", zones: ["a"], region: "there" },
  ];
  const rows = zoneRows(spread, (id) => id.toUpperCase());
  expect(rows.map(({ title, zones, alone }) => [title, zones, alone])).toEqual([
    ["ONE", "a of HERE", true],
    ["TWO", "a of THERE", true],
    ["ENTRY", "a, b of HERE", false],
  ]);
  expect(lostWith(rows)).toEqual([
    ["a of HERE", 1],
    ["a of THERE", 1],
  ]);
  expect(zoneRows(spread.slice(0, 2), (id) => id)[0]?.zones).toBe("a");
});
