// The keyboard is never nowhere: an open design has it in its drawing, the start screen as a whole.
import type { Editor } from "../editor/editor";

/** Where nothing has the keyboard any more, or only something that nobody sees. */
export function keepFocus(editor: Editor | null | undefined): void {
  const { activeElement } = document;
  if (activeElement && activeElement !== document.body && !activeElement.closest("[inert]")) return;
  if (editor) editor.grabFocus();
  else document.querySelector<HTMLElement>(".start")?.focus();
}
