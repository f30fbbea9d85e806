// Values that are variables, and values that differ in one environment: what they are now, and the edits that
// make them so. Pure.
import type { DesignJson, EditJson, EnvironmentJson, Id, TableJson, ValueJson } from "../../document/model";
import { freeId } from "./values";

type Environments = DesignJson["environments"];
const VARIABLE = /^\$\{var\.([A-Za-z0-9_-]+)\}$/;

/** The name of the variable that a whole value is. */
export function variableOf(value: ValueJson | undefined): string | undefined {
  return typeof value === "string" ? VARIABLE.exec(value)?.[1] : undefined;
}

/** What a variable is in an environment. */
export function variableIn(environment: EnvironmentJson | undefined, name: string): ValueJson | undefined {
  return environment?.variables?.[name];
}

function withVariable(
  environment: EnvironmentJson,
  name: string,
  value: ValueJson | undefined,
): EnvironmentJson {
  const { [name]: _, ...rest } = environment.variables ?? {};
  const variables: TableJson = value === undefined ? rest : { ...rest, [name]: value };
  const { variables: __, ...others } = environment;
  return Object.keys(variables).length > 0 ? { ...others, variables } : others;
}

/** Sets what a variable is in one environment. */
export function setVariableEdit(
  id: Id,
  environment: EnvironmentJson,
  name: string,
  value: ValueJson,
): EditJson {
  const edits: EditJson[] = [
    { edit: "set-environment", id, environment: withVariable(environment, name, value) },
  ];
  return { edit: "batch", name: `Set variable ${name} in ${id}`, edits };
}

/** A free name for the variable that the attribute of these resources becomes. */
export function variableName(environments: Environments, ids: readonly Id[], attribute: string): string {
  const taken = (name: string) =>
    Object.values(environments).some((one) => Object.hasOwn(one.variables ?? {}, name));
  return freeId(ids.length === 1 ? `${ids[0]}-${attribute}` : attribute, taken);
}

/** The value becomes a variable that is the same in every environment, so that nothing changes by it. */
export function makeVariableEdit(
  environments: Environments,
  ids: readonly Id[],
  attribute: string,
  value: ValueJson,
): EditJson {
  const name = variableName(environments, ids, attribute);
  const all = Object.keys(environments).length > 0 ? environments : { lab: { provider: "lab" } as const };
  const edits: EditJson[] = [
    ...Object.entries(all).map(
      ([id, one]): EditJson => ({ edit: "set-environment", id, environment: withVariable(one, name, value) }),
    ),
    ...ids.map(
      (resource): EditJson => ({
        edit: "set-attribute",
        resource,
        path: [attribute],
        value: `\${var.${name}}`,
      }),
    ),
  ];
  return { edit: "batch", name: `Make ${name} a variable`, edits };
}

/** The value is written in the design again, as it is in the environment; a variable that nothing else uses goes. */
export function inlineVariableEdit(
  design: Pick<DesignJson, "environments" | "resources" | "links">,
  ids: readonly Id[],
  attribute: string,
  name: string,
  value: ValueJson,
): EditJson {
  const text = `\${var.${name}}`;
  const edits: EditJson[] = ids.map((resource) => ({
    edit: "set-attribute",
    resource,
    path: [attribute],
    value,
  }));
  const here = new Set(ids);
  const uses = (part: unknown) => JSON.stringify(part).includes(text);
  const others = Object.entries(design.resources).some(([id, resource]) => {
    if (!here.has(id)) return uses(resource);
    const { [attribute]: _, ...rest } = resource.attributes ?? {};
    return uses({ ...resource, attributes: rest });
  });
  const overridden = Object.values(design.environments).some(({ override }) => override && uses(override));
  if (!others && !overridden && !uses(design.links))
    for (const [id, one] of Object.entries(design.environments))
      if (variableIn(one, name) !== undefined)
        edits.push({ edit: "set-environment", id, environment: withVariable(one, name, undefined) });
  return { edit: "batch", name: `Write ${attribute} in the design`, edits };
}

export interface Override {
  environment: Id;
  value: ValueJson;
}

/** Which environments say another value for an attribute. */
export function overridesOf(environments: Environments, id: Id, attribute: string): Override[] {
  return Object.entries(environments).flatMap(([environment, { override }]) => {
    const value = override?.[id]?.[attribute];
    return value === undefined ? [] : [{ environment, value }];
  });
}

/** Another value in one environment only; `undefined`: as everywhere again. */
export function overrideEdit(
  environments: Environments,
  environment: Id,
  at: { id: Id; attribute: string },
  value: ValueJson | undefined,
): EditJson {
  const { override = {}, ...rest } = environments[environment] ?? { provider: "lab" };
  const { [at.id]: own = {}, ...others } = override;
  const { [at.attribute]: _, ...left } = own;
  const table = value === undefined ? left : { ...left, [at.attribute]: value };
  const next = Object.keys(table).length > 0 ? { ...others, [at.id]: table } : others;
  const whole: EnvironmentJson = Object.keys(next).length > 0 ? { ...rest, override: next } : rest;
  const words = value === undefined ? `Take back ${at.attribute}` : `Set ${at.attribute}`;
  return {
    edit: "batch",
    name: `${words} of ${at.id} in ${environment}`,
    edits: [{ edit: "set-environment", id: environment, environment: whole }],
  };
}
