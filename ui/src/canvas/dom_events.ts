/** Turns pointer, wheel, touch and key events of the browser into the editor's plain ones. */
import { zoomAt } from "../editor/camera";
import type { EditorCore } from "../editor/core";
import { pressKey } from "../editor/keys";
import type { PointerInfo } from "../editor/tools/state";
import type { Point } from "../geometry/box";

export class DomEvents {
  private readonly touches = new Map<number, Point>();
  private readonly off: (() => void)[] = [];
  private readonly core: EditorCore;
  private readonly root: HTMLElement;
  private insertPointer: number | null = null;
  private pinch: { gap: number; zoom: number } | null = null;
  private down = false;
  /** The newest move waits for the frame: those before it, which no frame would show, are left out. */
  private moved: PointerEvent | null = null;

  constructor(core: EditorCore, root: HTMLElement) {
    this.core = core;
    this.root = root;
    this.on(root, "pointerdown", (e) => this.pointerDown(e));
    this.on(root, "pointermove", (e) => {
      this.moved = e;
      core.surface.frame();
    });
    this.on(root, "pointerup", (e) => this.pointerUp(e));
    this.on(root, "pointercancel", (e) => this.pointerCancel(e));
    this.on(root, "pointerleave", () => core.pointerLeft());
    this.on(root, "dblclick", (e) => this.inCanvas(e) && core.doubleClick(this.info(e)));
    this.on(root, "contextmenu", (e) => this.contextMenu(e));
    this.on(root, "keydown", (e) => this.key(e, true));
    this.on(root, "keyup", (e) => this.key(e, false));
    this.on(root, "blur", () => {
      core.spaceDown = false;
    });
    const wheel = (e: WheelEvent) => {
      this.flush();
      this.wheel(e);
    };
    root.addEventListener("wheel", wheel, { passive: false });
    this.off.push(() => root.removeEventListener("wheel", wheel));
  }

  destroy(): void {
    for (const off of this.off) off();
  }

  private on<K extends keyof HTMLElementEventMap>(
    target: HTMLElement,
    type: K,
    run: (e: HTMLElementEventMap[K]) => void,
  ): void {
    const inTurn = (e: HTMLElementEventMap[K]) => {
      // One pointer's moves stand for each other; another finger's do not.
      if (type !== "pointermove" || (e as PointerEvent).pointerId !== this.moved?.pointerId) this.flush();
      run(e);
    };
    target.addEventListener(type, inTurn);
    this.off.push(() => target.removeEventListener(type, inTurn));
  }

  /** Does what waits for the frame. Called by the frame, and by every event that comes after a move. */
  flush(): void {
    const e = this.moved;
    this.moved = null;
    if (e) this.pointerMove(e);
  }

  /** Not in the text field over the drawing. */
  private inCanvas(e: Event): boolean {
    return !(e.target instanceof HTMLInputElement);
  }

  private info(e: MouseEvent): PointerInfo {
    const r = this.root.getBoundingClientRect();
    const p = { x: e.clientX - r.left, y: e.clientY - r.top };
    return this.core.info(p, {
      button: e.button,
      shift: e.shiftKey,
      ctrl: e.ctrlKey || e.metaKey,
      alt: e.altKey,
      touch: (e as PointerEvent).pointerType === "touch",
    });
  }

  private pointerDown(e: PointerEvent): void {
    if (!this.inCanvas(e)) return;
    this.root.focus({ preventScroll: true });
    // Text selected in a panel would take the next Ctrl+C.
    document.getSelection()?.removeAllRanges();
    const p = this.info(e);
    if (p.touch) {
      this.touches.set(e.pointerId, p.screen);
      if (this.touches.size === 2) return this.startPinch();
    }
    if (e.button === 2) return;
    if (e.button === 1) e.preventDefault();
    this.root.setPointerCapture(e.pointerId);
    this.down = true;
    this.core.pointerDown(p);
  }

  private pointerMove(e: PointerEvent): void {
    if (e.pointerId === this.insertPointer) return;
    const p = this.info(e);
    if (this.touches.has(e.pointerId)) this.touches.set(e.pointerId, p.screen);
    if (this.pinch) return this.movePinch();
    if (!this.inCanvas(e) && !this.down) return;
    this.core.pointerMove(p);
  }

  private pointerUp(e: PointerEvent): void {
    this.touches.delete(e.pointerId);
    if (this.pinch) {
      if (this.touches.size < 2) this.pinch = null;
      return;
    }
    if (!this.down && e.pointerId !== this.insertPointer) return;
    this.down = false;
    this.core.pointerUp(this.info(e));
  }

  private pointerCancel(e: PointerEvent): void {
    this.touches.delete(e.pointerId);
    this.pinch = null;
    this.down = false;
    if (!this.core.state.resting) this.core.cancel();
  }

