import { expect, it } from "vitest";
import { extent, rowTops } from "../controls/window";
import type { DiagnosticDto } from "../ipc/generated/DiagnosticDto";
import type { JudgementDto } from "../ipc/generated/JudgementDto";
import { blockOf, tokens } from "./code/blocks";
import { deployLines, timeText } from "./deploy/lines";
import { drawn, judged, NO_FACTS } from "./facts";
import { fittingEnvironment } from "./formats";
import { filtered, problemRows } from "./problems/rows";
import { matrixCsv } from "./proof/matrix";

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
  const { statuses } = drawn(judged(NO_FACTS, dto), dto, (link) => ({ l: "db", m: "web" })[link]);
  expect(Object.fromEntries(statuses)).toEqual({ db: "ok", app: "error" });
});

it("problems stand by rule, the gravest first, and one alone needs no heading", () => {
  const all = [
    finding("1", "tag", "warning"),
    finding("2", "tag", "warning", "db"),
    finding("3", "open", "error"),
  ];
  const print = (closed: string[] = []) =>
    problemRows(all, new Set(closed)).map((row) =>
      row.is === "group" ? `# ${row.title} ${row.count} ${row.fixes}` : row.key,
    );
  expect(print()).toEqual(["3", "# tag 2 2", "1", "2"]);
  expect(print(["tag"])).toEqual(["3", "# tag 2 2"]);
  expect(filtered(all, { text: "db", severity: "all" }).map((one) => one.key)).toEqual(["2"]);
  expect(filtered(all, { text: "", severity: "error" }).map((one) => one.key)).toEqual(["3"]);
});

it("the block of a resource is found in Terraform and in a template", () => {
  const hcl = [
    'resource "aws_vpc" "shop" {',
    "  a = 1",
    "}",
    "",
    'resource "aws_instance" "app_tier" {',
    "  b {",
    "    c = 1",
    "  }",
    "}",
  ];
  expect(blockOf(hcl, "app-tier")).toEqual([4, 8]);
  expect(blockOf(hcl, "shop")).toEqual([0, 2]);
  expect(blockOf(hcl, "nothing")).toBeNull();
  const yaml = ["Resources:", "  AppTierA:", "    Type: x", "  Shop:", "    Type: y"];
  expect(blockOf(yaml, "app-tier")).toEqual([1, 2]);
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
    },
  });
  expect(lines.map((line) => line.text)).toEqual([
    "a → b on tcp/22: should be blocked",
    "Ends by itself in 58 min, or now:",
  ]);
  expect([timeText(40), timeText(3600), timeText(7500)]).toEqual(["40 s", "1 h", "2 h 5 min"]);
});

it("the matrix as CSV quotes what needs it and runs no formula", () => {
  const cell = { from: "=cmd()", to: 'b "x"', service: "tcp/1", proven: true, because: "a, b" };
  expect(matrixCsv([cell])).toBe(
    'from,to,service,proof,packets,because\r\n\'=cmd(),"b ""x""",tcp/1,open,,"a, b"\r\n',
  );
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
