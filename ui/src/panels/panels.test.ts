import fc from "fast-check";
import { expect, it } from "vitest";
import { treeStep } from "../controls/tree";
import { extent, rowTops } from "../controls/window";
import { emptyDesign } from "../document/model";
import { createDocumentStore } from "../document/store";
import type { DiagnosticDto } from "../ipc/generated/DiagnosticDto";
import type { JudgementDto } from "../ipc/generated/JudgementDto";
import { blockOf, indexCode, occurrences, ownerOf, spelled, tokens } from "./code/blocks";
import { deployLines, timeText } from "./deploy/lines";
import { drawn, judged, NO_FACTS } from "./facts";
import { copyOf, endedWaiver, isDay, lastDayWrong, waiveEdit } from "./finding";
import { fittingEnvironment, whyNothing } from "./formats";
import { placesOf } from "./problems/places";
import {
  branchOf,
  filtered,
  fixable,
  type Grouping,
  type ProblemRow,
  problemRows,
  waivedRows,
} from "./problems/rows";
import { matrixCsv, matrixRows, matrixState } from "./proof/matrix";

const finding = (key: string, rule: string, severity: string, id = "app"): DiagnosticDto => ({
  key,
  rule,
  severity,
  on: "resource",
  id,
  message: `${rule} here`,
  related: [],
  fixes: severity === "warning" ? ["Fix it"] : [],
  controls: [],
});

const judgement = (revision: number, more: Partial<JudgementDto> = {}): JudgementDto => ({
  session: 1,
  revision,
  environment: "lab",
  diagnostics: [],
  waived: [],
  summaries: {},
  facts: {},
  links: {},
  intents: [],
  partial: false,
  milliseconds: 1,
  ...more,
});

it("the newest judgement wins, and a partial one changes only what it names", () => {
  const first = judged(NO_FACTS, judgement(2, { summaries: { a: "one", b: "two" } }));
  const second = judged(first, judgement(3, { summaries: { a: "three" }, partial: true }));
  expect(Object.fromEntries(second.summaries)).toEqual({ a: "three", b: "two" });
  expect(judged(second, judgement(1))).toBe(second);
});

it("a shape shows its worst finding, or a tick where a proven flow arrives", () => {
  const dto = judgement(1, {
    diagnostics: [finding("1", "a", "advice"), finding("2", "b", "error")],
    links: {
      l: { kind: "flow", label: "", state: "proven" },
      m: { kind: "flow", label: "", state: "broken" },
    },
  });
  const { statuses } = drawn(judged(NO_FACTS, dto), { l: { to: "db" }, m: { to: "web" } });
  expect(["db", "app", "web"].map((id) => statuses.get(id))).toEqual(["ok", "error", undefined]);
  const links = { ...dto.links, m: { kind: "flow", label: "", state: "forbidden" } };
  const open = judgement(2, { links });
  const both = drawn(judged(NO_FACTS, open), { l: { to: "db" }, m: { to: "db" } });
  expect(both.statuses.get("db"), "what must not arrive does").toBeUndefined();
});

it("a broken intent is said of the links that break it", () => {
  const broken = { ...finding("1", "broken-intent", "error", "quiet"), on: "intent", related: ["l", "app"] };
  const links = { l: { kind: "flow", label: "", state: "forbidden" } };
  const { of } = judged(NO_FACTS, judgement(1, { diagnostics: [broken], links }));
  expect([...of.keys()]).toEqual(["quiet", "l"]);
});

it("problems stand by rule, the gravest first, and one alone needs no heading", () => {
  const all = [
    finding("1", "tag", "warning"),
    finding("2", "tag", "warning", "db"),
    finding("3", "open", "error"),
  ];
  const title = (id: string) => ({ app: "App server", db: "Orders" })[id] ?? id;
  const print = (by: Grouping, closed: string[] = []) =>
    problemRows(all, { by, closed: new Set(closed), title }).map((row) =>
      row.is === "group" ? `# ${row.title} ${row.findings.length} ${fixable(row)}` : row.key,
    );
  expect(print("rule")).toEqual(["3", "# tag 2 2", "1", "2"]);
  expect(print("rule", ["rule tag"])).toEqual(["3", "# tag 2 2"]);
  expect(print("place")).toEqual(["# App server 2 1", "1", "3", "2"]);
  expect(print("severity")).toEqual(["3", "# Warnings 2 2", "1", "2"]);
  const keys = (text: string, severity: "all" | "error" = "all") =>
    filtered(all, { text, severity }, title).map((one) => one.key);
  expect(keys("db")).toEqual(["2"]);
  expect(keys("orders")).toEqual(["2"]);
  expect(keys("", "error")).toEqual(["3"]);
});

it("what was waived stands apart, closed until somebody opens it", () => {
  const waived = [{ finding: finding("9", "tag", "warning"), waiver: 0 }];
  expect(waivedRows([], new Set())).toEqual([]);
  expect(waivedRows(waived, new Set()).map((row) => row.key)).toEqual(["waived"]);
  expect(waivedRows(waived, new Set(["waived"])).map((row) => row.key)).toEqual(["waived", "waived 9"]);
});

