/** The text field over the drawing: a name or ports, with what may be meant and why a text cannot be taken. */
import { boxToScreen } from "../editor/camera";
import type { EditorCore, TextRequest } from "../editor/core";
import type { Completion } from "../editor/ports";

let instances = 0;

export class TextField {
  private readonly core: EditorCore;
  private readonly request: TextRequest;
  private readonly input = document.createElement("input");
  private readonly list = document.createElement("div");
  private readonly wrong = document.createElement("div");
  private readonly over: () => void;
  private found: Completion = { from: 0, to: 0, entries: [] };
  private active = -1;
  private open = true;

  /** `over`: the field is gone. */
  constructor(core: EditorCore, root: HTMLElement, request: TextRequest, over: () => void) {
    this.core = core;
    this.request = request;
    this.over = over;
    this.make();
    root.append(this.input, this.list, this.wrong);
    this.place();
    this.input.focus({ preventScroll: true });
    this.input.select();
    this.suggest();
  }

  private make(): void {
    const { input, list, wrong, request } = this;
    const n = ++instances;
    input.value = request.text;
    input.setAttribute("aria-label", request.label);
    input.className = "canvas-text";
    input.placeholder = request.hint ?? "";
    input.spellcheck = false;
    input.autocomplete = "off";
    wrong.className = "canvas-text-wrong";
    wrong.id = `canvas-text-wrong-${n}`;
    wrong.setAttribute("role", "alert");
    list.className = "canvas-text-list";
    list.id = `canvas-text-list-${n}`;
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-label", "What may be meant");
    if (request.complete) {
      input.setAttribute("role", "combobox");
      input.setAttribute("aria-autocomplete", "list");
      input.setAttribute("aria-controls", list.id);
    }
    input.addEventListener("keydown", (e) => this.key(e));
    input.addEventListener("input", () => {
      this.complain(undefined);
      this.suggest();
    });
    input.addEventListener("blur", () => this.close(input.value));
    // A press on an entry must not take the focus from the field.
    list.addEventListener("pointerdown", (e) => {
      e.preventDefault();
      e.stopPropagation();
      const row = (e.target as Element).closest("[role=option]");
      if (row) this.take([...list.children].indexOf(row));
    });
  }

  place(): void {
    const { input, list, wrong, request } = this;
    const camera = this.core.camera.get();
    const b = boxToScreen(camera, request.box);
    const size = Math.max(11, 12.5 * camera.zoom);
    const w = Math.max(90, b.w);
    const h = Math.max(22, b.h);
    Object.assign(input.style, {
      left: `${b.x}px`,
      top: `${b.y}px`,
      width: `${w}px`,
      height: `${h}px`,
      fontSize: `${size}px`,
      textAlign: request.align,
    });
    for (const under of [list, wrong])
      Object.assign(under.style, { left: `${b.x}px`, top: `${b.y + h + 4}px`, minWidth: `${w}px` });
  }

  private key(e: KeyboardEvent): void {
    e.stopPropagation();
    if (e.isComposing) return;
    const { entries } = this.found;
    if (e.key === "ArrowDown" || e.key === "ArrowUp") {
      if (entries.length === 0) return;
      e.preventDefault();
      const step = e.key === "ArrowDown" ? 1 : -1;
      this.mark(
        (this.active + step + entries.length + (this.active < 0 && step < 0 ? 1 : 0)) % entries.length,
      );
    } else if (e.key === "Tab" && entries.length > 0) {
      e.preventDefault();
      this.take(Math.max(0, this.active));
    } else if (e.key === "Enter") {
      e.preventDefault();
      if (this.active >= 0) this.take(this.active);
      else this.finish();
    } else if (e.key === "Escape") {
      if (this.active >= 0) this.mark(-1);
      else this.close(null);
    }
  }

  private finish(): void {
    const why = this.request.check?.(this.input.value);
    if (why === undefined) this.close(this.input.value);
    else this.complain(why);
  }

  private complain(why: string | undefined): void {
    this.wrong.textContent = why ?? "";
    this.wrong.hidden = why === undefined;
    this.input.setAttribute("aria-invalid", String(why !== undefined));
    if (why === undefined) return this.input.removeAttribute("aria-describedby");
    this.input.setAttribute("aria-describedby", this.wrong.id);
    this.found = { from: 0, to: 0, entries: [] };
    this.showList();
  }

  private suggest(): void {
    this.complain(undefined);
    const { value, selectionStart } = this.input;
    const all = this.input.selectionEnd === value.length && selectionStart === 0 && value !== "";
    const none = { from: 0, to: 0, entries: [] };
    this.found = all ? none : (this.request.complete?.(value, selectionStart ?? value.length) ?? none);
    this.showList();
  }

  private showList(): void {
    const { list, found } = this;
    list.replaceChildren(...found.entries.map((entry, k) => row(`${list.id}-${k}`, entry)));
    list.hidden = found.entries.length === 0;
    this.input.setAttribute("aria-expanded", String(!list.hidden));
    this.mark(-1);
  }

  private mark(at: number): void {
    this.active = at;
    for (const [k, one] of [...this.list.children].entries())
      one.setAttribute("aria-selected", String(k === at));
    const id = this.list.children[at]?.id;
    if (id) this.input.setAttribute("aria-activedescendant", id);
    else this.input.removeAttribute("aria-activedescendant");
  }

  private take(at: number): void {
    const { from, to, entries } = this.found;
    const entry = entries[at];
    if (!entry) return;
    const { value } = this.input;
    this.input.value = value.slice(0, from) + entry.text + value.slice(to);
    const caret = from + entry.text.length;
    this.input.setSelectionRange(caret, caret);
    this.found = { from: 0, to: 0, entries: [] };
    this.showList();
  }

  /** null: without a change. */
  close(text: string | null): void {
    if (!this.open) return;
    this.open = false;
    for (const one of [this.input, this.list, this.wrong]) one.remove();
    this.over();
    this.request.done(text);
  }
}

function row(id: string, { text, hint }: { text: string; hint: string }): HTMLElement {
  const one = document.createElement("div");
  one.id = id;
  one.setAttribute("role", "option");
  const name = document.createElement("span");
  name.textContent = text;
  const what = document.createElement("span");
  what.className = "muted";
  what.textContent = hint;
  one.append(name, what);
  return one;
}
