import { expect, it } from "vitest";
import type { DeployStatusDto } from "../ipc/generated/DeployStatusDto";
import { type Begun, begun } from "./elapsed";

const states = (all: { [environment: string]: string }) =>
  new Map(
    Object.entries(all).map(([environment, state]): [string, DeployStatusDto] => [
      environment,
      { session: 1, environment, state, text: "", lines: [] },
    ]),
  );

it("what is under way has its beginning for as long as it is, in each environment", () => {
  let known: Begun = new Map();
  const hear = (all: { [environment: string]: string }, now: number) => {
    known = begun(known, states(all), now);
    return Object.fromEntries([...known].map(([environment, { at }]) => [environment, at]));
  };
  expect(hear({ test: "deploying", production: "nothing" }, 10)).toEqual({ test: 10 });
  expect(hear({ test: "deploying", production: "destroying" }, 20)).toEqual({ test: 10, production: 20 });
  expect(hear({ test: "verifying", production: "destroying" }, 30)).toEqual({ test: 30, production: 20 });
  expect(hear({ test: "running", production: "destroying" }, 40)).toEqual({ production: 20 });
});
