/** The little DOM over the drawing: text field, focus proxy for screen readers and magnifiers, live region. */
import { boxToScreen } from "../editor/camera";
import type { EditorCore, TextRequest } from "../editor/core";
import { spokenName } from "../editor/spoken";

const NOTHING = "nothing selected";
const HIDDEN =
  "position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap;";

let instances = 0;

export class DomLayer {
  private readonly proxy: HTMLElement;
  private readonly live: HTMLElement;
  private input: HTMLInputElement | null = null;
  private readonly core: EditorCore;
  private readonly root: HTMLElement;
  private place: (() => void) | null = null;

  constructor(core: EditorCore, root: HTMLElement) {
    this.core = core;
    this.root = root;
    const n = ++instances;
    const help = element("div", `canvas-help-${n}`, HIDDEN);
    help.textContent =
      "Arrow keys walk between shapes, or move the selected one; Alt with arrows always walks, Alt and Shift with arrows resizes. Page Up and Page Down pan. Enter opens, L links, slash adds, F2 renames, Delete removes, Escape goes back.";
    this.proxy = element("div", `canvas-focus-${n}`, "position:absolute;pointer-events:none;");
    this.proxy.setAttribute("role", "img");
    this.proxy.setAttribute("aria-label", NOTHING);
    this.live = element("div", `canvas-live-${n}`, HIDDEN);
    this.live.setAttribute("aria-live", "polite");
    root.append(help, this.proxy, this.live);
    root.tabIndex = 0;
    root.setAttribute("role", "application");
    root.setAttribute("aria-label", "Drawing");
    root.setAttribute("aria-roledescription", "drawing");
    root.setAttribute("aria-describedby", help.id);
    core.selection.subscribe(() => this.selectionChanged());
    core.camera.subscribe(() => this.follow());
  }

  announce(text: string): void {
    // The same words twice would not be read again.
    this.live.textContent = this.live.textContent === text ? `${text}\u00a0` : text;
  }

  private selectionChanged(): void {
    const { resources, links } = this.core.selection.get();
    const last = resources[resources.length - 1];
    if (last === undefined && links.length === 0) {
      this.root.removeAttribute("aria-activedescendant");
      this.proxy.setAttribute("aria-label", NOTHING);
      return;
    }
    const name = spokenName(
      this.core,
      last !== undefined ? { on: "resource", id: last } : { on: "link", id: links[0]! },
    );
    this.proxy.setAttribute("aria-label", name);
    this.root.setAttribute("aria-activedescendant", this.proxy.id);
    this.announce(resources.length > 1 ? `${resources.length} selected, last ${name}` : name);
    this.follow();
  }

  private follow(): void {
    this.place?.();
    const slot = this.core.selectedSlots().at(-1);
    if (slot === undefined) return;
    const b = boxToScreen(this.core.camera.get(), this.core.scene.box(slot));
    Object.assign(this.proxy.style, {
      left: `${b.x}px`,
      top: `${b.y}px`,
      width: `${b.w}px`,
      height: `${b.h}px`,
    });
  }

  editText(request: TextRequest): void {
    this.input?.blur();
    const input = document.createElement("input");
    this.input = input;
    input.value = request.text;
    input.setAttribute("aria-label", request.label);
    input.className = "canvas-text";
    input.spellcheck = false;
    this.place = () => {
      const camera = this.core.camera.get();
      const b = boxToScreen(camera, request.box);
      const size = Math.max(11, 12.5 * camera.zoom);
      input.style.cssText =
        `position:absolute;box-sizing:border-box;left:${b.x}px;top:${b.y}px;width:${Math.max(90, b.w)}px;height:${Math.max(22, b.h)}px;` +
        `font:600 ${size}px "Inter Variable",Inter,system-ui,sans-serif;text-align:${request.align};padding:0 4px;` +
        "border:1.5px solid var(--accent,#2f5bea);border-radius:4px;background:var(--card,#fff);color:var(--text,#171a21);outline:none;";
    };
    let open = true;
    const close = (text: string | null) => {
      if (!open) return;
      open = false;
      this.input = null;
      this.place = null;
      input.remove();
      this.root.focus({ preventScroll: true });
      request.done(text);
    };
    input.addEventListener("keydown", (e) => {
      e.stopPropagation();
      if (e.isComposing) return;
      if (e.key === "Enter") close(input.value);
      if (e.key === "Escape") close(null);
    });
    input.addEventListener("blur", () => close(input.value));
    this.root.append(input);
    this.place();
    input.focus({ preventScroll: true });
    input.select();
  }

  destroy(): void {
    this.input?.remove();
    this.proxy.remove();
    this.live.remove();
  }
}

function element(tag: string, id: string, style: string): HTMLElement {
  const e = document.createElement(tag);
  e.id = id;
  e.style.cssText = style;
  return e;
}
