import { expect, test } from "vitest";
import { choicesOf, conflictRows, tallyText } from "./merge_rows";

const conflict = (key: string, layout = false) => ({
  key,
  title: key,
  base: "1",
  mine: "2",
  theirs: "3",
  layout,
});

test("where things are drawn is one question, whose answer holds for all of them", () => {
  const rows = conflictRows([conflict("a"), conflict("x", true), conflict("b"), conflict("y", true)]);
  expect(rows.map((row) => row.title)).toEqual(["a", "b", "Where 2 things are drawn"]);
  expect(choicesOf(rows, new Map([["layout", "theirs"]]))).toEqual({ x: "theirs", y: "theirs" });
  expect(
    choicesOf(
      rows,
      new Map([
        ["a", "theirs"],
        ["b", "mine"],
      ]),
    ),
  ).toEqual({ a: "theirs" });
});

test("changes are counted in words", () => {
  const none = { added: 0, removed: 0, changed: 0, moved: 0, words: [] };
  expect(tallyText({ ...none, added: 2, moved: 1 })).toBe("2 added, 1 drawn elsewhere");
  expect(tallyText(none)).toBe("nothing that a design says");
});
