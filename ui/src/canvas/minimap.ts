/**
 * The whole drawing in a corner, with a frame round what is seen: press to go there, drag to move. Its picture is a
 * copy of the plate's overview, taken when a new one is made; a frame of a gesture moves only the outline.
 */
import { viewBox } from "../editor/camera";
import type { EditorCore } from "../editor/core";
import type { Box, Point } from "../geometry/box";
import type { Picture, Plate } from "./plate";

const MOST = { w: 208, h: 148 };
/** However small what is seen gets, its frame can be found and grabbed. */
const LEAST = 6;
/** Part of the view that a press of an arrow moves by. */
const STEP = 0.25;

const ARROWS: { [key: string]: Point } = {
  ArrowLeft: { x: -STEP, y: 0 },
  ArrowRight: { x: STEP, y: 0 },
  ArrowUp: { x: 0, y: -STEP },
  ArrowDown: { x: 0, y: STEP },
};

export class Minimap {
  private readonly element = document.createElement("div");
  private readonly canvas = document.createElement("canvas");
  private readonly frame = document.createElement("div");
  private readonly core: EditorCore;
  private readonly plate: Plate;
  private readonly stop: (() => void)[];
  /** The part of the world in the picture, and pixels per unit. */
  private shown: { box: Box; scale: number } | null = null;
  /** From the middle of the view to where the pointer holds it, in the world. */
  private held: Point | null = null;

  constructor(core: EditorCore, plate: Plate, container: HTMLElement, leave: () => void) {
    this.core = core;
    this.plate = plate;
    const { element } = this;
    element.className = "minimap focus-ring";
    element.tabIndex = 0;
    element.hidden = true;
    element.setAttribute("role", "group");
    element.setAttribute("aria-label", "Mini-map: arrow keys move the view");
    this.frame.className = "minimap-frame";
    this.canvas.setAttribute("aria-hidden", "true");
    element.append(this.canvas, this.frame);
    element.addEventListener("pointerdown", (event) => this.press(event));
    element.addEventListener("pointermove", (event) => this.move(event));
    for (const end of ["pointerup", "pointercancel"] as const)
      element.addEventListener(end, () => {
        this.held = null;
      });
    element.addEventListener("keydown", (event) => this.key(event, leave));
    container.append(element);
    this.stop = [plate.picture.subscribe(() => this.copy()), core.camera.subscribe(() => this.follow())];
    this.copy();
  }

  destroy(): void {
    for (const stop of this.stop) stop();
    this.element.remove();
  }

  /** An empty design has no picture. While a new one is awaited, the last one stays. */
  private copy(): void {
    const picture = this.plate.picture.get();
    if (!picture) {
      if (!this.core.scene.extent()) this.element.hidden = true;
      return;
    }
    const box = worldOf(picture);
    const scale = Math.min(MOST.w / box.w, MOST.h / box.h);
    const [w, h] = [Math.max(LEAST, box.w * scale), Math.max(LEAST, box.h * scale)];
    const density = globalThis.devicePixelRatio || 1;
    this.canvas.width = Math.round(w * density);
    this.canvas.height = Math.round(h * density);
    this.canvas.style.cssText = `display:block;width:${w}px;height:${h}px;`;
    const ctx = this.canvas.getContext("2d", { alpha: false });
    if (!ctx) return;
    ctx.imageSmoothingQuality = "high";
    ctx.drawImage(picture.canvas, 0, 0, this.canvas.width, this.canvas.height);
    this.shown = { box, scale };
    this.element.hidden = false;
    this.follow();
  }

  /** The frame lies round what is seen, and never quite outside of the map. */
  private follow(): void {
    if (!this.shown) return;
    const { box, scale } = this.shown;
    const seen = viewBox(this.core.camera.get(), this.core.view);
    const along = (from: number, size: number, all: number) => {
      const start = Math.min(Math.max(0, from), all - LEAST);
      const end = Math.max(Math.min(all, from + size), start + LEAST);
      return [start, end - start] as const;
    };
    const [x, w] = along((seen.x - box.x) * scale, seen.w * scale, box.w * scale);
    const [y, h] = along((seen.y - box.y) * scale, seen.h * scale, box.h * scale);
    this.frame.style.cssText = `transform:translate(${x}px,${y}px);width:${w}px;height:${h}px;`;
  }

  /** On the frame: holds it where it was grabbed. Beside it: the view comes there, and goes on with the pointer. */
  private press(event: PointerEvent): void {
    if (event.button !== 0 || !this.shown) return;
    event.preventDefault();
    this.element.focus({ preventScroll: true });
    this.element.setPointerCapture(event.pointerId);
    const at = this.world(event);
    const seen = viewBox(this.core.camera.get(), this.core.view);
    const middle = { x: seen.x + seen.w / 2, y: seen.y + seen.h / 2 };
    const inside = Math.abs(at.x - middle.x) <= seen.w / 2 && Math.abs(at.y - middle.y) <= seen.h / 2;
    this.held = inside ? { x: at.x - middle.x, y: at.y - middle.y } : { x: 0, y: 0 };
    if (!inside) this.move(event);
  }

  private move(event: PointerEvent): void {
    if (!this.held || !this.shown) return;
    const at = this.world(event);
    this.lookAt({ x: at.x - this.held.x, y: at.y - this.held.y });
  }

  private world(event: PointerEvent): Point {
    const { box, scale } = this.shown!;
    const r = this.canvas.getBoundingClientRect();
    return { x: box.x + (event.clientX - r.left) / scale, y: box.y + (event.clientY - r.top) / scale };
  }

  private lookAt(middle: Point): void {
    const camera = this.core.camera.get();
    const seen = viewBox(camera, this.core.view);
    this.core.camera.set({ ...camera, x: middle.x - seen.w / 2, y: middle.y - seen.h / 2 });
  }

  private key(event: KeyboardEvent, leave: () => void): void {
    if (event.key === "Escape") leave();
    const arrow = ARROWS[event.key];
    if (arrow && !event.ctrlKey && !event.altKey && !event.metaKey) {
      const seen = viewBox(this.core.camera.get(), this.core.view);
      this.lookAt({ x: seen.x + seen.w * (0.5 + arrow.x), y: seen.y + seen.h * (0.5 + arrow.y) });
    } else if (event.key !== "Escape") return;
    event.preventDefault();
    event.stopPropagation();
  }
}

function worldOf({ canvas, scale, x, y }: Picture): Box {
  return { x, y, w: canvas.width / scale, h: canvas.height / scale };
}
