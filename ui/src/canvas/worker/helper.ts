/**
 * The page's side of the painting worker. It is used once it has shown, on this machine, that it paints what the
 * page paints and that its bitmaps are copied fast enough; until then, and where it cannot, the page paints alone.
 */
import type { Scene } from "../../editor/scene/scene";
import type { Packed } from "../../editor/scene/spatial";
import { CanvasPainter } from "../canvas_painter";
import type { IconStore } from "../icons";
import type { Part } from "../paint/part";
import type { Theme } from "../theme";
import { Copier } from "./copy";
import type { FontSource, FromWorker, ToWorker } from "./messages";
import { PROBES, paintProbe } from "./probe";

/** Few at a time: what is asked for is soon out of date. */
const AT_A_TIME = 4;
/** A tile must be painted and copied in less than this, in milliseconds. */
const SLOW_PAINT = 60;
const SLOW_COPY = 10;
/** Whether the worker paints, and why not. */
export type Verdict = "not asked" | "on probe" | "paints" | "paints otherwise" | "is slow" | "is broken";

/** Who has not shown by then what it can is taken for broken. */
const LONGEST_PROBE = 10_000;

/** It is of use, is so no more, or a font arrived: then texts that it painted look different. */
export type Change = "ready" | "stopped" | "font";

export interface Arrival {
  bitmap: ImageBitmap;
  shapes: number;
  links: number;
}

/** Null: the worker is no more. */
type Waiting = (message: FromWorker | null) => void;

export class Helper {
  verdict: Verdict = "not asked";
  private worker: Worker | null = null;
  private readonly waiting = new Map<number, Waiting>();
  private readonly copier = new Copier();
  private tickets = 0;
  private sceneSent = false;
  private readonly scene: Scene;
  private readonly icons: IconStore;
  private theme: Theme;
  private readonly changed: (what: Change) => void;

  constructor(scene: Scene, icons: IconStore, theme: Theme, changed: (what: Change) => void) {
    this.scene = scene;
    this.icons = icons;
    this.theme = theme;
    this.changed = changed;
  }

  /** Nothing happens where the browser has no such thing. */
  start(): void {
    if (
      this.verdict !== "not asked" ||
      typeof Worker === "undefined" ||
      typeof OffscreenCanvas === "undefined"
    )
      return;
    this.verdict = "on probe";
    try {
      this.worker = new Worker(new URL("./paint_worker.ts", import.meta.url), { type: "module" });
    } catch {
      this.verdict = "is broken";
      return;
    }
    setTimeout(() => !this.ready && this.stop("is slow"), LONGEST_PROBE);
    this.worker.onerror = () => this.stop("is broken");
    this.worker.onmessageerror = () => this.stop("is broken");
    this.worker.onmessage = ({ data }: MessageEvent<FromWorker>) => this.hear(data);
    this.send({ is: "start", fonts: fontsOfPage(), icons: this.icons.all(), theme: this.theme });
  }

  /** It has passed its probe. */
  get ready(): boolean {
    return this.verdict === "paints";
  }

  stop(why: Verdict): void {
    if (!this.worker) return;
    this.worker.terminate();
    this.worker = null;
    this.verdict = why;
    const waiting = [...this.waiting.values()];
    this.waiting.clear();
    // Whoever waits for a bitmap has it painted by the page.
    for (const tell of waiting) tell(null);
    this.changed("stopped");
  }

  /** The scene is not what the worker has. */
  stale(): void {
    this.sceneSent = false;
  }

  /** It has the scene as it is now, or gets it from nobody. */
  get upToDate(): boolean {
    return this.sceneSent || !this.ready;
  }

  setTheme(theme: Theme): void {
    this.theme = theme;
    this.send({ is: "theme", theme });
  }

  setIcons(): void {
    this.send({ is: "icons", icons: this.icons.all() });
  }

  /** Whether something is still to come from it. */
  get busy(): boolean {
    return this.waiting.size > 0 || (this.worker !== null && !this.ready);
  }

