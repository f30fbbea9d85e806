/** Pressed on the `+` handle: a drag draws a link, a click offers what can be added and linked. */
import type { EditorCore } from "../../core";
import { LinkDrawing } from "../link/drawing";
import { linkTargets } from "../link/targets";
import { type PointerInfo, State } from "../state";

export class PointingPlus extends State {
  readonly name = "select.pointing_plus";
  private readonly from: PointerInfo;
  private readonly slot: number;

  constructor(core: EditorCore, from: PointerInfo, slot: number) {
    super(core);
    this.from = from;
    this.slot = slot;
  }

  override pointerMove(p: PointerInfo): void {
    if (this.dragged(this.from, p)) this.core.go(new LinkDrawing(this.core, this.slot, p));
  }

  override pointerUp(p: PointerInfo): void {
    const { core, slot } = this;
    const id = core.scene.ids[slot]!;
    const b = core.scene.box(slot);
    core.rest();
    core.host.onInsertRequest({
      client: p.screen,
      world: { x: b.x + b.w / 2, y: b.y + b.h + 72 },
      parent: core.scene.container(slot) ? id : core.parentOf(id),
      linkFrom: id,
      kinds: core.scene.container(slot) ? [] : linkTargets(core, id).kinds,
    });
  }
}
