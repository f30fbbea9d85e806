// The one door to the core. Every command and event of gp-app, typed; how they travel is the
// business of http.ts (browser) and tauri.ts (desktop app). Nothing else in the UI does IO.

import type { DesignJson, EditJson, PatchJson } from "../document/model";
import type { AppError } from "./generated/AppError";
import type { AppEvent } from "./generated/AppEvent";
import type { AppInfoDto } from "./generated/AppInfoDto";
import type { BillDto } from "./generated/BillDto";
import type { CablesDto } from "./generated/CablesDto";
import type { CatalogDto } from "./generated/CatalogDto";
import type { CostDto } from "./generated/CostDto";
import type { DeployStatusDto } from "./generated/DeployStatusDto";
import type { DiagnosticDto } from "./generated/DiagnosticDto";
import type { DocumentDto } from "./generated/DocumentDto";
import type { DriftDto } from "./generated/DriftDto";
import type { EarlierDto } from "./generated/EarlierDto";
import type { ErrorCode } from "./generated/ErrorCode";
import type { ExportDto } from "./generated/ExportDto";
import type { ExposureDto } from "./generated/ExposureDto";
import type { FiguresDto } from "./generated/FiguresDto";
import type { LogLineDto } from "./generated/LogLineDto";
import type { MatrixCellDto } from "./generated/MatrixCellDto";
import type { MergeDto } from "./generated/MergeDto";
import type { NestOfferDto } from "./generated/NestOfferDto";
import type { PastePreviewDto } from "./generated/PastePreviewDto";
import type { PlanDto } from "./generated/PlanDto";
import type { ProofDto } from "./generated/ProofDto";
import type { RackDto } from "./generated/RackDto";
import type { RawTakesDto } from "./generated/RawTakesDto";
import type { ReachDto } from "./generated/ReachDto";
import type { ReapDto } from "./generated/ReapDto";
import type { ResourceFactsDto } from "./generated/ResourceFactsDto";
import type { RunDto } from "./generated/RunDto";
import type { RunStoryDto } from "./generated/RunStoryDto";
import type { SavedDto } from "./generated/SavedDto";
import type { SpreadDto } from "./generated/SpreadDto";
import type { StartDto } from "./generated/StartDto";

/** What the UI keeps between starts; the core stores it without looking inside. */
export type SettingsJson = Record<string, unknown>;

/** A format that a design can be exported to. */
export interface ExportFormat {
  id: string;
  title: string;
  /** Providers it is for; empty: any. */
  providers: string[];
  /** Whether it is a picture. */
  draws: boolean;
}

/** What is wanted of a picture; what is left out is not wanted. */
export interface PictureJson {
  theme?: string;
  /** Only these, with what they hold. */
  ids?: string[];
  /** Only this part of the drawing. */
  /** What of the design is shown at all. */
  shown?: string[];
  withoutLinks?: boolean;
  view?: [number, number, number, number];
  legend?: boolean;
  titleBlock?: boolean;
  /** The day that the title block says. */
  date?: string;
  badges?: boolean;
  /** Of a PNG, in percent. */
  scale?: number;
  withoutDesign?: boolean;
}

/** One folder, as `folder_list` shows it. */
export interface FolderJson {
  path: string;
  parent?: string;
  entries: { name: string; folder: boolean; design: boolean }[];
}

type Session = { session: number };
type InEnvironment = Session & { environment: string };

