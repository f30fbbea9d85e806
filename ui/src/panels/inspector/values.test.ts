// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the file spells variables so
import { describe, expect, it } from "vitest";
import type { AttributeDto } from "../../ipc/generated/AttributeDto";
import { sameType } from "./rows";
import {
  commonAttributes,
  fieldState,
  freeId,
  idProblem,
  listed,
  type Picked,
  parseValue,
  rangeWords,
  rangeWrong,
  setEdit,
  tagEdits,
  tagsOf,
  unsetEdit,
  valueText,
} from "./values";

const attribute = (name: string, type: string, more: Partial<AttributeDto> = {}): AttributeDto => ({
  name,
  type,
  label: name,
  help: "",
  group: "General",
  choices: [],
  choiceLabels: {},
  of: [],
  required: false,
  secret: false,
  advanced: false,
  ...more,
});

describe("a text typed into a field", () => {
  it.each([
    ["integer", "4", { value: 4 }],
    ["integer", "4.5", { wrong: "x is a whole number, like 2" }],
    ["number", "4,5", { value: 4.5 }],
    ["port", "http", { wrong: "x is a number, like 2" }],
    ["size", "4 GiB", { value: "4 GiB" }],
    ["size", "4GiB", { value: "4 GiB" }],
    ["size", "4", { value: "4 GiB" }],
    ["size", "much", { wrong: "give a number and a unit, like 4 GiB" }],
    ["duration", "30", { value: "30 days" }],
    ["duration", "1 hour", { value: "1 hour" }],
    ["list", "a, b\nc", { value: ["a", "b", "c"] }],
    ["integer", "${var.size}", { value: "${var.size}" }],
    ["text", " debian-12 ", { value: "debian-12" }],
  ])("%s %s", (type, text, expected) => expect(parseValue(attribute("x", type), text)).toEqual(expected));

  it.each([
    ["integer", { min: 1, max: 448, unit: "vCPU" }, "-2", "too small: at least 1 vCPU"],
    ["integer", { min: 1, max: 448 }, "900", "too large: at most 448"],
    ["size", { min: 2 ** 29 }, "256 MiB", "too small: at least 512 MiB"],
    ["duration", { max: 86_400 }, "2 days", "too large: at most 1 day"],
    ["port", {}, "0", "too small: at least 1"],
    ["port", {}, "70000", "too large: at most 65535"],
  ])("%s %o refuses %s in words", (type, range, text, wrong) =>
    expect(parseValue(attribute("x", type, range), text)).toEqual({ wrong }),
  );

  it("fits up to both ends, and a variable always", () => {
    const cpu = attribute("x", "integer", { min: 1, max: 448 });
    expect(parseValue(cpu, "1")).toEqual({ value: 1 });
    expect(parseValue(cpu, "448")).toEqual({ value: 448 });
    expect(parseValue(cpu, "${var.size}")).toEqual({ value: "${var.size}" });
  });
});

describe("what fits an attribute is said before", () => {
  const size = attribute("x", "size", { min: 2 ** 29, max: 24 * 2 ** 40 });
  it.each([
    [attribute("x", "integer", { min: 1, max: 448, unit: "vCPU" }), "1 vCPU to 448 vCPU"],
    [size, "512 MiB to 24 TiB"],
    [attribute("x", "duration", { max: 35 * 86_400 }), "at most 35 days"],
    [attribute("x", "cidr"), "like 10.20.1.0/24"],
    [attribute("x", "text"), ""],
  ])("%#", (one, words) => expect(rangeWords(one)).toBe(words));

  it.each([
    [size, "256 MiB", true],
    [size, "4 GiB", false],
    [size, "${var.size}", false],
    [attribute("x", "integer", { max: 8 }), 9, true],
    [attribute("x", "duration", { max: 86_400 }), "2 days", true],
    [attribute("x", "duration", { max: 86_400 }), "30 minutes", false],
  ])("%#: a value outside is told at once", (one, value, outside) =>
    expect(rangeWrong(one, value) !== undefined).toBe(outside),
  );
});

describe("tags of many", () => {
  const picked: Picked[] = [
    { id: "a", resource: { kind: "server", tags: { owner: "x", team: "t" } } },
    { id: "b", resource: { kind: "server", tags: { owner: "y", team: "t" } } },
    { id: "c", resource: { kind: "server", tags: { team: "t" } } },
  ];
  const { table, mixed } = tagsOf(picked.map(({ resource }) => resource));

  it("shows those that differ as mixed", () => {
    expect(table).toEqual({ owner: "", team: "t" });
    expect([...mixed]).toEqual(["owner"]);
  });

  it("sets and removes only where it must", () => {
    expect(
      tagEdits(picked, table, { ...table, owner: "x" }).map(
        (edit) => (edit as { resource: string }).resource,
      ),
    ).toEqual(["b", "c"]);
    expect(tagEdits(picked, table, { team: "t" }).map((edit) => edit.edit)).toEqual([
      "unset-attribute",
      "unset-attribute",
    ]);
    expect(tagEdits(picked, table, table)).toEqual([]);
  });
});

