/** The little DOM over the drawing: text field, focus proxy for screen readers and magnifiers, live region. */
import { boxToScreen } from "../editor/camera";
import type { EditorCore, TextRequest } from "../editor/core";
import type { Item } from "../editor/editor";
import { spokenName } from "../editor/spoken";
import { TextField } from "./text_field";

const NOTHING = "nothing selected";
/** Milliseconds in which two announcements belong to one act. */
const SAME_BREATH = 150;
const HIDDEN =
  "position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap;";

let instances = 0;

export class DomLayer {
  private readonly proxy: HTMLElement;
  private readonly live: HTMLElement;
  private field: TextField | null = null;
  private readonly core: EditorCore;
  private readonly root: HTMLElement;
  private refreshing = 0;
  private said = "";
  private saidAt = Number.NEGATIVE_INFINITY;

  constructor(core: EditorCore, root: HTMLElement) {
    this.core = core;
    this.root = root;
    const n = ++instances;
    const help = element("div", `canvas-help-${n}`, HIDDEN);
    help.textContent =
      "Arrow keys walk between shapes, or move the selected one; Alt with arrows always walks, Alt and Shift with arrows resizes. Enter goes into a container, Escape out of it. K walks along the links. Page Up and Page Down pan. Slash adds, L links, F2 renames, Delete removes, Shift F10 opens the menu. The outline holds the same things as a list.";
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
    // The ring is for those who come by keyboard; a click or a design that opens needs none.
    root.addEventListener("keyup", () => root.classList.add("by-keys"));
    root.addEventListener("pointerdown", () => root.classList.remove("by-keys"));
    root.addEventListener("blur", () => root.classList.remove("by-keys"));
  }

  /** What comes right behind another is said after it, not in its place: "linked App to Orders", then the link's name. */
  announce(text: string): void {
    const now = performance.now();
    const before = now - this.saidAt < SAME_BREATH && this.said !== text ? `${this.said}. ` : "";
    this.saidAt = now;
    this.said = text;
    // The same words twice would not be read again.
    const whole = before + text;
    this.live.textContent = this.live.textContent === whole ? `${whole}\u00a0` : whole;
  }

  /** The one that the proxy stands for. */
  private get item(): Item | null {
    const { resources, links } = this.core.selection.get();
    const last = resources[resources.length - 1];
    if (last !== undefined) return { on: "resource", id: last };
    return links[0] === undefined ? null : { on: "link", id: links[0] };
  }

  private selectionChanged(): void {
    const { resources } = this.core.selection.get();
    const name = this.describe();
    this.announce(resources.length > 1 ? `${resources.length} selected, last ${name}` : name);
    this.follow();
  }

  private describe(): string {
    const { item } = this;
    const name = item ? spokenName(this.core, item) : NOTHING;
    if (this.proxy.getAttribute("aria-label") !== name) this.proxy.setAttribute("aria-label", name);
    if (item) this.root.setAttribute("aria-activedescendant", this.proxy.id);
    else this.root.removeAttribute("aria-activedescendant");
    return name;
  }

  /** What is drawn has changed: the item may be elsewhere, or be called or judged otherwise. Nothing is read out. */
  refresh(): void {
    if (!this.item || this.refreshing) return;
    this.refreshing = requestAnimationFrame(() => {
      this.refreshing = 0;
      this.describe();
      this.follow();
    });
  }

  private follow(): void {
    this.field?.place();
    const { item, core } = this;
    if (!item) return;
    const { slotOf, linkSlotOf } = core.scene;
    const slot = (item.on === "resource" ? slotOf : linkSlotOf).get(item.id);
    if (slot === undefined) return;
    const b = boxToScreen(
      core.camera.get(),
      item.on === "resource" ? core.scene.box(slot) : core.labelBox(slot),
    );
    Object.assign(this.proxy.style, {
      left: `${b.x}px`,
      top: `${b.y}px`,
      width: `${b.w}px`,
      height: `${b.h}px`,
    });
  }

  editText(request: TextRequest): void {
    this.field?.close(null);
    this.field = new TextField(this.core, this.root, request, () => {
      this.field = null;
      this.root.focus({ preventScroll: true });
    });
  }

  destroy(): void {
    cancelAnimationFrame(this.refreshing);
    this.field?.close(null);
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
