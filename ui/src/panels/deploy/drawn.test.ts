import { expect, it } from "vitest";
import { type ChangeJson, emptyDesign, type ResourceJson } from "../../document/model";
import { createDocumentStore } from "../../document/store";
import { drawnAlike } from "./drawn";

const server = (title: string): ResourceJson => ({ kind: "server", title }) as ResourceJson;

it("what is built counts, not where it stands; undo makes it alike again", () => {
  const store = createDocumentStore();
  store.load({ ...emptyDesign(), resources: { app: server("App") } }, 1);
  const planned = store.design();
  const change = (one: ChangeJson) => store.apply({ changes: [one] }, store.revision() + 1);
  const alike = () => drawnAlike(planned, store.design(), "test");

  change({ of: "resource-layout", id: "app", before: null, after: [0, 0, 10, 10] });
  expect(alike()).toBe(true);
  change({ of: "resource", id: "app", before: server("App"), after: server("Shop") });
  expect(alike()).toBe(false);
  change({ of: "resource", id: "app", before: server("Shop"), after: server("App") });
  expect(alike()).toBe(true);
  change({ of: "resource", id: "db", before: null, after: server("Db") });
  expect(alike()).toBe(false);
});

it("another environment changes nothing here", () => {
  const planned = emptyDesign();
  const edited = { ...planned, environments: { production: { provider: "aws" as const } } };
  expect(drawnAlike(planned, edited, "test")).toBe(true);
  expect(drawnAlike(planned, edited, "production")).toBe(false);
});
