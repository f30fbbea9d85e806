// @vitest-environment jsdom
import { act } from "react";
import { createRoot } from "react-dom/client";
import { expect, it, vi } from "vitest";
import { emptyDesign } from "../document/model";
import { signal } from "../document/signal";
import { fakeBackend } from "../ipc/fake";
import { App } from "./app";
import { createDesk } from "./desk";
import { createScreen } from "./screen";
import { createSettings } from "./settings";

(globalThis as { IS_REACT_ACT_ENVIRONMENT?: boolean }).IS_REACT_ACT_ENVIRONMENT = true;
// jsdom has none.
vi.stubGlobal("CSS", { escape: (text: string) => text });

it("asks before it closes with unsaved edits even when the editor failed, and asks again", async () => {
  vi.spyOn(console, "error").mockImplementation(() => undefined);
  const backend = fakeBackend({ ...emptyDesign(), name: "Shop" }, { window_close: () => undefined });
  const settings = createSettings(backend, {}, 0);
  const info = { version: "1", shell: "desktop", folder: "/designs" };
  const catalog = { kinds: [], icons: {}, kind: () => undefined };
  const desk = createDesk({ backend, info, catalog, settings, theme: signal("light" as const) });
  await desk.open(() => backend.call("design_new", undefined));
  await backend.call("design_edit", { session: 1, edit: { edit: "set-name", name: "Shop 2" } });
  const root = document.body.appendChild(document.createElement("div"));
  const makeEditor = () => {
    throw new Error("no canvas");
  };
  const page = createRoot(root);
  await act(() =>
    page.render(
      <App
        desk={desk}
        screen={createScreen(settings)}
        contrast={signal(false)}
        textScale={signal(1)}
        waiting={signal(false)}
        makeEditor={makeEditor}
      />,
    ),
  );
  expect(root.textContent).toContain("Groundplan failed: no canvas");

  const closeWindow = () => act(async () => backend.tell({ event: "close-requested" }));
  const answer = (words: string) =>
    act(async () =>
      [...document.querySelectorAll<HTMLElement>("[role=alertdialog] button")]
        .find((button) => button.textContent === words)
        ?.click(),
    );
  await closeWindow();
  expect(document.querySelector("[role=alertdialog]")?.textContent).toContain("Save “Shop 2” first?");
  await answer("Cancel");
  // So does quitting by its key.
  const key = new KeyboardEvent("keydown", { key: "q", code: "KeyQ", ctrlKey: true, bubbles: true });
  await act(async () => document.body.dispatchEvent(key));
  await answer("Don’t save");
  expect(backend.calls.map((call) => call.name)).toContain("window_close");
  // It watches the page until it goes, and this page goes before the test's world does.
  await act(() => page.unmount());
});