it("arrows walk the problems, into a group and out of it", () => {
  const all = [finding("1", "tag", "warning"), finding("2", "tag", "warning", "db")];
  const rows = (closed: string[] = []) =>
    problemRows(all, { by: "rule", closed: new Set(closed), title: (id) => id });
  const step = (list: ProblemRow[], at: number, key: string) => treeStep(list, at, key, branchOf);
  expect(step(rows(), 0, "ArrowRight")).toEqual({ go: 1 });
  expect(step(rows(), 2, "ArrowLeft")).toEqual({ go: 0 });
  expect(step(rows(), 0, "ArrowLeft")).toEqual({ turn: "close" });
  expect(step(rows(["rule tag"]), 0, "ArrowRight")).toEqual({ turn: "open" });
  expect(step(rows(), 2, "ArrowDown")).toBe(null);
});

it("an expired waiver's finding leads to the waiver", () => {
  const ended = {
    ...finding("1", "expired-waiver", "warning"),
    message: "the waiver of “tag” on “db” ended on 2020-01-01: remove it",
  };
  const policy = {
    waiver: [
      { rule: "tag", resource: "app", expires: "2020-01-01" },
      { rule: "tag", resource: "db", expires: "2999-01-01" },
      { rule: "tag", resource: "db", expires: "2020-01-01" },
    ],
  };
  expect(endedWaiver(policy, ended)).toBe(2);
  expect(endedWaiver(policy, finding("2", "tag", "warning"))).toBe(-1);
});

it("waiving many is one edit with a waiver for each place", () => {
  const all = [
    finding("1", "tag", "warning"),
    finding("2", "tag", "warning", "db"),
    finding("3", "tag", "warning", "db"),
  ];
  const edit = waiveEdit(all, { reason: "later", owner: "me" });
  expect(edit).toEqual({
    edit: "batch",
    name: "Waive 3 × tag",
    edits: ["app", "db"].map((resource) => ({
      edit: "add-waiver",
      waiver: { rule: "tag", resource, reason: "later", owner: "me" },
    })),
  });
  expect(["2027-03-31", "2027-02-30", "31.3.2027", ""].map(isDay)).toEqual([true, false, false, false]);
  const wrong = (day: string) => lastDayWrong(day, "2027-03-31");
  expect(wrong("2027-03-30")).toBe("choose a day to come");
  expect(["2027-03-31", "2027-04-01", ""].map(wrong)).toEqual([undefined, undefined, undefined]);
});

it("the block of a resource is found in Terraform and in a template", () => {
  const hcl = indexCode(
    [
      'resource "aws_vpc" "shop" {',
      "  a = 1",
      "}",
      "",
      'resource "aws_instance" "app_tier" {',
      "  b {",
      "    c = 1",
      "  }",
      "}",
    ].join("\n"),
  );
  expect(blockOf(hcl, "app-tier")).toEqual([4, 8]);
  expect(blockOf(hcl, "shop")).toEqual([0, 2]);
  expect(blockOf(hcl, "nothing")).toBeNull();
  const yaml = indexCode(["Resources:", "  AppTierA:", "    Type: x", "  Shop:", "    Type: y"].join("\n"));
  expect(blockOf(yaml, "app-tier")).toEqual([1, 2]);
  const names = spelled(["shop", "app-tier", "app"]);
  expect([1, 6, 8, 3].map((at) => ownerOf(hcl.lines, at, names))).toEqual([
    "shop",
    "app-tier",
    "app-tier",
    undefined,
  ]);
  expect([2, 4, 0].map((at) => ownerOf(yaml.lines, at, names))).toEqual(["app-tier", "shop", undefined]);
});

it("every line of a block leads back to the resource that the block was found for", () => {
  const word = fc.stringMatching(/^[a-z]{2,6}(-[a-z]{2,5})?$/);
  fc.assert(
    fc.property(fc.uniqueArray(word, { minLength: 1, maxLength: 8 }), fc.nat(3), (ids, inner) => {
      const fresh = ids.filter((id) => !["aws", "resource", "cidr"].includes(id));
      const text = fresh
        .map((id) => `resource "aws_x" "${id.replaceAll("-", "_")}" {\n${"  cidr = 1\n".repeat(inner)}}\n`)
        .join("\n");
      const index = indexCode(text);
      const names = spelled(fresh);
      for (const id of fresh) {
        const [from, to] = blockOf(index, id) ?? [0, -1];
        expect(to - from).toBe(inner + 1);
        for (let at = from; at <= to; at++) expect(ownerOf(index.lines, at, names)).toBe(id);
      }
    }),
  );
});

it("what is looked for in the code is found in all files", () => {
  const files = [
    { path: "a", text: "one\nTwo" },
    { path: "b", text: "two two" },
  ];
  expect(occurrences(files, "two")).toEqual([
    { path: "a", line: 1 },
    { path: "b", line: 0 },
  ]);
  expect(occurrences(files, " ")).toEqual([]);
});

