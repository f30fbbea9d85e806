/**
 * What the rest of the user interface knows of the drawing. No DOM, no painting: `canvas/create.ts` makes
 * one (`createEditor(container, store, host)`), panels take this interface.
 */
import type { EditJson, Id, LinkKind } from "../document/model";
import type { Said } from "../document/said";
import type { Readable } from "../document/signal";
import type { LabShown } from "./live";
import type { Service } from "./ports";

export interface Point {
  x: number;
  y: number;
}

export interface Box {
  x: number;
  y: number;
  w: number;
  h: number;
}

/** World point (x, y) is at the top left of the view; `zoom` is screen pixels per world unit. */
export interface Camera {
  x: number;
  y: number;
  zoom: number;
}

export interface Selection {
  resources: readonly Id[];
  links: readonly Id[];
}

/** A thing on the drawing. */
export type Item = { on: "resource"; id: Id } | { on: "link"; id: Id };

export type ToolName = "select" | "pan" | "link" | "insert" | "note";
export type ThemeName = "light" | "dark";

/** The part of the catalog that the drawing needs; `KindDto` of the core fits. */
export interface CanvasKind {
  id: string;
  title: string;
  short: string;
  family: string;
  icon: string;
  container: boolean;
  parents: string[];
  size: [number, number];
  links: { kind: string; to: string[] }[];
  attributes?: readonly { name: string; type: string; of?: string[]; required?: boolean }[];
}

/** Worst thing known of a shape. `ok`: judged, nothing found; `none`: no badge; `waiting`: not judged yet. */
export type Status = "none" | "ok" | "advice" | "warning" | "error" | "waiting";

export interface LinkFact {
  kind: string;
  label: string;
  /** `proven`, `broken`, `forbidden`, `unproven`. */
  state: string;
  blockedAt?: string | undefined;
  because?: string | undefined;
}

/** What the core thinks, all of it. Kept as it is, never written into. */
export interface Judgement {
  /** Status of a resource; of which nothing is known has `none`. */
  statuses: { get(id: Id): Status | undefined };
  summaries: ReadonlyMap<Id, string>;
  facts: ReadonlyMap<Id, string>;
  links: ReadonlyMap<Id, LinkFact>;
  /**
   * Of which of them something else is said than before, statuses aside; left out: of any. `statuses`: which of those
   * may be others; left out: any.
   */
  changed?: { resources: ReadonlySet<Id>; links: Iterable<Id>; statuses?: Iterable<Id> };
}

/** Where links run: their lines, `x, y` after `x, y`, and the middles of their labels; all of them, or what changed. */
export interface Routes {
  routes: Said<ArrayLike<number>>;
  pills: Said<ArrayLike<number>>;
  partial: boolean;
}

/** Where a kind would go if dropped there. `NestOfferDto` fits. */
export interface NestOffer {
  parent?: string | undefined;
  allowed: boolean;
  because: string;
}

/** Acts that the core or the app does; the canvas only asks. */
export type HostCommand =
  | "undo"
  | "redo"
  | "copy"
  | "cut"
  | "paste"
  | "save"
  | "command-palette"
  | "help"
  | "find"
  | "show-hidden";

export interface MenuRequest {
  /** Client coordinates. */
  client: Point;
  /** World coordinates. */
  world: Point;
  item: Item | null;
}

export interface InsertRequest {
  client: Point;
  world: Point;
  /** The container under the point. */
  parent: Id | null;
  /** The selected shape that the new one shall be linked from (`+` handle). */
  linkFrom?: Id;
  /** Kinds that fit there, most fitting first. */
  kinds: string[];
  /** Nothing else is offered. */
  only?: boolean;
}

export const TONES = ["ok", "note", "warning", "error", "off"] as const;
export type Tone = (typeof TONES)[number];

/** A word of an overlay at a shape, and how serious it is. */
export interface ShapeMark {
  tone: Tone;
  text: string;
  /** The word alone, without an edge. */
  plain?: boolean;
}

export interface Offer {
  title: string;
  take(): void;
}

export interface EditorHost {
  /** One finished act. Refusals come back as a rejected promise; the preview goes away either way. */
  onEdit(edit: EditJson): Promise<{ revision: number }>;
  /** An act that is not an edit of the drawing. */
  onCommand(command: HostCommand): void;
  /** Right click, or the menu key. */
  onContextMenu(request: MenuRequest): void;
  /** Double click on empty canvas, `/`, or the `+` handle: show a list of kinds, then call `insert`. */
  onInsertRequest(request: InsertRequest): void;
  /** Double click or Enter on a shape: show its inspector. */
  onInspect(item: Item): void;
  /** Double click on a shape: whether the host has opened it. Else its name is edited. */
  onOpen?(id: Id): boolean;
  /** An act was refused, or says something worth reading: shown for a few seconds, with what can be done about it. */
  onNotice(text: string, offer?: Offer): void;
  /** What is found at a resource or link; the drawing itself knows the worst only. */
  findings?(id: Id): readonly { severity: string }[];
  /** What listens at a resource; null where the core does not know it. */
  services?(id: Id): Promise<readonly Service[] | null>;
  /** The core's word on nesting; the editor answers from the catalog where this is left out. */
  nestOffer?(kind: string, parent: Id | null, id?: Id): Promise<NestOffer>;
  /** The address that a thing has now; undefined: none is known. */
  addressOf?(id: Id): Promise<string | undefined>;
}

