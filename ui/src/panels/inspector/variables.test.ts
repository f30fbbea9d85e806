// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the file spells variables so
import { expect, it } from "vitest";
import { type DesignJson, type EditJson, emptyDesign } from "../../document/model";
import { fakeBackend } from "../../ipc/fake";
import {
  inlineVariableEdit,
  makeVariableEdit,
  overrideEdit,
  overridesOf,
  setVariableEdit,
  variableIn,
  variableOf,
} from "./variables";

const design = (): DesignJson => ({
  ...emptyDesign(),
  resources: {
    app: { kind: "server", attributes: { cpu: 2 } },
    job: { kind: "server", attributes: { cpu: 2 } },
  },
  environments: {
    test: { provider: "lab" },
    production: { provider: "aws", variables: { "app-cpu": 1 }, override: { app: { count: 6 } } },
  },
});

async function after(start: DesignJson, edit: EditJson) {
  const core = fakeBackend(start);
  await core.call("design_edit", { session: 1, edit });
  return core.design();
}

it("a value becomes a variable with a free name that is the same everywhere, and back without a trace", async () => {
  const start = design();
  const made = await after(start, makeVariableEdit(start.environments, ["app"], "cpu", 2));
  expect(made.resources.app?.attributes?.cpu).toBe("${var.app-cpu-2}");
  expect(Object.values(made.environments).map((one) => variableIn(one, "app-cpu-2"))).toEqual([2, 2]);
  const back = await after(made, inlineVariableEdit(made, ["app"], "cpu", "app-cpu-2", 2));
  expect(back).toEqual(start);
});

it("a variable that something else uses stays", async () => {
  const start = design();
  const made = await after(start, makeVariableEdit(start.environments, ["app", "job"], "cpu", 2));
  expect(made.resources.job?.attributes?.cpu).toBe("${var.cpu}");
  const back = await after(made, inlineVariableEdit(made, ["app"], "cpu", "cpu", 4));
  expect(back.resources.app?.attributes?.cpu).toBe(4);
  expect(variableIn(back.environments.test, "cpu")).toBe(2);
});

it("a design without environments gets a lab for its variables", async () => {
  const made = await after({ ...design(), environments: {} }, makeVariableEdit({}, ["app"], "cpu", 2));
  expect(made.environments).toEqual({ lab: { provider: "lab", variables: { "app-cpu": 2 } } });
});

it("a variable is set in one environment only", async () => {
  const start = design();
  const lab = start.environments.test ?? { provider: "lab" as const };
  const next = await after(start, setVariableEdit("test", lab, "size", "large"));
  expect(variableIn(next.environments.test, "size")).toBe("large");
  expect(variableIn(next.environments.production, "size")).toBeUndefined();
  expect(["${var.a-b}", "x ${var.a}", 3].map(variableOf)).toEqual(["a-b", undefined, undefined]);
});

it("another value in one environment is seen, set and taken back", async () => {
  const start = design();
  expect(overridesOf(start.environments, "app", "count")).toEqual([{ environment: "production", value: 6 }]);
  const at = { id: "app", attribute: "cpu" };
  const more = await after(start, overrideEdit(start.environments, "production", at, 8));
  expect(more.environments.production?.override).toEqual({ app: { count: 6, cpu: 8 } });
  const less = await after(more, overrideEdit(more.environments, "production", at, undefined));
  expect(less).toEqual(start);
  const none = overrideEdit(start.environments, "production", { id: "app", attribute: "count" }, undefined);
  expect((await after(start, none)).environments.production).not.toHaveProperty("override");
});
