// @vitest-environment jsdom
import { act } from "react";
import { createRoot } from "react-dom/client";
import { afterEach, expect, it, vi } from "vitest";
import { signal } from "../document/signal";
import { type Desk, NO_SESSION } from "./desk";
import { Toasts } from "./toasts";

(globalThis as { IS_REACT_ACT_ENVIRONMENT?: boolean }).IS_REACT_ACT_ENVIRONMENT = true;

const root = document.createElement("div");
document.body.append(root);
afterEach(() => vi.useRealTimers());

it("a notice that was closed under the pointer does not keep the next one for ever", async () => {
  vi.useFakeTimers();
  const notice = signal<{ text: string; key: number } | null>(null);
  const say = (text: string, key: number) => act(() => notice.set({ text, key }));
  const shown = () => root.querySelector(".toast")?.textContent;
  await act(() =>
    createRoot(root).render(<Toasts desk={{ notice, session: signal(NO_SESSION) } as unknown as Desk} />),
  );

  await say("first", 1);
  const toast = root.querySelector(".toast");
  await act(() => toast?.dispatchEvent(new MouseEvent("pointerover", { bubbles: true })));
  await act(() => vi.advanceTimersByTime(60_000));
  expect(shown()).toBe("first");
  await act(() => (root.querySelector("[aria-label=Close]") as HTMLElement).click());
  expect(shown()).toBeUndefined();

  await say("second", 2);
  expect(shown()).toBe("second");
  await act(() => vi.advanceTimersByTime(6000));
  expect(shown()).toBeUndefined();
});
