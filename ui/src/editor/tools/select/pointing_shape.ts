/** Pressed on a shape: a drag moves it, a release selects it. */
import type { EditorCore } from "../../core";
import { rootsOf } from "../../edits";
import { free } from "../../locks";
import { type PointerInfo, State } from "../state";
import { Translating } from "./translating";

export class PointingShape extends State {
  readonly name = "select.pointing_shape";
  private readonly from: PointerInfo;
  private readonly slot: number;

  constructor(core: EditorCore, from: PointerInfo, slot: number) {
    super(core);
    this.from = from;
    this.slot = slot;
  }

  private get id() {
    return this.core.scene.ids[this.slot]!;
  }

  override enter(): void {
    const { core, from, id } = this;
    // A press on an unselected shape selects it at once, so that a drag moves what was meant.
    if (!core.selection.get().resources.includes(id) && !from.shift) core.select({ resources: [id] });
  }

  override pointerMove(p: PointerInfo): void {
    const { core, from, id } = this;
    if (!this.dragged(from, p) || core.readOnly) return;
    const { resources } = core.selection.get();
    if (!resources.includes(id)) core.select({ resources: [...resources, id] });
    const chosen = rootsOf(core.store, core.selection.get().resources);
    // A copy of what is locked may be dragged away; what is locked itself stays.
    if (!p.alt && free(core, chosen).length === 0) return core.rest();
    core.go(new Translating(core, from, p));
  }

  override pointerUp(p: PointerInfo): void {
    const { core, id } = this;
    const { resources, links } = core.selection.get();
    if (this.from.shift || p.ctrl) {
      const has = resources.includes(id);
      core.select({ resources: has ? resources.filter((r) => r !== id) : [...resources, id], links });
    } else core.select({ resources: [id] });
    core.rest();
  }
}
