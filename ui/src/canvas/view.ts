/** One persistent canvas and one frame loop: plate, then what moves, then the overlay. */
import type { EditorCore } from "../editor/core";
import type { CanvasStats, ThemeName } from "../editor/editor";
import { CanvasPainter } from "./canvas_painter";
import { IconStore } from "./icons";
import { MovingLayer } from "./moving";
import { paintOverlay } from "./paint/overlay";
import { paintSigns } from "./paint/signs";
import { Plate } from "./plate";
import { CONTRAST_THEMES, THEMES, type Theme } from "./theme";
import { type Change, Helper } from "./worker/helper";

/** Paint per frame while something moves, and when all is still. */
const BUSY_BUDGET = 5;
const IDLE_BUDGET = 12;
/** While the zoom changes, what is painted is out of date in the next frame. */
const ZOOM_BUDGET = 1;
const SETTLE_AFTER = 120;
/** What nobody waits for is done after this pause. */
const IDLE_AFTER = 400;
/** A frame longer than this halves the resolution of dense screens till the gesture ends. */
const OVERRUN = 14;

export class View {
  readonly canvas: HTMLCanvasElement;
  readonly icons = new IconStore();
  readonly plate: Plate;
  private readonly helper: Helper;
  private readonly moving: MovingLayer;
  private readonly ctx: CanvasRenderingContext2D;
  private readonly painter: CanvasPainter;
  private readonly core: EditorCore;
  private theme: Theme = THEMES.light;
  private requested = 0;
  private settleTimer: ReturnType<typeof setTimeout> | undefined;
  private idleTimer: ReturnType<typeof setTimeout> | undefined;
  private settled = true;
  private lastZoom = 0;
  private lastCamera = "";
  private coarse = false;
  private first = true;
  private frames = 0;
  private lastFrameMs = 0;
  private movingPainted = 0;
  /** Input that waited for this frame; answers whether another one is wanted. */
  beforeFrame: () => boolean = () => false;
  private waiting: (() => void)[] = [];
  private quiet: (() => void)[] = [];

  constructor(core: EditorCore, canvas: HTMLCanvasElement) {
    this.core = core;
    this.canvas = canvas;
    const ctx = canvas.getContext("2d", { alpha: false });
    if (!ctx) throw new Error("this browser gives no 2D canvas");
    this.ctx = ctx;
    this.painter = new CanvasPainter(ctx, this.icons);
    this.moving = new MovingLayer(core, this.icons);
    this.helper = new Helper(core.scene, this.icons, this.theme, (what) => this.helped(what));
    this.plate = new Plate(core.scene, this.icons, this.theme, this.helper, () => this.request());
  }

  setTheme(name: ThemeName, contrast: boolean, textScale: number): void {
    this.theme = { ...(contrast ? CONTRAST_THEMES : THEMES)[name], textScale };
    this.helper.setTheme(this.theme);
    this.plate.setTheme(this.theme);
    // All at once: a drawing that fills up tile by tile would flicker.
    this.first = true;
    this.request();
  }

  setIcons(icons: { [name: string]: string | undefined }): void {
    this.icons.set(icons);
    this.helper.setIcons();
  }

  private helped(what: Change): void {
    if (what === "font") this.staleAll();
    else this.request();
  }

  /** What texts are measured with, and the colours of now. */
  get ruler(): CanvasPainter {
    return this.painter;
  }

  get look(): Theme {
    return this.theme;
  }

  resize(w: number, h: number): void {
    const dpr = this.density;
    this.core.view = { w, h };
    this.canvas.width = Math.max(1, Math.round(w * dpr));
    this.canvas.height = Math.max(1, Math.round(h * dpr));
    this.canvas.style.width = `${w}px`;
    this.canvas.style.height = `${h}px`;
    // A resized canvas is blank: fill it before the browser shows it.
    this.core.settle();
    if (this.requested) cancelAnimationFrame(this.requested);
    this.frame();
  }

  private get density(): number {
    return Math.min(3, globalThis.devicePixelRatio || 1);
  }

  request(): void {
    if (this.requested) return;
    this.requested = requestAnimationFrame(() => {
      // What is on the screen stays there until there is something else to show.
      if (this.core.isBehind) this.requested = 0;
      else this.frame();
    });
  }

  staleAll(): void {
    this.plate.staleAll();
    this.request();
  }

  /** Another drawing: its first frame is whole and sharp, whatever the camera did on the way. */
  fresh(): void {
    this.first = true;
    this.settled = true;
    this.lastZoom = 0;
    this.staleAll();
  }

  stats(): CanvasStats {
    const { movingPainted, frames, lastFrameMs } = this;
    return {
      ...this.plate.counters,
      movingPainted,
      density: this.plate.ratio,
      worker: this.helper.verdict,
      frames,
      lastFrameMs,
    };
  }

  /** Nothing left to paint and no edit under way. */
  whenIdle(): Promise<void> {
    if (this.idle) return Promise.resolve();
    return new Promise((resolve) => {
      this.waiting.push(resolve);
      this.request();
    });
  }

