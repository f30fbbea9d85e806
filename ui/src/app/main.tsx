// Where the program begins: in the desktop app or in a browser against `groundplan serve`.
import "@fontsource-variable/inter/wght.css";
import "./theme.css";
import "../controls/controls.css";
import "./app.css";
import { createRoot } from "react-dom/client";
import { createEditor } from "../canvas/create";
import { asBackendError, type Backend } from "../ipc/backend";
import { connectHttp } from "../ipc/http";
import { sentence } from "../panels/finding";
import { App, boot } from "./app";
import { isTyping } from "./shortcuts";

const inDesktop = "__TAURI_INTERNALS__" in window;

/** The web view's own menu offers to reload the page: in an app that is a trap. Text keeps its menu. */
function hideWebMenu(event: MouseEvent): void {
  const inText = isTyping(event.target) || !document.getSelection()?.isCollapsed;
  if (!inText) event.preventDefault();
}

/** A printed address that is opened in a tab of ours changes what is behind `#` only, and so loads nothing. */
function enterAnew(): void {
  if (window.location.hash.startsWith("#token=")) window.location.reload();
}

async function connect(): Promise<Backend> {
  if (!inDesktop) {
    window.addEventListener("hashchange", enterAnew);
    return connectHttp();
  }
  window.addEventListener("contextmenu", hideWebMenu);
  const { connectTauri } = await import("../ipc/tauri");
  return connectTauri();
}

async function start(root: HTMLElement): Promise<void> {
  const react = createRoot(root);
  try {
    const booted = await boot(await connect());
    react.render(<App {...booted} makeEditor={createEditor} />);
  } catch (thrown) {
    react.render(
      <p className="gate" role="alert">
        {sentence(asBackendError(thrown).message)}
      </p>,
    );
  }
}

const root = document.getElementById("root");
if (root) void start(root);
