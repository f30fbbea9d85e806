import { describe, expect, test } from "vitest";
import { stepped } from "./presenting";

describe("presenting", () => {
  test("steps end at the first and the last view", () => {
    expect(stepped(-1, 1, 3)).toBe(0);
    expect(stepped(0, -1, 3)).toBe(0);
    expect(stepped(1, 1, 3)).toBe(2);
    expect(stepped(2, 1, 3)).toBe(2);
  });
});
