/** A scripted pointer on an editor without a screen; edits are applied at once, as the core would. */

import { applyEdit } from "../../../bench/apply_edit";
import { designOf, kindsOf } from "../../../bench/design_text";
import type { DesignJson, EditJson, Id } from "../../document/model";
import { createDocumentStore } from "../../document/store";
import type { Box, Point } from "../../geometry/box";
import { EditorCore, type Surface, type TextRequest } from "../core";
import type { EditorHost, MenuRequest, Offer } from "../editor";
import { corners, PLUS_DROP } from "../hit";
import { pressKey } from "../keys";
import type { Service } from "../ports";
import { TOOLS } from "../tools";
import type { PointerInfo } from "../tools/state";
import shop from "./web_shop.gplan?raw";

const KIND_FILES = import.meta.glob("../../../../src-tauri/crates/gp-catalog/kinds/**/*.toml", {
  eager: true,
  query: "?raw",
  import: "default",
}) as { [path: string]: string };

export const KINDS = kindsOf(KIND_FILES);

/** The template as it was when the tests were written: their points do not move when the template does. */
export function webShop(): DesignJson {
  return designOf(shop);
}

type Keys = Partial<Pick<PointerInfo, "shift" | "ctrl" | "alt" | "button" | "touch">>;

export class Stage {
  readonly store = createDocumentStore();
  readonly edits: EditJson[] = [];
  readonly notices: string[] = [];
  /** What the last notice offered. */
  offer: Offer | undefined;
  readonly commands: string[] = [];
  readonly inserts: { parent: Id | null; linkFrom?: Id; kinds: string[] }[] = [];
  readonly menus: MenuRequest[] = [];
  readonly inspected: Id[] = [];
  readonly said: string[] = [];
  readonly stale: Box[] = [];
  text: TextRequest | null = null;
  /** What listens at resources. */
  services: { [id: Id]: Service[] } = {};
  /** The next edit is refused with this message. */
  refuse: string | null = null;
  /** The core answers at once, but its patches wait for `patches()`. */
  slow = false;
  private readonly late: (() => void)[] = [];
  readonly core: EditorCore;
  private at: Point = { x: 0, y: 0 };

  constructor(design: DesignJson = webShop()) {
    this.store.load(design, 1);
    this.core = new EditorCore(this.store, this.host(), this.surface(), TOOLS);
    this.core.setKinds(KINDS);
    this.core.view = { w: 1200, h: 800 };
    this.core.camera.set({ x: -100, y: -100, zoom: 1 });
  }

  private host(): EditorHost {
    return {
      onEdit: async (edit) => {
        this.edits.push(edit);
        const refusal = this.refuse;
        this.refuse = null;
        if (refusal) throw new Error(refusal);
        const revision = this.store.revision() + 1;
        const patch = () => this.store.apply(applyEdit(this.store, edit), revision);
        if (this.slow) this.late.push(patch);
        else patch();
        return { revision };
      },
      services: async (id) => this.services[id] ?? null,
      onCommand: (command) => this.commands.push(command),
      onContextMenu: (request) => this.menus.push(request),
      onInsertRequest: (request) => this.inserts.push(request),
      onInspect: (item) => this.inspected.push(item.id),
      onNotice: (text, offer) => {
        this.notices.push(text);
        this.offer = offer;
      },
    };
  }

  private surface(): Surface {
    return {
      frame: () => {},
      stale: (boxes) => this.stale.push(...boxes),
      fresh: () => {},
      announce: (text) => this.said.push(text),
      cursor: () => {},
      travel: (move) => move(),
      editText: (request) => {
        this.text = request;
      },
    };
  }

  /** An edit that the drawing did not ask for: of a panel, undo, another window. */
  elsewhere(edit: EditJson): void {
    this.store.apply(applyEdit(this.store, edit), this.store.revision() + 1);
  }

  box(id: Id): Box {
    return this.core.scene.box(this.core.scene.slotOf.get(id)!);
  }

  /** Where a press grabs it: a card's middle, a container's header. */
  grip(id: Id): Point {
    const b = this.box(id);
    const slot = this.core.scene.slotOf.get(id)!;
    return this.core.scene.container(slot)
      ? { x: b.x + 60, y: b.y + 16 }
      : { x: b.x + b.w / 2, y: b.y + b.h / 2 };
  }

  private info(keys: Keys): PointerInfo {
    const { x, y, zoom } = this.core.camera.get();
    return this.core.info({ x: (this.at.x - x) * zoom, y: (this.at.y - y) * zoom }, keys);
  }

  /** World coordinates, or a thing. */
  press(where: Point | Id, keys: Keys = {}): this {
    this.at = typeof where === "string" ? this.grip(where) : where;
    this.core.pointerMove(this.info({ ...keys, button: -1 } as Keys));
    this.core.pointerDown(this.info(keys));
    return this;
  }

  dragTo(where: Point | Id, keys: Keys = {}): this {
    const to = typeof where === "string" ? this.grip(where) : where;
    const from = this.at;
    for (let k = 1; k <= 4; k++) {
      this.at = { x: from.x + ((to.x - from.x) * k) / 4, y: from.y + ((to.y - from.y) * k) / 4 };
      this.core.pointerMove(this.info(keys));
    }
    return this;
  }

  dragBy(dx: number, dy: number, keys: Keys = {}): this {
    return this.dragTo({ x: this.at.x + dx, y: this.at.y + dy }, keys);
  }

  async release(keys: Keys = {}): Promise<this> {
    this.core.pointerUp(this.info(keys));
    await this.settled();
    return this;
  }

  async click(where: Point | Id, keys: Keys = {}): Promise<this> {
    return this.press(where, keys).release(keys);
  }

  async doubleClick(where: Point | Id): Promise<this> {
    await this.click(where);
    await this.click(where);
    this.core.doubleClick(this.info({}));
    await this.settled();
    return this;
  }

  /** "Ctrl+a", "Delete", "Shift+ArrowLeft". */
  async key(chord: string): Promise<this> {
    const parts = chord.split("+");
    const key = parts.pop()!;
    const has = (name: string) => parts.includes(name);
    pressKey(this.core, { key, ctrl: has("Ctrl"), shift: has("Shift"), alt: has("Alt"), down: true });
    await this.settled();
    return this;
  }

  corner(id: Id, name: string): Point {
    return corners(this.box(id)).find((c) => c.corner === name)!;
  }

  plus(id: Id): Point {
    const b = this.box(id);
    return { x: b.x + b.w / 2, y: b.y + b.h + PLUS_DROP / this.core.camera.get().zoom };
  }

  async settled(): Promise<void> {
    for (let k = 0; k < 8; k++) await Promise.resolve();
  }

  /** Patches of a slow core arrive, and those of what they set going. */
  async patches(): Promise<this> {
    for (let patch = this.late.shift(); patch; patch = this.late.shift()) {
      patch();
      await this.settled();
    }
    return this;
  }

  get selected(): readonly Id[] {
    return this.core.selection.get().resources;
  }

  get state(): string {
    return this.core.state.name;
  }

  rect(id: Id) {
    return this.store.rect(id);
  }

  /** The name of the last edit: what Undo will say. */
  get lastName(): string | undefined {
    const last = this.edits.at(-1);
    return last?.edit === "batch" ? last.name : last?.edit;
  }
}