  private startPinch(): void {
    if (!this.core.state.resting) this.core.cancel();
    this.down = false;
    const [a, b] = [...this.touches.values()] as [Point, Point];
    this.pinch = { gap: Math.hypot(a.x - b.x, a.y - b.y), zoom: this.core.camera.get().zoom };
  }

  private movePinch(): void {
    const [a, b] = [...this.touches.values()];
    if (!a || !b || !this.pinch) return;
    const gap = Math.max(1, Math.hypot(a.x - b.x, a.y - b.y));
    const middle = { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 };
    this.core.camera.set(zoomAt(this.core.camera.get(), middle, (this.pinch.zoom * gap) / this.pinch.gap));
  }

  /** A wheel zooms at the pointer; a trackpad's two fingers pan, its pinch (Ctrl) zooms. */
  private wheel(e: WheelEvent): void {
    if (!this.inCanvas(e)) return;
    e.preventDefault();
    const at = this.info(e).screen;
    const unit = e.deltaMode === 1 ? 16 : e.deltaMode === 2 ? 400 : 1;
    if (e.ctrlKey || e.metaKey) {
      // Pinches come in small steps, wheels in large ones.
      const dy = e.deltaY * unit;
      this.core.wheel(at, 0, Math.abs(dy) < 30 ? dy * 4 : dy, true);
    } else if (e.shiftKey) this.core.wheel(at, (e.deltaX || e.deltaY) * unit, 0, false);
    else if (isTrackpad(e)) this.core.wheel(at, e.deltaX, e.deltaY, false);
    else this.core.wheel(at, 0, e.deltaY * unit, true);
  }

  private contextMenu(e: MouseEvent): void {
    if (!this.inCanvas(e)) return;
    e.preventDefault();
    const { core } = this;
    if (!core.state.resting) return;
    // The menu key is a shortcut of its own: it has opened the menu already.
    if (e.button !== 2) return;
    const p = this.info(e);
    const item = core.item(core.hit(p.world));
    const { resources, links } = core.selection.get();
    if (item && !(item.on === "resource" ? resources : links).includes(item.id))
      core.select(item.on === "resource" ? { resources: [item.id] } : { links: [item.id] });
    core.host.onContextMenu({ client: p.screen, world: p.world, item });
  }

  private key(e: KeyboardEvent, down: boolean): void {
    if (!this.inCanvas(e) || e.isComposing) return;
    if (e.key === " ") {
      e.preventDefault();
      this.core.spaceDown = down;
      this.core.surface.cursor(down ? "grab" : "default");
      return;
    }
    const used = pressKey(this.core, {
      key: e.key,
      shift: e.shiftKey,
      ctrl: e.ctrlKey || e.metaKey,
      alt: e.altKey,
      down,
    });
    if (!used) return;
    e.preventDefault();
    e.stopPropagation();
  }

  /** The palette's pointer becomes ours: it moves the ghost till it is released, here or elsewhere. */
  startInsert(kind: string, event: { pointerId: number; clientX: number; clientY: number }): void {
    const { core, root } = this;
    core.setTool("insert", { kind });
    this.insertPointer = event.pointerId;
    const inside = (e: PointerEvent) => {
      const r = root.getBoundingClientRect();
      return e.clientX >= r.left && e.clientX <= r.right && e.clientY >= r.top && e.clientY <= r.bottom;
    };
    const move = (e: PointerEvent) => {
      if (e.pointerId !== event.pointerId) return;
      if (inside(e)) core.pointerMove(this.info(e));
      else core.clearPreview();
    };
    const stop = () => {
      window.removeEventListener("pointermove", move, true);
      window.removeEventListener("pointerup", up, true);
      window.removeEventListener("pointercancel", cancel, true);
      window.removeEventListener("keydown", keydown, true);
      this.insertPointer = null;
    };
    const up = (e: PointerEvent) => {
      if (e.pointerId !== event.pointerId) return;
      stop();
      if (!inside(e)) return core.setTool("select");
      root.focus({ preventScroll: true });
      core.pointerUp({ ...this.info(e), button: 0 });
    };
    const cancel = () => {
      stop();
      core.setTool("select");
    };
    const keydown = (e: KeyboardEvent) => {
      if (e.key === "Escape") cancel();
    };
    window.addEventListener("pointermove", move, true);
    window.addEventListener("pointerup", up, true);
    window.addEventListener("pointercancel", cancel, true);
    window.addEventListener("keydown", keydown, true);
  }
}

/** Trackpads give sideways or small steps in pixels; wheels come in notches of 100 or more. */
function isTrackpad(e: WheelEvent): boolean {
  if (e.deltaMode !== 0) return false;
  return e.deltaX !== 0 || Math.abs(e.deltaY) < 50 || !Number.isInteger(e.deltaY);
}
