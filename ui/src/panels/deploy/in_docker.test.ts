import { expect, test } from "vitest";
import { intoDocker } from "./in_docker";

const unavailable = [{ rule: "not-in-lab" }, { rule: "lab-unavailable" }];

test("a lab that cannot stand here moves into Docker, and keeps what else is said of it", () => {
  const environments = { test: { provider: "lab", ttl: "1 hour" } } as const;
  expect(intoDocker(unavailable, "test", environments)).toEqual({
    edit: "set-environment",
    id: "test",
    environment: { provider: "docker", ttl: "1 hour" },
  });
});

test("the lab that nobody wrote down moves, too", () => {
  expect(intoDocker(unavailable, "lab", {})).toMatchObject({ environment: { provider: "docker" } });
});

test("where something else is in the way, or it is in Docker already, nothing is offered", () => {
  expect(intoDocker([{ rule: "not-in-lab" }], "test", { test: { provider: "lab" } })).toBeUndefined();
  expect(intoDocker(unavailable, "test", { test: { provider: "docker" } })).toBeUndefined();
});
