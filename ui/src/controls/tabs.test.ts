import { expect, it } from "vitest";
import { fitting } from "./tabs";

const WIDTHS = [90, 60, 60, 70, 50];

it.each([
  ["all where there is room for all", 0, 330, [0, 1, 2, 3, 4]],
  ["the first ones, with room for the rest's button", 0, 300, [0, 1, 2]],
  ["the chosen one instead of the last that fits", 4, 300, [0, 1, 2, 4]],
  ["the chosen one alone in a slit", 3, 40, [3]],
  ["the first ones where none is chosen", -1, 190, [0, 1]],
])("shows %s", (_, chosen, room, shown) =>
  expect(fitting({ widths: WIDTHS, room, more: 34 }, chosen)).toEqual(shown),
);
