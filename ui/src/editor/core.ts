/**
 * The editor without a screen: scene, camera, selection, tools and commands. Takes pointer, wheel and key
 * events in plain form, asks the host for edits, tells the surface what to repaint. No DOM.
 */
import type { ChangeJson, EditJson, Id } from "../document/model";
import { type Signal, signal } from "../document/signal";
import { type DocumentChange, type DocumentStore, whenAt } from "../document/store";
import { type Box, contains, type Point, unionAll } from "../geometry/box";
import { fitView, panBy, reveal, type Size, toWorld, viewBox, zoomAt } from "./camera";
import type {
  Camera,
  CanvasKind,
  EditorHost,
  Item,
  Judgement,
  NestOffer,
  Routes,
  Selection,
  ShapeMark,
  ToolName,
} from "./editor";
import { boxOfRect } from "./edits";
import { type Handles, type Hit, hitHandle, hitTest } from "./hit";
import type { LabShown } from "./live";
import { linkOffer, offer } from "./nesting";
import type { Completion } from "./ports";
import { noPreview, type Preview } from "./preview";
import { withRoom } from "./room";
import { Scene } from "./scene/scene";
import { Slices } from "./slices";
import { spokenResult } from "./spoken";
import type { KeyInfo, PointerInfo, State } from "./tools/state";
import { Turns } from "./turns";

/** What the editor wants of whoever shows it. */
export interface Surface {
  /** Something changed that the next frame has to show. */
  frame(): void;
  /** Paint below these boxes is stale. */
  stale(boxes: readonly Box[]): void;
  /** Another drawing than before: nothing that is painted holds any more. */
  fresh(): void;
  announce(text: string): void;
  cursor(name: string): void;
  /** `move` sets the camera to another place, which the eye is led to. */
  travel(move: () => void): void;
  /** Opens a text field over the drawing. */
  editText(request: TextRequest): void;
}

export interface TextRequest {
  box: Box;
  text: string;
  label: string;
  align: "left" | "center";
  /** Shown while the field is empty. */
  hint?: string;
  /** Why the text cannot be taken; the field stays open and says so. */
  check?(text: string): string | undefined;
  /** What the word at the caret may become. */
  complete?(text: string, caret: number): Completion;
  done(text: string | null): void;
}

export interface ToolOptions {
  lock?: boolean;
  kind?: string;
}

/** Makes the resting state of a tool. */
export type ToolTable = { [name in ToolName]: (core: EditorCore, options: ToolOptions) => State };

/** Below that, handles that come with the pointer would be larger than what they belong to. */
const LEAST_HOVER_ZOOM = 0.4;

/** So many milliseconds one turn may last: of what nothing waits for, and of what the next frame waits for. */
const SHORT_SLICE = 8;
const LONG_SLICE = 30;

const sameSelection = (a: Selection, b: Selection) =>
  a.resources.length === b.resources.length &&
  a.links.length === b.links.length &&
  a.resources.every((id, k) => id === b.resources[k]) &&
  a.links.every((id, k) => id === b.links[k]);

const takesAway = (change: ChangeJson) =>
  (change.of === "resource" || change.of === "link") && change.after === null;

