// The keyboard is never nowhere: an open design has it in its drawing, the start screen as a whole.
import type { Editor } from "../editor/editor";
import { afterPaint } from "./after_paint";

/** Where nothing has the keyboard any more, or only something that nobody sees. */
export function keepFocus(editor: Editor | null | undefined): void {
  const { activeElement } = document;
  if (activeElement && activeElement !== document.body && !activeElement.closest("[inert]")) return;
  if (editor) editor.grabFocus();
  else document.querySelector<HTMLElement>(".start")?.focus();
}

/**
 * Now, and whenever something that lay over the page is gone: what had the keyboard before it may be gone as
 * well. After a frame, because whoever closed gives the keyboard back in it.
 */
export function watchFocus(editor: Editor | null | undefined): () => void {
  keepFocus(editor);
  let callOff = () => {};
  const overlays = new MutationObserver((changes) => {
    if (!changes.some(({ removedNodes }) => removedNodes.length > 0)) return;
    callOff();
    callOff = afterPaint(() => keepFocus(editor));
  });
  overlays.observe(document.body, { childList: true });
  return () => {
    overlays.disconnect();
    callOff();
  };
}

/** The parts of the screen that F6 goes through, in the order in which they stand. */
const PANELS = [".left", ".canvas-host", ".right", ".drawer", ".top-bar"];
const FOCUSABLE = [
  '[role="tab"][aria-selected="true"]',
  "input:not([disabled]), textarea, select",
  'button:not([disabled]), [tabindex="0"]:not([role="separator"])',
];

/** Into a part of the screen: its chosen tab, else its first field, else whatever takes the keyboard. */
export function focusPanel(panel: string): boolean {
  const part = document.querySelector(panel);
  const found = FOCUSABLE.map((what) => part?.querySelector<HTMLElement>(what)).find(Boolean);
  const root = part?.querySelector<HTMLElement>(".canvas-root");
  (root ?? found)?.focus();
  return Boolean(root ?? found);
}

export function focusNextPanel(by: 1 | -1): void {
  const now = PANELS.findIndex((panel) => document.activeElement?.closest(panel));
  for (let step = 1; step <= PANELS.length; step++) {
    const next = (Math.max(0, now) + by * step + PANELS.length * step) % PANELS.length;
    if (focusPanel(PANELS[next]!)) return;
  }
}

/** The fields of what is selected, once they show. */
export function focusInspector(): void {
  requestAnimationFrame(() => focusPanel(".right"));
}
