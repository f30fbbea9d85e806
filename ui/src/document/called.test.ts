import { expect, it } from "vitest";
import { called } from "./called";

it.each([
  ["by its name, whatever its file is called", "Web shop", "/designs/shop.gplan", "Web shop"],
  ["by its file where nobody named it", "Untitled", "/designs/shop.gplan", "shop"],
  ["by its file where the name is missing", null, "C:\\designs\\my shop.v2.gplan", "my shop.v2"],
  ["untitled before it has a file", "Untitled", undefined, "Untitled"],
  ["untitled where nothing is known", null, undefined, "Untitled"],
])("calls a design %s", (_, name, path, words) => expect(called(name, path)).toBe(words));
