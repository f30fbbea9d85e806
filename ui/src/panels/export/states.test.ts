import { describe, expect, test } from "vitest";
import { asksFirst, exportSummary } from "./states";

const files = ["new", "same", "removed", "edited", "foreign"].map((state) => ({
  path: state,
  text: "",
  bytes: 0,
  state,
}));

describe("files of an export", () => {
  test("what others wrote or changed is touched only when the user says so", () =>
    expect(files.filter(asksFirst).map((file) => file.path)).toEqual(["edited", "foreign"]));
  test("every state is counted in words", () =>
    expect(exportSummary(files)).toBe("1 new, 1 unchanged, 1 not ours, 1 removed, 1 edited by hand"));
});
