// The program itself, once it is read: shows what the core answered, or why it did not.
import { createRoot } from "react-dom/client";
import { createEditor } from "../canvas/create";
import { asBackendError } from "../ipc/backend";
import { sentence } from "../panels/finding";
import { App, boot } from "./app";
import type { Beginning } from "./first_design";
import { isTyping } from "./shortcuts";

/** The web view's own menu offers to reload the page: in an app that is a trap. Text keeps its menu. */
function hideWebMenu(event: MouseEvent): void {
  const inText = isTyping(event.target) || !document.getSelection()?.isCollapsed;
  if (!inText) event.preventDefault();
}

export async function start(root: HTMLElement, beginning: Promise<Beginning>): Promise<void> {
  const react = createRoot(root);
  try {
    const begun = await beginning;
    if (begun.info.shell === "desktop") window.addEventListener("contextmenu", hideWebMenu);
    react.render(<App {...boot(begun)} makeEditor={createEditor} />);
  } catch (thrown) {
    react.render(
      <p className="gate" role="alert">
        {sentence(asBackendError(thrown).message)}
      </p>,
    );
  }
}