it("a coloured line is still the line", () => {
  for (const line of ['  ami = "x # y" # note', "", "resource {", '"Key": 12', "// all"]) {
    expect(
      tokens(line)
        .map((token) => token.text)
        .join(""),
    ).toBe(line);
  }
  expect(tokens('a = "x # y"').some((token) => token.look === "comment")).toBe(false);
});

it("deploy says disagreements and the time that is left", () => {
  const lines = deployLines({
    session: 1,
    environment: "test",
    state: "running",
    text: "up",
    endsIn: 3480,
    lines: [],
    verification: {
      flows: [1, 1],
      blocked: [0, 1],
      agree: [1, 2],
      seconds: 0.1,
      disagreements: [
        { from: "a", to: "b", service: "tcp/22", proven: false, tried: "open", because: "no rule" },
      ],
      traces: [
        {
          from: "a",
          to: "b",
          service: "tcp/22",
          address: "10.0.0.1",
          tried: "open",
          proof: ["✗ security group of b: no rule allows it"],
          packets: ["a, sent", "b, in by eth0, taken"],
        },
      ],
      findings: [],
    },
  });
  expect(lines.map((line) => line.text)).toEqual([
    "“a” → “b” on tcp/22: should be blocked",
    "Ends by itself in 58 min, or now:",
    "“a” → “b” on tcp/22, the proof's way",
    "“a” → “b” on tcp/22, the packets' way",
  ]);
  expect([timeText(40), timeText(3600), timeText(7500)]).toEqual(["40 s", "1 h", "2 h 5 min"]);
});

it("the matrix as CSV quotes what needs it and runs no formula", () => {
  const cell = { from: "=cmd()", to: 'b "x"', service: "tcp/1", proven: true, because: "a, b" };
  expect(matrixCsv([cell])).toBe(
    'from,to,service,proof,packets,agrees,because\r\n\'=cmd(),"b ""x""",tcp/1,open,,,"a, b"\r\n',
  );
});

it("the matrix begins with that on which proof and packets disagree", () => {
  const cell = { from: "a", to: "b", service: "tcp/1", proven: true, because: "" };
  const rows = matrixRows([cell, { ...cell, to: "c", tried: "timeout", agrees: false }], "", false);
  expect(rows.map((row) => row.to)).toEqual(["c", "b"]);
  expect(rows.map((row) => matrixState(row).words)).toEqual(["proof and packets disagree", "open"]);
});

it("a list of 100,000 rows makes only those in view", () => {
  const tops = rowTops(100_000, () => 28);
  const { first, last } = extent(tops, 28 * 50_000, 280, 2);
  expect([first, last]).toEqual([49_998, 50_012]);
  expect(
    extent(
      rowTops(0, () => 28),
      0,
      280,
    ),
  ).toEqual({ first: 0, last: -1 });
});

it("an export is made for the chosen environment, or else for the first that the format is for", () => {
  const terraform = { id: "terraform", title: "Terraform", providers: ["aws"], draws: false };
  const environments = { test: { provider: "lab" }, production: { provider: "aws" } } as const;
  expect(fittingEnvironment(terraform, environments, "test")).toBe("production");
  expect(fittingEnvironment({ ...terraform, providers: [] }, environments, "test")).toBe("test");
  expect(fittingEnvironment(terraform, {}, "lab")).toBe("lab");
});

it("an export without files says what stands in its way: the file before the design", () => {
  const notes = ["Terraform cannot express an environment on lab; choose one on aws"];
  expect(whyNothing("the file is damaged", notes)).toBe("Nothing is exported: the file is damaged");
  expect(whyNothing(undefined, notes)).toBe(`Nothing is exported: ${notes[0]}`);
  expect(whyNothing(undefined, [])).toBe("This format has nothing to say about the design");
});

it("a finding about an intent is shown at the shapes that it names, else at the intent's ends", () => {
  const store = createDocumentStore();
  const intent = { expect: "reachable" as const, from: "app", to: "orders" };
  const resources = { app: { kind: "server" }, orders: { kind: "database" }, gate: { kind: "server" } };
  store.load({ ...emptyDesign(), resources, intents: { wanted: intent } }, 1);
  const broken = (related: string[], id = "wanted") => ({
    ...finding("1", "broken-intent", "error", id),
    on: "intent",
    related,
  });
  expect(placesOf(store, broken(["gate", "gone", "gate"]))).toEqual(["gate"]);
  expect(placesOf(store, broken(["gone"]))).toEqual(["app", "orders"]);
  expect(placesOf(store, broken([], "constructor"))).toEqual([]);
  expect(placesOf(store, finding("2", "small", "advice", "app"))).toEqual(["app"]);
});

it("a copied message says the id, once", () => {
  const one = finding("1", "unfit-value", "error");
  expect(copyOf({ ...one, message: "cpu of “App server”: too small" })).toBe(
    "cpu of “App server”: too small (app)",
  );
  expect(copyOf({ ...one, message: "cpu of “app”: too small" })).toBe("cpu of “app”: too small");
});
