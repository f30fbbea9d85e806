// What every panel gets: the mirror of the document, the editor, the core, and a few words to say.
// Panels share nothing else, and never import one another.
import { createContext, useCallback, useContext, useRef, useSyncExternalStore } from "react";
import type { DesignJson, EditJson } from "../document/model";
import type { Readable, Signal } from "../document/signal";
import type { DocumentStore } from "../document/store";
import type { Editor, ThemeName } from "../editor/editor";
import type { Backend } from "../ipc/backend";
import type { AppInfoDto } from "../ipc/generated/AppInfoDto";
import type { CatalogDto } from "../ipc/generated/CatalogDto";
import type { DeployStatusDto } from "../ipc/generated/DeployStatusDto";
import type { DiagnosticDto } from "../ipc/generated/DiagnosticDto";
import type { HistoryDto } from "../ipc/generated/HistoryDto";
import type { KindDto } from "../ipc/generated/KindDto";
import type { LabLiveDto } from "../ipc/generated/LabLiveDto";
import type { LogLineDto } from "../ipc/generated/LogLineDto";
import { type Facts, plural } from "./facts";
import type { Overlay } from "./overlays";
import type { Showing } from "./showing";

/** A short word at the bottom of the window, read out politely. */
export interface Notice {
  text: string;
  kind?: "note" | "ok" | "error";
  /** For "Copy details". */
  detail?: string;
  action?: { title: string; run: () => void };
  /** What is said and offered is of the design as it is now: it goes with the next change. */
  untilEdit?: boolean;
}

export interface Catalog extends CatalogDto {
  kind(id: string): KindDto | undefined;
}

/** The catalog with a way to find a kind by its word. */
export function catalogOf(dto: CatalogDto): Catalog {
  const byId = new Map(dto.kinds.map((kind) => [kind.id, kind]));
  return { ...dto, kind: (id) => byId.get(id) };
}

export interface Settings {
  get<T>(key: string, otherwise: T): T;
  set(key: string, value: unknown): void;
  /** Whose panels are shown: sizes, tabs and filters are kept for each design. */
  ofDesign(id: string | null): void;
  subscribe(listener: () => void): () => void;
}

/** The file behind the design. */
export interface FileState {
  path?: string;
  readOnly?: string;
  /** Another program changed it since it was read. */
  changed?: boolean;
  /** Problems of the file itself, found while reading it. */
  diagnostics: readonly DiagnosticDto[];
}

export interface Workbench {
  readonly backend: Backend;
  readonly info: AppInfoDto;
  readonly catalog: Catalog;
  readonly document: DocumentStore;
  readonly editor: Editor;
  readonly settings: Settings;
  /** Number of the open design; panels that hold answers of the core forget them when it changes. */
  readonly session: Readable<number>;
  readonly facts: Readable<Facts>;
  readonly history: Readable<HistoryDto>;
  readonly file: Readable<FileState>;
  readonly environment: Readable<string>;
  /** What runs in the chosen environment. */
  readonly deploy: Readable<DeployStatusDto | null>;
  /** What runs in each that is known of. */
  readonly deployments: Readable<ReadonlyMap<string, DeployStatusDto>>;
  /** What was drawn when it was built from here, for each environment; nothing where that is not known. */
  readonly built: Signal<ReadonlyMap<string, DesignJson>>;
  /** What links of the running lab carry; null: nobody looks. */
  readonly live: Readable<LabLiveDto | null>;
  readonly log: Readable<readonly LogLineDto[]>;
  readonly theme: Readable<ThemeName>;
  /** What of the design is shown. */
  readonly showing: Signal<Showing>;
  /** What the chosen overlay says; `wait` until the core has answered. */
  readonly overlay: Signal<Overlay | "wait" | { refused: string } | null>;
  /** Sends an edit; a refusal is said on screen. True if it was done. */
  edit(edit: EditJson): Promise<boolean>;
  /** The answer of a call; a refusal is said on screen and gives `undefined`. */
  ask<T>(answer: Promise<T>): Promise<T | undefined>;
  say(notice: Notice): void;
  /** Puts a text on the clipboard, and says so if it is there. */
  copy(text: string, said: string): Promise<void>;
  /** Runs an entry of the one command list; `about`: the id of the thing that is meant. */
  run(command: string, about?: string): void;
  chooseEnvironment(id: string): void;
  /** Native dialog, or our own picker in a browser. */
  pickPath(mode: "open" | "save" | "folder", title: string, suggestion?: string): Promise<string | undefined>;
}

const Context = createContext<Workbench | null>(null);

export const WorkbenchProvider = Context.Provider;

export function useWorkbench(): Workbench {
  const workbench = useContext(Context);
  if (!workbench) throw new Error("a panel stands outside the workbench");
  return workbench;
}

export function useReadable<T>(readable: Readable<T>): T {
  return useSyncExternalStore(readable.subscribe, readable.get);
}

/** Part of something watched. The component renders again only when that part changes. */
export function useSelected<S, T>(
  source: Readable<S>,
  select: (value: S) => T,
  same: (a: T, b: T) => boolean = Object.is,
): T {
  const last = useRef<{ from: S; select: (value: S) => T; value: T } | null>(null);
  const snapshot = () => {
    const from = source.get();
    const before = last.current;
    if (before && before.from === from && before.select === select) return before.value;
    const value = select(from);
    const kept = before && same(before.value, value) ? before.value : value;
    last.current = { from, select, value: kept };
    return kept;
  };
  return useSyncExternalStore(source.subscribe, snapshot);
}

/** Part of the design. */
export function useDesign<T>(select: (design: DesignJson) => T, same?: (a: T, b: T) => boolean): T {
  const { document } = useWorkbench();
  const source = useRef<Readable<DesignJson>>({ get: document.design, subscribe: document.subscribe });
  return useSelected(source.current, select, same);
}

/** "13 resources · 5 links · 4 intents"; of what was never asked for, nothing is said. */
export function useCounts(): string {
  const { document } = useWorkbench();
  return useDesign((design) => {
    const { resources, links } = document.counts();
    const intents = Object.keys(design.intents).length;
    const counts = [plural(resources, "resource"), plural(links, "link")];
    if (intents > 0) counts.push(plural(intents, "intent"));
    return counts.join(" · ");
  });
}

/** A value that is kept in the settings. */
export function useSetting<T>(key: string, otherwise: T): [T, (value: T) => void] {
  const { settings } = useWorkbench();
  const value = useSyncExternalStore(settings.subscribe, () => settings.get(key, otherwise));
  const set = useCallback((next: T) => settings.set(key, next), [settings, key]);
  return [value, set];
}

/** The title people read of a resource or link, or the id. */
export function titleOf(document: Pick<DocumentStore, "resource" | "link" | "title">, id: string): string {
  const link = document.link(id);
  if (!document.resource(id) && link) return `${document.title(link.from)} → ${document.title(link.to)}`;
  return document.title(id);
}

/** Shows a thing: selects it on the drawing and in the outline, and brings it into view. */
export function goTo({ editor, document }: Workbench, id: string): void {
  if (document.resource(id) || document.link(id)) editor.focus(id);
}
