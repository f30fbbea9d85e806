import { expect, it } from "vitest";
import { rawNames, rawValue } from "./raw";

it("reads a text as the provider takes it", () => {
  expect(rawValue("number", " 4 ")).toBe(4);
  expect(rawValue("number", `\${var.n}`)).toBe(`\${var.n}`);
  expect(rawValue("bool", "yes")).toBe(true);
  expect(rawValue("bool", "perhaps")).toBe("perhaps");
  expect(rawValue("list", "a, b,")).toEqual(["a", "b"]);
  expect(rawValue("list", `\${tier.id}`)).toBe(`\${tier.id}`);
  expect(rawValue("text", "a, b")).toBe("a, b");
});

it("shows what must be said beside what is", () => {
  const takes = {
    source: "hashicorp/aws",
    version: "6",
    arguments: [
      { name: "name", form: "text", required: true },
      { name: "platform", form: "text", required: true },
      { name: "tags", form: "table", required: false },
    ],
  };
  expect(rawNames({ name: "p", own: 1 }, takes)).toEqual(["name", "own", "platform"]);
  expect(rawNames({ name: "p" }, undefined)).toEqual(["name"]);
});
