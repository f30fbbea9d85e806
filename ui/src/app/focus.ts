// The keyboard is never nowhere: an open design has it in its drawing, the start screen as a whole.
import type { Editor } from "../editor/editor";

/** Where nothing has the keyboard any more, or only something that nobody sees. */
export function keepFocus(editor: Editor | null | undefined): void {
  const { activeElement } = document;
  if (activeElement && activeElement !== document.body && !activeElement.closest("[inert]")) return;
  if (editor) editor.grabFocus();
  else document.querySelector<HTMLElement>(".start")?.focus();
}

/**
 * Now, and whenever something that lay over the page is gone: what had the keyboard before it may be gone as
 * well. Two frames later, because whoever closed gives the keyboard back in the first one.
 */
export function watchFocus(editor: Editor | null | undefined): () => void {
  keepFocus(editor);
  const later = () => requestAnimationFrame(() => requestAnimationFrame(() => keepFocus(editor)));
  const overlays = new MutationObserver((changes) => {
    if (changes.some(({ removedNodes }) => removedNodes.length > 0)) later();
  });
  overlays.observe(document.body, { childList: true });
  return () => overlays.disconnect();
}
