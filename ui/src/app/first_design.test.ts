// @vitest-environment jsdom
import { expect, it, vi } from "vitest";
import { emptyDesign } from "../document/model";
import { BackendError } from "../ipc/backend";
import { type Answers, fakeBackend } from "../ipc/fake";
import { begin, keepSession } from "./first_design";

const info = (open?: string) => ({
  version: "1",
  shell: "browser",
  folder: "/designs",
  ...(open ? { open } : {}),
});

function backendWith(open: string | undefined, answers: Answers = {}) {
  keepSession(null);
  return fakeBackend(emptyDesign(), {
    app_info: () => info(open),
    catalog_get: () => ({ kinds: [], icons: {} }) as never,
    ...answers,
  });
}

it("asks for the design before the catalog is here", async () => {
  const backend = backendWith("/designs/shop.gplan", { catalog_get: () => new Promise(() => undefined) });
  void begin(backend);
  await vi.waitFor(() =>
    expect(backend.calls).toContainEqual({ name: "design_open", args: { path: "/designs/shop.gplan" } }),
  );
});

it("begins with a template by its id, and with none where none is named", async () => {
  const backend = backendWith("template:three-tier-web-shop");
  expect((await begin(backend)).design.is).toBe("asked");
  expect(backend.calls).toContainEqual({
    name: "design_from_template",
    args: { template: "three-tier-web-shop" },
  });
  expect((await begin(backendWith(undefined))).design.is).toBe("none");
});

it("leaves a refusal to whoever shows the design", async () => {
  const refuse = () => {
    throw new BackendError({ code: "not-found", message: "no such file" });
  };
  const { design } = await begin(backendWith("/gone.gplan", { design_open: refuse }));
  await expect(design.is === "asked" ? design.answer : undefined).rejects.toThrow("no such file");
});

it("shows the same design after a reload of the page, and none after the program lost it", async () => {
  const backend = backendWith("/designs/shop.gplan");
  keepSession(1);
  expect((await begin(backend)).design.is).toBe("kept");
  const restarted = backendWith(undefined, {
    design_snapshot: () => {
      throw new BackendError({ code: "not-found", message: "not open any more" });
    },
  });
  keepSession(1);
  expect((await begin(restarted)).design.is).toBe("none");
});
