/** The benchmark page: the real editor on a generated or the template's design, edits applied without a core. */
import "@fontsource-variable/inter";
import shop from "../../templates/three-tier-web-shop/design.gplan?raw";
import { createEditor } from "../src/canvas/create";
import type { DesignJson, EditJson } from "../src/document/model";
import { createDocumentStore } from "../src/document/store";
import type { EditorHost, Judgement, Status, ThemeName } from "../src/editor/editor";
import { applyEdit } from "./apply_edit";
import { designOf, kindsOf } from "./design_text";
import { generate, random } from "./generate";

type Texts = { [path: string]: string };
const KIND_FILES = import.meta.glob("../../src-tauri/crates/gp-catalog/kinds/**/*.toml", {
  eager: true,
  query: "?raw",
  import: "default",
}) as Texts;
const ICON_FILES = import.meta.glob("../../src-tauri/crates/gp-catalog/icons/*.svg", {
  eager: true,
  query: "?raw",
  import: "default",
}) as Texts;

const query = new URLSearchParams(location.search);
const theme = (query.get("theme") ?? "light") as ThemeName;
const size = Number(query.get("n") ?? 0);
const design: DesignJson = size > 0 ? generate(size, Math.round(size * 1.2)) : designOf(shop);
const kinds = kindsOf(KIND_FILES);
const icons = Object.fromEntries(
  Object.entries(ICON_FILES).map(([path, svg]) => [path.split("/").at(-1)!.replace(".svg", ""), svg]),
);
const edits: EditJson[] = [];
const asked: unknown[] = [];

// As in a browser that has no workers.
if (query.has("alone")) Reflect.deleteProperty(window, "Worker");
const store = createDocumentStore();
const host: EditorHost = {
  async onEdit(edit) {
    edits.push(edit);
    const revision = store.revision() + 1;
    store.apply(applyEdit(store, edit), revision);
    return { revision };
  },
  onCommand: (command) => asked.push({ command }),
  onContextMenu: (menu) => asked.push({ menu }),
  onInsertRequest: (insert) => asked.push({ insert }),
  onInspect: (inspect) => asked.push({ inspect }),
  onNotice: (notice) => asked.push({ notice }),
};
const editor = createEditor(document.getElementById("stage")!, store, host);
editor.setTheme(theme);
editor.setCatalog(kinds, icons);
// From here on as in the app: the design has been parsed and arrives.
const began = performance.now();
store.load(design, 1);
const loaded = performance.now() - began;
editor.setJudgement(size > 0 ? randomJudgement(3) : shopJudgement());
editor.run("zoom-fit");
const built = performance.now() - began;

function randomJudgement(seed: number): Judgement {
  const next = random(seed);
  const some: Status[] = ["ok", "ok", "ok", "ok", "warning", "error", "none"];
  const statuses = new Map(
    Object.keys(design.resources).map((id): [string, Status] => [
      id,
      some[Math.floor(next() * some.length)]!,
    ]),
  );
  return { statuses, summaries: new Map(), facts: new Map(), links: new Map() };
}

/** What the core might say of the template; with `?error`, so that pictures show every state. */
function shopJudgement(): Judgement {
  const bad = query.has("error");
  const statuses = new Map<string, Status>([
    ["entry", "ok"],
    ["app", "ok"],
    ["orders", "ok"],
    ["scratch", "warning"],
    ["way-out", bad ? "error" : "none"],
    ["images", bad ? "waiting" : "none"],
  ]);
  const fact = (label: string, state: string, kind = "flow") => ({ kind, label, state });
  return {
    statuses,
    summaries: new Map([
      ["internet", "anyone"],
      ["entry", "load balancer · 443"],
      ["way-out", "NAT · one per zone"],
      ["app", "server · 2 vCPU, 4 GiB"],
      ["orders", "PostgreSQL 17 · standby"],
      ["images", "bucket"],
      ["scratch", "50 GiB"],
    ]),
    facts: new Map(),
    links: new Map([
      ["visitors-entry", fact("80, 443", "proven")],
      ["entry-app", fact("8080", "proven", "target")],
      ["app-orders", fact("5432", bad ? "broken" : "proven")],
      ["app-images", fact("443", "unproven")],
      ["scratch-app", fact("", "unproven", "attachment")],
    ]),
  };
}

const bench = { editor, store, edits, asked, loaded, built, randomJudgement, firstFrame: 0 };
Object.assign(window, { bench });
requestAnimationFrame(() => {
  bench.firstFrame = performance.now() - began;
});