export type EditorCommand =
  | "zoom-in"
  | "zoom-out"
  | "zoom-100"
  | "zoom-fit"
  | "zoom-selection"
  | "pan-left"
  | "pan-right"
  | "pan-up"
  | "pan-down"
  | "select-all"
  | "select-none"
  | "select-same-kind"
  | "select-same-tag"
  | "select-connected"
  | "delete"
  | "duplicate"
  | "rename"
  | "insert"
  | "align-left"
  | "align-center"
  | "align-right"
  | "align-top"
  | "align-middle"
  | "align-bottom"
  | "distribute-horizontal"
  | "distribute-vertical"
  | "tidy"
  | "same-size"
  | "lock"
  | "unlock"
  | "tool-lock"
  | "wider"
  | "narrower"
  | "taller"
  | "shorter"
  | "reset-waypoints"
  | "edit-ports"
  | "enter-container"
  | "leave-container"
  | "next-link"
  | "previous-link"
  | "menu";

export interface CanvasStats {
  fullRepaints: number;
  stripRepaints: number;
  dirtyRepaints: number;
  blits: number;
  scaledFrames: number;
  itemsPainted: number;
  linksPainted: number;
  /** Tiles that the worker painted. */
  workerTiles: number;
  /** Whether the worker paints, or why not. */
  worker: string;
  /** Shapes and links of moving sets, in all frames. */
  movingPainted: number;
  /** Device pixels per pixel that are painted now: fewer while a gesture is too slow for all. */
  density: number;
  frames: number;
  lastFrameMs: number;
}

export interface Editor {
  readonly selection: Readable<Selection>;
  readonly camera: Readable<Camera>;
  readonly tool: Readable<ToolName>;
  /** Tools stay in hand after they were used. */
  readonly toolLock: Readable<boolean>;
  readonly hover: Readable<Item | null>;
  select(selection: Partial<Selection>): void;
  setTool(tool: ToolName, options?: { lock?: boolean; kind?: string; linkKind?: LinkKind }): void;
  /** `textScale`: how much larger than drawn its texts are wanted, 1 to 2. */
  setTheme(theme: ThemeName, contrast?: boolean, textScale?: number): void;
  setReadOnly(readOnly: boolean): void;
  /** Pixels at the bottom of the view where something floats: what is fitted into the view ends above it. */
  setCovered(bottom: number): void;
  /** The whole drawing, small, in a corner of it. */
  setMinimap(on: boolean): void;
  setCatalog(kinds: readonly CanvasKind[], icons: { [name: string]: string | undefined }): void;
  setJudgement(judgement: Judgement): void;
  setRoutes(routes: Routes): void;
  /** Lights these, dims the rest; null ends it. Used by the query box and by panels. */
  highlight(ids: ReadonlySet<Id> | null): void;
  /** What is in the view (null: everything), with or without links; what lies outside `focus` is faded. */
  show(ids: ReadonlySet<Id> | null, options?: { links?: boolean; focus?: Id | null }): void;
  /** What an overlay says of each; null ends it. */
  mark(marks: ReadonlyMap<Id, ShapeMark> | null): void;
  /** How the lab of this design runs; null: none does. */
  setLab(shown: LabShown | null): void;
  /** Selects it and brings it into view. */
  reveal(id: Id): void;
  /** The same, and gives the canvas the focus. */
  focus(id: Id): void;
  /** Another design: all of it in view, nothing selected, the first tool, whatever was set before. */
  startAnew(): void;
  /** Once the design is in the drawing, which takes a while for a large one; at once where it is. */
  whenLoaded(run: () => void): void;
  setCamera(camera: Camera): void;
  /** What of the drawing is in the view. */
  seen(): Box;
  /** Leads the eye there: all of it in the view, as large as that goes. */
  see(box: Box): void;
  run(command: EditorCommand): void;
  can(command: EditorCommand): boolean;
  /** Starts a drag out of the palette with the pointer that is down; the ghost follows it until release. */
  startInsert(kind: string, event: { pointerId: number; clientX: number; clientY: number }): void;
  /** Makes a resource of the kind with its centre at the point (the middle of the view where left out). */
  insert(kind: string, at?: Point, options?: { parent?: Id | null; linkFrom?: Id }): Promise<Id | null>;
  /** Where the pointer is over the drawing, in the drawing's units; null: it is elsewhere. */
  pointer(): Point | null;
  /** The middle of the view, in the drawing's units. */
  middle(): Point;
  /** Moves the view only where something of these is outside of it. */
  bringIntoView(ids: readonly Id[]): void;
  clientToWorld(point: Point): Point;
  /** Client rectangle of a shape or of a link's label. */
  clientRect(item: Item): Box | null;
  /** Work done so far: for tests and the benchmark. */
  stats(): CanvasStats;
  /** Gives the drawing the keyboard. */
  grabFocus(): void;
  destroy(): void;
}
