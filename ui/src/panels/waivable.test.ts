import { expect, it } from "vitest";
import { isWaivable, NOT_WAIVED } from "./waivable";

it.each(["unfit-value", "unknown-attribute", "unset-variable", "wrong-type", "expired-waiver", "not-in-lab"])(
  "%s is put right, not waived",
  (rule) => expect(isWaivable({ rule, on: "resource" })).toBe(false),
);

it.each(["empty-container", "unattached-volume", "broken-intent", "subnet-full", "a-rule-of-a-policy"])(
  "%s may be accepted",
  (rule) => expect(isWaivable({ rule, on: "resource" })).toBe(true),
);

it("what is said of a file is never accepted", () =>
  expect(isWaivable({ rule: "anything", on: "file" })).toBe(false));

const CORE = import.meta.glob<string>(
  "../../../src-tauri/crates/gp-{rules,model,catalog,lab,export,app}/src/**/*.rs",
  {
    eager: true,
    query: "?raw",
    import: "default",
  },
);

it("every rule that is named here is one of the core's", () => {
  const core = Object.values(CORE).join("");
  expect([...NOT_WAIVED].filter((rule) => !core.includes(`"${rule}"`))).toEqual([]);
});
