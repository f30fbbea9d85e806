import { expect, it } from "vitest";
import { byFullness, bytesText, freeOf, fullness, sumText } from "./room";

const room = (title: string, size: number, kept: number, used: number) => ({
  id: title,
  title,
  cidr: "10.0.0.0/24",
  size,
  kept,
  used,
});

it("a range is full when all that can be given away is", () => {
  expect(fullness(room("a", 16, 6, 10))).toBe(1);
  expect(fullness(room("a", 16, 6, 5))).toBe(0.5);
  expect(fullness(room("a", 4, 6, 0))).toBe(1);
  expect(freeOf(room("a", 16, 6, 5))).toBe(5);
  expect(byFullness([room("b", 16, 6, 1), room("a", 16, 6, 9)]).map((one) => one.title)).toEqual(["a", "b"]);
});

it("sizes are said in the unit that fits", () => {
  expect([0, 1024, 8 * 2 ** 30, 1.5 * 2 ** 40].map(bytesText)).toEqual(["0 B", "1 KiB", "8 GiB", "1.5 TiB"]);
  expect(sumText({ what: "cpu", amount: 6, over: 3 })).toBe("6 vCPU");
  expect(sumText({ what: "memory", amount: 2 ** 33, over: 2 })).toBe("8 GiB");
});