  /** Even what is done when nobody waits is done: indexes, overview, the ring round the view. */
  whenQuiet(): Promise<void> {
    return new Promise((resolve) => {
      this.quiet.push(resolve);
      this.request();
    });
  }

  private get idle(): boolean {
    const { pending, takingOver } = this.core;
    const waits = pending > 0 || takingOver || !this.settled || this.coarse;
    return !this.requested && this.plate.complete && !waits;
  }

  destroy(): void {
    this.helper.stop("not asked");
    cancelAnimationFrame(this.requested);
    this.requested = 0;
    clearTimeout(this.settleTimer);
    clearTimeout(this.idleTimer);
  }

  private frame(): void {
    const again = this.beforeFrame();
    this.requested = 0;
    const start = performance.now();
    const { core, canvas } = this;
    const camera = core.camera.get();
    const busy = this.motion(`${camera.x} ${camera.y} ${camera.zoom}`, camera.zoom);
    const full = this.density;
    const dpr = this.coarse ? 1 : full;
    this.plate.ratio = dpr;
    this.plate.gesture = !core.state.resting;
    const budget = this.first ? 1000 : !this.settled ? ZOOM_BUDGET : busy ? BUSY_BUDGET : IDLE_BUDGET;
    // The canvas keeps its size; a coarse plate is scaled up on the way.
    const zoomed = { ...camera, zoom: (camera.zoom * full) / dpr };
    this.plate.draw(this.ctx, zoomed, canvas.width, canvas.height, dpr, this.settled, budget, this.first);
    this.first = false;
    this.movingPainted += this.moving.paint(this.painter, this.theme, full, this.plate.complete);
    this.painter.transform(full, 0, 0);
    paintOverlay(this.painter, core, this.theme, () => this.paintSigns(full));
    this.frames++;
    this.lastFrameMs = performance.now() - start;
    if (busy && this.lastFrameMs > OVERRUN && full > 1) this.getCoarse();
    if (!this.plate.complete && !this.settled) this.settleSoon();
    else if (this.plate.unfinished) this.request();
    if (again) this.request();
    this.later();
    this.wake();
    // Not before those who wait are told: the ring round the view is nobody's business.
    if (this.plate.complete && this.plate.unfinished) this.request();
  }

  /** Whether the camera moved since the last frame; a zoom that rests gets sharp a moment later. */
  private motion(now: string, zoom: number): boolean {
    const moved = now !== this.lastCamera;
    this.lastCamera = now;
    if (zoom !== this.lastZoom && this.lastZoom !== 0) {
      this.settled = false;
      this.settleSoon();
    }
    this.lastZoom = zoom;
    if (moved && this.coarse) this.settleSoon();
    return moved || this.core.preview.moving !== null || !this.core.state.resting;
  }

  /** Till the gesture rests, even where this was its last frame. */
  private getCoarse(): void {
    this.coarse = true;
    this.settleSoon();
  }

  private settleSoon(): void {
    clearTimeout(this.settleTimer);
    this.settleTimer = setTimeout(() => {
      if (this.coarse && !this.core.state.resting) return this.settleSoon();
      this.settled = true;
      this.coarse = false;
      this.request();
    }, SETTLE_AFTER);
  }

  /** Indexes and overview are made when nobody waits. */
  private later(wait = IDLE_AFTER): void {
    clearTimeout(this.idleTimer);
    this.idleTimer = setTimeout(() => {
      const { state, takingOver } = this.core;
      if (!state.resting || takingOver || !this.plate.complete || this.coarse) return;
      // Not while a design is still on its way.
      if (this.core.scene.extent()) {
        this.helper.start();
        this.tidy();
        this.plate.makeOverview();
      }
      if (this.helper.busy || !this.plate.prefetched) return this.later(IDLE_AFTER / 8);
      for (const resolve of this.quiet.splice(0)) resolve();
    }, wait);
  }

  /** Search trees are built by the worker; what is touched meanwhile stays in the list beside them. */
  private tidy(): void {
    const { scene } = this.core;
    if (!this.helper.ready) return scene.tidy();
    if (!scene.untidy || !this.helper.free) return;
    scene.shapes.lend();
    scene.lines.lend();
    this.helper.index((shapes, lines) => {
      scene.shapes.adopt(shapes);
      scene.lines.adopt(lines);
    });
  }

  private wake(): void {
    if (!this.idle || this.waiting.length === 0) return;
    const waiting = this.waiting;
    this.waiting = [];
    for (const resolve of waiting) resolve();
  }

  private paintSigns(dpr: number): void {
    const { core, painter: p } = this;
    const { x, y, zoom } = core.camera.get();
    const scale = zoom * dpr;
    p.transform(scale, -Math.round(x * scale), -Math.round(y * scale));
    paintSigns(p, core, this.theme);
    p.transform(dpr, 0, 0);
  }
}