export class EditorCore {
  readonly camera: Signal<Camera> = signal<Camera>({ x: 0, y: 0, zoom: 1 });
  readonly selection: Signal<Selection> = signal<Selection>({ resources: [], links: [] }, sameSelection);
  readonly tool: Signal<ToolName> = signal<ToolName>("select");
  readonly hover: Signal<Item | null> = signal<Item | null>(null);
  view: Size = { w: 1, h: 1 };
  /** Pixels at the bottom of the view where tools float over the drawing. */
  covered = 0;
  preview: Preview = noPreview();
  /** Set by the query box; tools set `preview.lit`. */
  highlighted: ReadonlySet<number> | null = null;
  /** The container that is worked in; what lies outside is faded. */
  focused: Id | null = null;
  /** What an overlay says of shapes. */
  marks: ReadonlyMap<number, ShapeMark> | null = null;
  /** How the lab of it runs. */
  live: LabShown | null = null;
  readOnly = false;
  spaceDown = false;
  /** A gesture's edit is with the core: its preview stays until the patch is here. */
  pending = 0;
  /** By which the last copy was moved away from what it was made of; Ctrl+D repeats it. */
  lastOffset: Point | null = null;
  /** Where the pointer is on the screen; null: not over the drawing. */
  pointer: Point | null = null;
  /** Tools stay in hand after they were used. */
  readonly toolLock: Signal<boolean> = signal(false);
  /** Acts that are computed from the document wait here for those before them. */
  turns = new Turns();
  state: State;
  options: ToolOptions = {};
  /** The selection that was reached by walking: Escape goes out of it, not away from it. */
  walked: Selection | null = null;
  /** The shape whose links are being walked. */
  walkedFrom: Id | null = null;
  readonly store: DocumentStore;
  readonly host: EditorHost;
  surface: Surface;
  private readonly tools: ToolTable;
  private readonly stop: () => void;
  private generation = 0;
  /** On their way into the scene: a large design; of very many, what changed and what is thought of them; lines. */
  private readonly loading = new Slices<void>(LONG_SLICE);
  private readonly changing = new Slices<Box[]>(LONG_SLICE);
  private readonly routing = new Slices<Box[]>(SHORT_SLICE);
  private readonly ground: Scene;
  /** Kinds that something can be linked with. */
  private readonly linkable = new Map<string, boolean>();

  constructor(store: DocumentStore, host: EditorHost, surface: Surface, tools: ToolTable) {
    this.store = store;
    this.host = host;
    this.surface = surface;
    this.tools = tools;
    this.ground = new Scene(store);
    this.ground.load();
    this.state = tools.select(this, {});
    this.stop = store.subscribe((change) => this.documentChanged(change));
    for (const s of [this.camera, this.selection, this.hover]) s.subscribe(() => this.surface.frame());
  }

  destroy(): void {
    this.state.exit();
    this.stop();
    for (const one of [this.loading, this.changing, this.routing]) one.stop();
  }

  /** Whoever looks at it finds no half of anything. */
  get scene(): Scene {
    this.settle();
    return this.ground;
  }

  /** What is on its way into the scene is in it. */
  settle(): void {
    this.loading.finish();
    this.changing.finish();
  }

  // --- document --------------------------------------------------------------------------------

  private documentChanged(change: DocumentChange): void {
    if (change.type === "loaded") {
      this.loading.stop();
      this.routing.stop();
      // Whoever waits for an edit must not wait for ever.
      this.changing.finish();
      this.cancel();
      // Slots are another shape's from here on.
      this.highlighted = null;
      this.marks = null;
      this.setHover(null);
      const { resources, links } = this.selection.get();
      this.select({
        resources: resources.filter((id) => this.store.resource(id)),
        links: links.filter((id) => this.store.link(id)),
      });
      if (change.elsewhere) this.ground.forgetRoutes();
      this.loading.begin(this.ground.loading(), () => this.surface.fresh());
      return;
    }
    // What was on its way came before this.
    this.settle();
    this.routing.finish();
    const { changes } = change.patch;
    // What is dragged may be gone: undo and delete work in the middle of a gesture too.
    if (!this.state.resting && changes.some(takesAway)) this.cancel();
    this.changing.begin(this.ground.patching(changes), (stale) => this.changed(changes, stale));
  }

  /** The scene is as the document. */
  private changed(changes: readonly ChangeJson[], stale: Box[]): void {
    this.surface.stale(stale);
    // Our own acts say themselves what they did.
    const said = this.pending > 0 ? "" : spokenResult(this, changes);
    if (said) this.surface.announce(said);
    // Our own edit has arrived: shapes stand where the preview showed them, which must not shift them again.
    if (this.pending > 0 && this.state.resting && this.preview.moving) this.clearPreview();
    const { resources, links } = this.selection.get();
    this.selection.set({
      resources: resources.filter((id) => this.store.resource(id)),
      links: links.filter((id) => this.store.link(id)),
    });
    this.state.documentChanged();
    this.surface.frame();
  }

  /** Another design: nothing of how the one before was worked on stays. */
  startAnew(): void {
    if (!this.state.resting) this.cancel();
    this.setTool("select");
    this.toolLock.set(false);
    this.lastOffset = null;
    this.turns = new Turns();
    this.select({});
    this.whenLoaded(() => this.fit(this.scene.extent()));
  }

