// The panels with a fake core, for work on their looks: `npm run dev`, then /dev/. Not in any build.
// `?theme=dark`, `?start`, `?read-only`, `?empty` choose what is shown.
import "@fontsource-variable/inter/wght.css";
import "../src/app/theme.css";
import "../src/controls/controls.css";
import "../src/app/app.css";
import { createRoot } from "react-dom/client";
import template from "../../templates/three-tier-web-shop/design.gplan?raw";
import { App, boot } from "../src/app/app";
import { begin } from "../src/app/first_design";
import { createEditor } from "../src/canvas/create";
import { emptyDesign } from "../src/document/model";
import { fakeBackend } from "../src/ipc/fake";
import type { ResourceFactsDto } from "../src/ipc/generated/ResourceFactsDto";
import { catalogOf, designOf } from "./fixture";
import { bill, changes, cost, ends, figures, versions } from "./panels";
import { deployed, exported, facts, judgement, matrix, planned, proof, recovery, start } from "./scene";

const kinds = import.meta.glob<string>("../../src-tauri/crates/gp-catalog/kinds/*/*.toml", {
  query: "?raw",
  import: "default",
  eager: true,
});
const icons = import.meta.glob<string>("../../src-tauri/crates/gp-catalog/icons/*.svg", {
  query: "?raw",
  import: "default",
  eager: true,
});
const wanted = new URLSearchParams(window.location.search);
const design = wanted.has("empty") ? emptyDesign() : designOf(template);
const catalog = catalogOf(kinds, icons);
const backend = fakeBackend(design, {
  app_info: () => ({ version: "0.1.0", shell: "browser", folder: "/home/me/designs" }),
  catalog_get: () => catalog,
  settings_get: () => ({
    theme: wanted.get("theme") ?? "light",
    "drawer.tab": wanted.get("tab") ?? "problems",
    "left.tab": wanted.get("left") ?? "parts",
  }),
  start_page: () => start,
  design_from_template: () => ({
    session: 1,
    revision: 1,
    history: { dirty: false },
    design,
    diagnostics: [],
    path: "/home/me/designs/web-shop.gplan",
    ...(wanted.has("read-only") ? { readOnly: "the file says format 2, this program writes 1" } : {}),
    ...(wanted.has("recovery") ? { recovery } : {}),
  }),
  design_recover: () => ({ session: 1, revision: 1, history: { dirty: true }, design, diagnostics: [] }),
  environment_choose: () => {
    const about = backend.design();
    window.setTimeout(() => backend.tell({ event: "judged", ...judgement(about) }), 30);
    return undefined;
  },
  deploy_status: ({ environment }) => deployed(environment),
  deploy_plan: ({ environment, destroy }) => planned(environment, destroy ?? false),
  deploy_apply: () => undefined,
  resource_facts: ({ id }): ResourceFactsDto => facts(backend.design(), id),
  export_formats: () => [
    { id: "terraform", title: "Terraform", providers: ["aws"], draws: false },
    { id: "cloudformation", title: "CloudFormation", providers: ["aws"], draws: false },
    { id: "svg", title: "Picture (SVG)", providers: [], draws: true },
  ],
  export_run: ({ format }) => exported(format),
  proof_ask: () => proof,
  proof_ends: () => ends,
  proof_matrix: () => matrix(),
  finding_explain: ({ rule }) => ({ text: `## ${rule}\n\n*warning* · Bad: it is in the clear.` }),
  design_versions: () => versions,
  design_changes: () => ({ patch: changes }),
  design_figures: () => figures,
  design_cost: () => cost,
  design_bill: () => bill,
  nest_offer: ({ parent }) => ({ allowed: true, because: "", ...(parent ? { parent } : {}) }),
  folder_list: ({ path }) => ({
    path: path ?? "/home/me/designs",
    entries: [
      { name: "old", folder: true, design: false },
      { name: "web-shop.gplan", folder: false, design: true },
    ],
  }),
});

const root = document.getElementById("root");
if (root) {
  const booted = await boot(await begin(backend));
  createRoot(root).render(<App {...booted} makeEditor={createEditor} />);
  if (!wanted.has("start"))
    await booted.desk.open(() => backend.call("design_from_template", { template: "x" }));
  Object.assign(window, { dev: { ...booted, backend } });
}
