// Where the program begins: in the desktop app or in a browser against `groundplan serve`. The core is asked at once;
// its answers come while the rest of the program is still being read.
import "@fontsource-variable/inter/wght.css";
import "./theme.css";
import "../controls/controls.css";
import "./app.css";
import type { Backend } from "../ipc/backend";
import { connectHttp } from "../ipc/http";
import { begin } from "./first_design";

/** A printed address that is opened in a tab of ours changes what is behind `#` only, and so loads nothing. */
function enterAnew(): void {
  if (window.location.hash.startsWith("#token=")) window.location.reload();
}

async function connect(): Promise<Backend> {
  if (!("__TAURI_INTERNALS__" in window)) {
    window.addEventListener("hashchange", enterAnew);
    return connectHttp();
  }
  const { connectTauri } = await import("../ipc/tauri");
  return connectTauri();
}

const root = document.getElementById("root");
if (root) {
  const beginning = connect().then(begin);
  // A refusal is shown once there is something to show it with.
  beginning.catch(() => undefined);
  void import("./start").then(({ start }) => start(root, beginning));
}