  setKinds(kinds: readonly CanvasKind[]): void {
    this.scene.setKinds(kinds);
    this.linkable.clear();
    this.surface.fresh();
  }

  setJudgement(judgement: Judgement): void {
    this.settle();
    this.changing.begin(this.ground.judging(judgement), (stale) => {
      this.surface.stale(stale);
      this.surface.frame();
    });
  }

  setRoutes(routes: Routes): void {
    this.routing.finish();
    this.routing.begin(this.scene.routing(routes), (stale) => {
      if (stale.length > 0) this.surface.stale(stale);
      this.surface.frame();
    });
  }

  /** Whether something is still on its way into the scene: it shows all at once. */
  get takingOver(): boolean {
    return this.isBehind || this.routing.going;
  }

  /** Whether the scene is in the middle of becoming another one. */
  get isBehind(): boolean {
    return this.loading.going || this.changing.going;
  }

  /** Once the design is in the scene. */
  whenLoaded(run: () => void): void {
    this.loading.after(run);
  }

  /**
   * Sends one finished act. The preview stays till the answer, so that nothing jumps back and forth; a
   * refusal is said and the preview goes.
   */
  async commit(edit: EditJson | null, said?: string): Promise<boolean> {
    if (!edit) {
      this.clearPreview();
      return false;
    }
    if (this.readOnly) {
      this.clearPreview();
      this.host.onNotice("this design is read-only: save it under another name to change it");
      return false;
    }
    const mine = ++this.generation;
    this.pending++;
    try {
      const { revision } = await this.host.onEdit(withRoom(this, edit));
      // The answer may be faster than the patch: they come on different ways.
      await whenAt(this.store, revision);
      await new Promise<void>((resolve) => this.changing.after(resolve));
      if (said) this.surface.announce(said);
      return true;
    } catch (error) {
      this.host.onNotice(
        error instanceof Error ? error.message : String((error as { message?: string })?.message ?? error),
      );
      return false;
    } finally {
      this.pending--;
      // A newer gesture owns the preview by now.
      if (mine === this.generation && this.state.resting) this.clearPreview();
    }
  }

  /** Takes the preview away and puts shapes back where the document has them. */
  clearPreview(): void {
    const { moving } = this.preview;
    if (moving) this.unhide();
    this.preview = noPreview();
    this.surface.frame();
  }

  /** Moving shapes leave the plate; what lay under them is painted without them. */
  hide(shapes: Iterable<number>, links: Iterable<number>): void {
    const boxes: Box[] = [];
    for (const s of shapes) {
      this.scene.hidden[s] = 1;
      if (this.scene.container(s)) this.scene.structure++;
      boxes.push(this.scene.paintedBox(s));
    }
    for (const l of links) {
      this.scene.linkHidden[l] = 1;
      boxes.push(...this.scene.linkBoxes(l));
    }
    this.scene.version++;
    this.surface.stale(boxes);
  }

  unhide(): void {
    const boxes: Box[] = [];
    const { scene } = this;
    for (let s = 0; s < scene.count; s++)
      if (scene.hidden[s]) {
        scene.hidden[s] = 0;
        if (scene.container(s)) scene.structure++;
        if (scene.alive[s]) boxes.push(scene.paintedBox(s));
      }
    for (let l = 0; l < scene.linkCount; l++)
      if (scene.linkHidden[l]) {
        scene.linkHidden[l] = 0;
        if (scene.linkAlive[l]) boxes.push(...scene.linkBoxes(l));
      }
    scene.version++;
    this.surface.stale(boxes);
  }

  /** Where the document has a shape, whatever a gesture does to the scene. */
  documentBox(id: Id): Box | null {
    const rect = this.store.rect(id);
    if (rect) return boxOfRect(rect);
    const slot = this.scene.slotOf.get(id);
    return slot === undefined ? null : this.scene.box(slot);
  }

  parentOf(id: Id): Id | null {
    const parent = this.store.resource(id)?.parent;
    return parent !== undefined && this.store.resource(parent) ? parent : null;
  }