describe("the state of a field", () => {
  const cpu = attribute("cpu", "integer", { default: 2 });
  const server = (attributes = {}) => ({ kind: "server", attributes });

  it("is the default where nobody says anything", () => {
    const state = fieldState(cpu, [{ id: "a", resource: server() }]);
    expect(state).toMatchObject({ value: 2, origin: "default", set: false });
  });

  it("is what the core says is in force, with where it comes from", () => {
    const facts = { cpu: { value: 8, origin: "inherited", from: "from shop" } };
    expect(fieldState(cpu, [{ id: "a", resource: server(), facts }])).toMatchObject({
      value: 8,
      origin: "from shop",
    });
  });

  it("is the set value, without words, and can be reset", () => {
    const state = fieldState(cpu, [{ id: "a", resource: server({ cpu: 4 }) }]);
    expect(state).toMatchObject({ value: 4, origin: "", set: true });
  });

  it("is mixed where the picked ones differ", () => {
    const picked = [
      { id: "a", resource: server({ cpu: 4 }) },
      { id: "b", resource: server() },
    ];
    expect(fieldState(cpu, picked)).toMatchObject({ mixed: true, set: true, value: undefined });
  });

  it("is one value where one says what is the other's default", () => {
    const picked = [
      { id: "a", resource: server() },
      { id: "b", resource: server({ cpu: 2 }) },
    ];
    expect(fieldState(cpu, picked)).toMatchObject({ mixed: false, set: true, value: 2, written: 2 });
  });

  it("is mixed where the defaults of the picked kinds differ", () => {
    const picked = [
      { id: "a", resource: server(), attributes: [cpu] },
      { id: "b", resource: server(), attributes: [attribute("cpu", "integer", { default: 4 })] },
    ];
    expect(fieldState(cpu, picked)).toMatchObject({ mixed: true, set: false });
  });
});

it("one resource is one edit, many are one batch with a name", () => {
  expect(setEdit(["a"], ["cpu"], 4, "vCPU")).toEqual({
    edit: "set-attribute",
    resource: "a",
    path: ["cpu"],
    value: 4,
  });
  expect(setEdit(["a", "b"], ["cpu"], 4, "vCPU")).toMatchObject({
    edit: "batch",
    name: "Set vcpu of 2 resources",
  });
});

it("a reset touches only those that say something", () => {
  const picked = [
    { id: "a", resource: { kind: "server", attributes: { cpu: 4 } } },
    { id: "b", resource: { kind: "server" } },
  ];
  expect(unsetEdit(picked, ["cpu"], "vCPU")).toEqual({
    edit: "unset-attribute",
    resource: "a",
    path: ["cpu"],
  });
});

it("many kinds share the attributes of the same name and type", () => {
  const one = [attribute("cpu", "integer"), attribute("size", "size")];
  const other = [attribute("cpu", "integer"), attribute("size", "text")];
  expect(commonAttributes([one, other]).map((each) => each.name)).toEqual(["cpu"]);
});

it("ids are checked and made free", () => {
  const taken = (id: string) => id === "app" || id === "app-2";
  expect(idProblem("App", taken)).toContain("small letters");
  expect(idProblem("app", taken)).toContain("taken");
  expect(idProblem("app-3", taken)).toBeUndefined();
  expect(freeId("App", taken)).toBe("app-3");
  expect(freeId("12 … ", taken)).toBe("thing");
});

it("values read as words", () => {
  expect(valueText([{ name: "http", port: 80 }])).toBe("name http, port 80");
  expect(valueText({ $date: "2027-03-31" })).toBe("2027-03-31");
  expect(valueText(true)).toBe("yes");
});

it("a raw value keeps the type that it had", () => {
  expect(sameType(2, "4")).toBe(4);
  expect(sameType(false, "true")).toBe(true);
  expect(sameType("t3.medium", "t3.large")).toBe("t3.large");
});

it("of very many names the first are listed, and how many more there are", () => {
  const names = (count: number) => Array.from({ length: count }, (_, k) => `srv-${k}`);
  expect(listed(names(3))).toBe("srv-0, srv-1, srv-2");
  expect(listed(names(200))).toMatch(/, srv-199$/);
  expect(listed(names(50_000))).toMatch(/, srv-199 and 49,800 more$/);
});