  /** Whether it takes another part now. */
  get free(): boolean {
    return this.ready && this.waiting.size < AT_A_TIME;
  }

  /** `done` hears null where the worker is no more. */
  paint(part: Part, w: number, h: number, done: (arrival: Arrival | null) => void): void {
    this.sendScene();
    this.ask({ is: "paint", ticket: ++this.tickets, part, w, h }, (m) =>
      done(m?.is === "painted" ? m : null),
    );
  }

  /** Search trees of the scene as it is now. */
  index(done: (shapes: Packed, lines: Packed) => void): void {
    this.sendScene();
    this.ask({ is: "index", ticket: ++this.tickets }, (m) => m?.is === "index" && done(m.shapes, m.lines));
  }

  private ask(message: Extract<ToWorker, { ticket: number }>, heard: Waiting): void {
    this.waiting.set(message.ticket, heard);
    this.send(message);
  }

  private send(message: ToWorker, transfer: Transferable[] = []): void {
    this.worker?.postMessage(message, transfer);
  }

  private sendScene(): void {
    if (this.sceneSent) return;
    const { copy, transfer } = this.copier.copy(this.scene);
    this.send({ is: "scene", copy }, transfer);
    this.sceneSent = true;
  }

  private hear(message: FromWorker): void {
    if (message.is === "probe") this.judge(message);
    else if (message.is === "font") this.changed("font");
    else {
      this.waiting.get(message.ticket)?.(message);
      this.waiting.delete(message.ticket);
    }
  }

  private judge({ bitmap, milliseconds }: Extract<FromWorker, { is: "probe" }>): void {
    const { width, height } = bitmap;
    const theirs = context(width, height);
    const ours = context(width, height);
    if (!theirs || !ours) return this.stop("is broken");
    let copied = Infinity;
    for (let k = 0; k < PROBES; k++) {
      const began = performance.now();
      theirs.drawImage(bitmap, 0, 0);
      theirs.getImageData(0, 0, 1, 1);
      copied = Math.min(copied, performance.now() - began);
    }
    bitmap.close();
    paintProbe(new CanvasPainter(ours, this.icons), this.theme);
    const a = theirs.getImageData(0, 0, width, height).data;
    const b = ours.getImageData(0, 0, width, height).data;
    const alike = a.every((v, k) => v === b[k]);
    if (!alike) return this.stop("paints otherwise");
    if (milliseconds > SLOW_PAINT || copied > SLOW_COPY) return this.stop("is slow");
    this.verdict = "paints";
    this.changed("ready");
  }
}

function context(w: number, h: number): CanvasRenderingContext2D | null {
  const canvas = document.createElement("canvas");
  canvas.width = w;
  canvas.height = h;
  return canvas.getContext("2d", { alpha: false });
}

/** The faces that the page's style sheets declare, with whole addresses. */
function fontsOfPage(): FontSource[] {
  const out: FontSource[] = [];
  for (const sheet of document.styleSheets) {
    for (const rule of rulesOf(sheet)) {
      if (!(rule instanceof CSSFontFaceRule)) continue;
      const value = (name: string) => rule.style.getPropertyValue(name);
      const base = sheet.href ?? document.baseURI;
      out.push({
        family: value("font-family").replaceAll(/["']/g, ""),
        source: value("src").replaceAll(
          /url\(\s*["']?([^"')]+)["']?\s*\)/g,
          (_, url) => `url("${new URL(url, base).href}")`,
        ),
        style: value("font-style") || "normal",
        weight: value("font-weight") || "400",
        range: value("unicode-range") || "U+0-10FFFF",
      });
    }
  }
  return out;
}

/** A sheet from elsewhere does not show its rules. */
function rulesOf(sheet: CSSStyleSheet): Iterable<CSSRule> {
  try {
    return sheet.cssRules;
  } catch {
    return [];
  }
}