  offer(kind: string, at: number, skip?: ReadonlySet<number>): NestOffer {
    const skipped = { has: (id: Id) => skip?.has(this.scene.slotOf.get(id) ?? -1) ?? false };
    return offer(this.store, this.scene.kinds, kind, at < 0 ? null : this.scene.ids[at]!, skipped);
  }

  // --- selection -------------------------------------------------------------------------------

  select(next: Partial<Selection>): void {
    this.selection.set({ resources: next.resources ?? [], links: next.links ?? [] });
  }

  /** By keyboard: into view, and known as walked to. */
  walkTo(item: Item): void {
    this.select(item.on === "resource" ? { resources: [item.id] } : { links: [item.id] });
    this.walked = this.selection.get();
    // From here on it is the keyboard that points.
    this.pointer = null;
    const slot = item.on === "resource" ? this.scene.slotOf.get(item.id) : this.scene.linkSlotOf.get(item.id);
    if (slot === undefined) return;
    if (item.on === "resource") this.reveal(slot);
    else this.camera.set(reveal(this.camera.get(), this.labelBox(slot), this.view));
  }

  /** Where a link's label stands, or would. */
  labelBox(link: number): Box {
    const at = this.scene.labelAt(link);
    return { x: at.x - 12, y: at.y - 8, w: 24, h: 16 };
  }

  /** Those of them that the view shows. */
  inView(ids: readonly Id[]): Id[] {
    return ids.filter((id) => this.scene.shown(this.scene.slotOf.get(id) ?? -1));
  }

  /** Leaves everything else out of the view, and fades what lies outside of the focused container. */
  show(
    ids: ReadonlySet<Id> | null,
    { links = true, focus = null }: { links?: boolean; focus?: Id | null },
  ): void {
    if (!this.state.resting) this.cancel();
    this.scene.show(ids, links);
    this.focused = focus;
    if (ids) {
      const { resources, links: chosen } = this.selection.get();
      this.select({ resources: this.inView(resources), links: links ? chosen : [] });
    }
    this.setHover(null);
    this.surface.fresh();
  }

  selectedSlots(): number[] {
    return this.scene.slots(this.selection.get().resources);
  }

  /** What is drawn as selected: with a band, what it takes. */
  marked(): Selection {
    return this.preview.band?.taken ?? this.selection.get();
  }

  handles(): Handles {
    const { resources, links } = this.selection.get();
    const one = resources.length + links.length === 1;
    const shape = one && resources[0] !== undefined ? (this.scene.slotOf.get(resources[0]) ?? -1) : -1;
    const link = one && links[0] !== undefined ? (this.scene.linkSlotOf.get(links[0]) ?? -1) : -1;
    const over = this.hover.get();
    const hovered = over?.on === "resource" ? (this.scene.slotOf.get(over.id) ?? -1) : -1;
    const plus = [shape, hovered].filter((s) => s >= 0 && this.sprouts(s, s === shape));
    return {
      shape: this.readOnly || !this.scene.shown(shape) || this.scene.locked[shape] ? -1 : shape,
      plus: this.readOnly ? [] : [...new Set(plus)],
      link,
      waypoints: link < 0 ? [] : this.waypoints(links[0]!),
    };
  }

  /** Whether something can be added from it. A container that is not selected has its whole inside for that. */
  private sprouts(slot: number, selected: boolean): boolean {
    if (!this.scene.shown(slot) || this.scene.lane(slot)) return false;
    if (this.scene.container(slot)) return selected;
    if (!selected && this.camera.get().zoom < LEAST_HOVER_ZOOM) return false;
    const { kinds } = this.scene;
    const kind = this.store.resource(this.scene.ids[slot]!)?.kind ?? "";
    let any = this.linkable.get(kind);
    if (any === undefined) {
      any = [...kinds.keys()].some((other) => linkOffer(kinds, kind, other) !== null);
      this.linkable.set(kind, any);
    }
    return any;
  }

  waypoints(id: Id): Point[] {
    return (this.store.design().layout.links[id] ?? []).map(([x, y]) => ({ x, y }));
  }

  hit(world: Point): Hit {
    const { zoom } = this.camera.get();
    return hitHandle(this.scene, this.handles(), world, zoom) ?? hitTest(this.scene, world, zoom);
  }