/** Command → [arguments, answer]. The table of gp-app's COMMANDS.md. */
export interface Commands {
  app_info: [void, AppInfoDto];
  catalog_get: [void, CatalogDto];
  start_page: [void, StartDto];
  settings_get: [void, SettingsJson];
  settings_set: [{ settings: SettingsJson }, unknown];
  log_tail: [{ lines: number }, LogLineDto[]];
  design_new: [void, DocumentDto];
  design_from_template: [{ template: string }, DocumentDto];
  design_open: [{ path: string }, DocumentDto];
  design_open_bytes: [{ base64: string }, DocumentDto];
  design_recover: [Session & { keep: boolean }, DocumentDto];
  design_saved: [Session, DesignJson];
  design_snapshot: [Session, DocumentDto];
  design_edit: [Session & { edit: EditJson }, { revision: number }];
  design_undo: [Session, { revision: number }];
  design_redo: [Session, { revision: number }];
  design_save: [Session & { path?: string; overwrite?: boolean }, SavedDto];
  design_reload: [Session, DocumentDto];
  design_merge_preview: [Session, MergeDto];
  design_merge: [
    Session & { seen: string; choices: { [key: string]: "mine" | "theirs" } },
    { revision: number },
  ];
  design_versions: [Session, EarlierDto[]];
  design_changes: [Session & { version: VersionName }, { patch: PatchJson }];
  design_figures: [Session, FiguresDto];
  design_cost: [Session, CostDto];
  design_bill: [Session & { id: string }, BillDto];
  design_cables: [Session, CablesDto];
  design_close: [Session, unknown];
  design_copy: [Session & { ids: string[] }, { text: string }];
  design_paste: [
    Session & { text: string; parent?: string; at: [number, number]; outerLinks: boolean },
    { revision: number; ids: string[] },
  ];
  design_paste_preview: [Session & { text: string; parent?: string; at: [number, number] }, PastePreviewDto];
  design_layout: [Session & { ids?: string[] }, { revision: number; cancelled: boolean }];
  design_layout_cancel: [Session, unknown];
  nest_offer: [Session & { kind: string; parent?: string; id?: string }, NestOfferDto];
  design_zones: [Session, SpreadDto[]];
  design_view: [Session & { view?: string; shown?: string[] }, unknown];
  environment_choose: [InEnvironment, unknown];
  rack_elevation: [Session & { id: string }, RackDto];
  resource_facts: [Session & { id: string }, ResourceFactsDto];
  finding_fix: [Session & { key: string; fix: number }, { revision: number }];
  finding_fix_all: [Session & { rule: string }, { revision: number; fixed: number }];
  finding_explain: [{ rule: string }, { text?: string }];
  finding_waive: [
    Session & { key: string; reason: string; owner: string; expires?: string },
    { revision: number },
  ];
  export_cancel: [Session, unknown];
  export_formats: [void, ExportFormat[]];
  export_run: [InEnvironment & { format: string; folder?: string; picture?: PictureJson }, ExportDto];
  export_picture: [
    InEnvironment & { format: string; picture: PictureJson },
    { base64: string | null; diagnostics: DiagnosticDto[] },
  ];
  export_write: [
    InEnvironment & { format: string; folder: string; overwrite?: boolean; picture?: PictureJson },
    { written: string[]; removed: string[] },
  ];
  proof_ask: [Session & { from: string; to: string; service?: string }, ProofDto];
  proof_exposure: [Session, ExposureDto[]];
  proof_ends: [Session & { id: string; way: "to" | "from" }, ReachDto[]];
  proof_matrix: [Session, MatrixCellDto[]];
  raw_takes: [{ type: string }, RawTakesDto | null];
  raw_types: [Session, string[]];
  deploy_plan: [InEnvironment & { destroy?: boolean }, PlanDto];
  deploy_apply: [InEnvironment & { fingerprint: string; allowDataLoss?: boolean }, unknown];
  deploy_verify: [InEnvironment, unknown];
  deploy_cancel: [InEnvironment, unknown];
  deploy_status: [InEnvironment, DeployStatusDto];
  deploy_history: [InEnvironment, RunDto[]];
  deploy_run: [InEnvironment & { run: number }, RunStoryDto];
  deploy_retry: [InEnvironment & { token: string }, unknown];
  deploy_drift: [InEnvironment, DriftDto];
  deploy_drift_plan: [InEnvironment & { parts: string[] }, PlanDto];
  deploy_drift_put_back: [
    InEnvironment & { parts: string[]; fingerprint: string; allowDataLoss?: boolean },
    unknown,
  ];
  deploy_drift_settle: [InEnvironment & { parts: string[]; how: "accept" | "ignore" | "heed" }, DriftDto];
  deploy_extend: [InEnvironment & { seconds: number }, DeployStatusDto];
  deploy_reap: [{ one?: { design: string; environment: string }; allowDataLoss?: boolean }, ReapDto];
  path_pick: [{ mode: "open" | "save" | "folder"; title: string; suggestion?: string }, { path?: string }];
  window_close: [void, unknown];
  folder_list: [{ path?: string }, FolderJson];
}

/** Names an earlier version of the design. */
export type VersionName = { is: "saved" } | { is: "previous" } | { is: "before"; acts: number };

export type CommandName = keyof Commands;
export type Arguments<N extends CommandName> = Commands[N][0];
export type Answer<N extends CommandName> = Commands[N][1];

/** Whether events arrive. `again`: they do after a gap, so what is shown must be asked anew. */
export type Connection = "open" | "lost" | "again";

export interface Backend {
  /** Asks the core; a refusal is thrown as a `BackendError`. */
  call<N extends CommandName>(name: N, args: Arguments<N>): Promise<Answer<N>>;
  /** Every event from now on, in order. Returns how to stop listening. */
  events(listener: (event: AppEvent) => void): () => void;
  /** State of the event channel. Returns how to stop listening. */
  connection(listener: (state: Connection) => void): () => void;
}

/** What a command was refused with. Branch on `code`, show `message`. */
export class BackendError extends Error {
  readonly code: ErrorCode;
  readonly detail?: string;

  constructor(error: AppError) {
    super(error.message);
    this.name = "BackendError";
    this.code = error.code;
    if (error.detail !== undefined) this.detail = error.detail;
  }
}

/** Any thrown thing as a `BackendError`, so that callers branch on one shape. */
export function asBackendError(thrown: unknown): BackendError {
  if (thrown instanceof BackendError) return thrown;
  if (isAppError(thrown)) return new BackendError(thrown);
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return new BackendError({ code: "failed", message });
}

export function isAppError(value: unknown): value is AppError {
  if (typeof value !== "object" || value === null) return false;
  const error = value as Partial<AppError>;
  return typeof error.code === "string" && typeof error.message === "string";
}
