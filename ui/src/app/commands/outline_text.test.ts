import { expect, test } from "vitest";
import { emptyDesign } from "../../document/model";
import { createDocumentStore } from "../../document/store";
import { NO_FACTS } from "../../panels/facts";
import { outlineText } from "./outline_text";

const document = createDocumentStore();
document.load(
  {
    ...emptyDesign(),
    resources: {
      net: { kind: "network", title: "Shop" },
      app: { kind: "server", parent: "net" },
      db: { kind: "database", parent: "net" },
      far: { kind: "bucket" },
    },
    links: { "app-db": { from: "app", to: "db", allow: ["tcp/5432"] }, out: { from: "app", to: "far" } },
  },
  1,
);
const facts = { ...NO_FACTS, summaries: new Map([["app", "2 cpu"]]) };

test("what is selected is listed with what it holds and the links between", () => {
  expect(outlineText(document, facts, ["net"])).toBe(
    "Shop (network)\n  app (2 cpu)\n  db (database)\n\napp → db tcp/5432\n",
  );
});

test("with nothing selected, everything is", () => {
  expect(outlineText(document, facts, [])).toContain("far (bucket)");
  expect(outlineText(document, facts, [])).toContain("app → far\n");
});