  item(hit: Hit): Item | null {
    if (hit.on === "nothing") return null;
    if (hit.on === "link" || hit.on === "waypoint") return { on: "link", id: this.scene.linkIds[hit.slot]! };
    return { on: "resource", id: this.scene.ids[hit.slot]! };
  }

  setHover(item: Item | null): void {
    const now = this.hover.get();
    if (now?.id !== item?.id || now?.on !== item?.on) this.hover.set(item);
  }

  // --- input -----------------------------------------------------------------------------------

  setTool(name: ToolName, options: ToolOptions = {}): void {
    this.state.exit();
    this.clearPreview();
    this.options = options;
    this.tool.set(name);
    this.state = this.tools[name](this, options);
    this.state.enter();
    this.surface.frame();
  }

  go(state: State): void {
    this.state.exit();
    this.state = state;
    state.enter();
    this.surface.frame();
  }

  /** The gesture is over: the tool rests, or gives way to select where it is not locked. */
  rest(): void {
    const name = this.tool.get();
    const locked = this.options.lock === true || this.toolLock.get();
    const stays = name === "select" || name === "pan" || locked;
    if (!stays) {
      this.options = {};
      this.tool.set("select");
    }
    this.go(this.tools[this.tool.get()](this, this.options));
  }

  /** Escape: ends the gesture without an edit, then the tool, then the selection. */
  cancel(): void {
    if (!this.state.resting) {
      this.state.cancel();
      this.clearPreview();
      this.go(this.tools[this.tool.get()](this, this.options));
    } else if (this.tool.get() !== "select") this.setTool("select");
    else this.select({});
  }

  info(screen: Point, extra: Partial<PointerInfo> = {}): PointerInfo {
    return {
      button: 0,
      shift: false,
      ctrl: false,
      alt: false,
      touch: false,
      ...extra,
      screen,
      world: toWorld(this.camera.get(), screen),
    };
  }

  /** Where something new goes: to the pointer, if it is over the drawing. */
  pointed(): Point | null {
    return this.pointer && toWorld(this.camera.get(), this.pointer);
  }

  pointerDown(p: PointerInfo): void {
    this.pointer = p.screen;
    this.state.pointerDown(p);
    this.surface.frame();
  }

  pointerMove(p: PointerInfo): void {
    this.pointer = p.screen;
    this.state.pointerMove(p);
    this.surface.frame();
  }

  pointerLeft(): void {
    this.pointer = null;
    this.setHover(null);
  }

  pointerUp(p: PointerInfo): void {
    this.state.pointerUp(p);
    this.surface.frame();
  }

  doubleClick(p: PointerInfo): void {
    this.state.doubleClick(p);
    this.surface.frame();
  }

  /** Modifier keys may change a running gesture; answers whether the key was used. */
  key(k: KeyInfo): boolean {
    return this.state.key(k);
  }

  wheel(at: Point, dx: number, dy: number, zoom: boolean): void {
    const camera = this.camera.get();
    if (zoom)
      this.camera.set(
        zoomAt(camera, at, camera.zoom * Math.exp(-Math.max(-120, Math.min(120, dy)) * 0.0022)),
      );
    else this.camera.set(panBy(camera, -dx, -dy));
  }

  /** Shows the whole box; null: nothing is drawn, the view starts around the origin. */
  fit(b: Box | null, most = 1): void {
    const { view, covered } = this;
    this.camera.set(fitView(b ?? { x: 0, y: 0, w: 0, h: 0 }, view, { most, covered }));
  }

  reveal(slot: number): void {
    this.camera.set(reveal(this.camera.get(), this.scene.box(slot), this.view));
  }

  /** Moves the view only where something of these is outside of it, and zooms out only where they do not fit. */
  bringIntoView(ids: readonly Id[]): void {
    const all = unionAll(this.scene.slots(ids).map((s) => this.scene.box(s)));
    const camera = this.camera.get();
    if (!all || contains(viewBox(camera, this.view), all)) return;
    const near = reveal(camera, all, this.view);
    if (contains(viewBox(near, this.view), all)) this.camera.set(near);
    else this.fit(all, camera.zoom);
  }
}
