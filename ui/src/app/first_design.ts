// The design that a window begins with, and what else the core is asked before anything is drawn. Asked while the rest
// of the program is still being read, so nothing of it is imported here.
import type { Backend, SettingsJson } from "../ipc/backend";
import type { AppInfoDto } from "../ipc/generated/AppInfoDto";
import type { CatalogDto } from "../ipc/generated/CatalogDto";
import type { DocumentDto } from "../ipc/generated/DocumentDto";

/** Stands before a template's id where a design is named. */
const TEMPLATE = "template:";
/** The design that a window shows, so that a reload of the page shows it again. */
const KEPT_SESSION = "groundplan.session";

/** `kept`: what the page showed before it was reloaded. `asked`: what the program was started with, on its way. */
export type FirstDesign =
  | { is: "kept"; dto: DocumentDto }
  | { is: "asked"; answer: Promise<DocumentDto> }
  | { is: "none" };

/** Everything that a window needs to begin. */
export interface Beginning {
  backend: Backend;
  info: AppInfoDto;
  kinds: CatalogDto;
  settings: SettingsJson;
  design: FirstDesign;
}

/** Asks for all of it at once. */
export async function begin(backend: Backend): Promise<Beginning> {
  const asked = backend.call("app_info", undefined);
  const [info, kinds, settings, design] = await Promise.all([
    asked,
    backend.call("catalog_get", undefined),
    backend.call("settings_get", undefined),
    firstDesign(backend, asked),
  ]);
  return { backend, info, kinds, settings: settings ?? {}, design };
}

async function firstDesign(backend: Backend, info: Promise<AppInfoDto>): Promise<FirstDesign> {
  const dto = await keptDesign(backend);
  if (dto) return { is: "kept", dto };
  const { open } = await info;
  if (open === undefined) return { is: "none" };
  const answer = askForDesign(backend, open);
  // Whoever shows the design says why it cannot be opened.
  answer.catch(() => undefined);
  return { is: "asked", answer };
}

/** What this window showed before the page was reloaded, if the program still has it open. */
async function keptDesign(backend: Backend): Promise<DocumentDto | undefined> {
  const kept = window.sessionStorage.getItem(KEPT_SESSION);
  if (kept === null) return undefined;
  try {
    return await backend.call("design_snapshot", { session: Number(kept) });
  } catch {
    // Closed, or another start of the program: the start screen is right then.
    return undefined;
  }
}

/** A design by its path, or `template:ID`. */
export function askForDesign(backend: Backend, name: string): Promise<DocumentDto> {
  return name.startsWith(TEMPLATE)
    ? backend.call("design_from_template", { template: name.slice(TEMPLATE.length) })
    : backend.call("design_open", { path: name });
}

/** After a reload the page shows this session again; null: none. */
export function keepSession(session: number | null): void {
  if (session === null) window.sessionStorage.removeItem(KEPT_SESSION);
  else window.sessionStorage.setItem(KEPT_SESSION, String(session));
}
