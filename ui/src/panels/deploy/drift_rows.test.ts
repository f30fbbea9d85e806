import { expect, test } from "vitest";
import { common, driftRows } from "./drift_rows";

const drift = {
  environment: "test",
  stands: true,
  count: 2,
  things: [
    {
      address: "app[0]",
      resource: "app",
      kind: "server",
      what: "changed",
      choices: ["put-back", "ignore"],
      ignored: false,
      attributes: [
        {
          attribute: "rules",
          made: ["a", "b"],
          is: ["b", "c"],
          drawn: ["a", "b"],
          choices: ["put-back", "heed"],
          ignored: true,
        },
        {
          attribute: "routes",
          made: ["r"],
          is: [],
          drawn: ["r"],
          choices: ["accept", "put-back", "ignore"],
          ignored: false,
        },
      ],
    },
    {
      address: "odd",
      resource: "odd",
      kind: "server",
      what: "foreign",
      choices: ["put-back", "ignore"],
      ignored: false,
      attributes: [],
    },
  ],
};

test("every attribute and every thing that came or went is a row, and what is ignored comes last", () => {
  expect(driftRows(drift).map((row) => row.part)).toEqual(["app[0].routes", "odd", "app[0].rules"]);
});

test("lines that the other side has not come first, and are marked", () => {
  const rules = driftRows(drift)[2];
  expect(rules?.made).toEqual([
    { text: "a", differs: true },
    { text: "b", differs: false },
  ]);
  expect(rules?.is.map((line) => line.text)).toEqual(["c", "b"]);
});

test("to all that is chosen only that can be done which each of them allows", () => {
  const rows = driftRows(drift).filter((row) => !row.ignored);
  expect(common(rows, "put-back")).toBe(true);
  expect(common(rows, "accept")).toBe(false);
  expect(common([], "put-back")).toBe(false);
});
