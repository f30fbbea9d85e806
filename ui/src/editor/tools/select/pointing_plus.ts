/** Pressed on the `+` handle: a drag draws a link, a click offers what can be added there. */
import { center } from "../../../geometry/box";
import type { EditorCore } from "../../core";
import { kindsFor, offer } from "../../nesting";
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
    core.rest();
    core.host.onInsertRequest({ client: p.screen, only: true, ...whatFits(core, slot) });
  }
}

/** Into a container what may stand in it; from a card what can be linked with it and stand around here. */
function whatFits(core: EditorCore, slot: number) {
  const { scene, store } = core;
  const id = scene.ids[slot]!;
  const b = scene.box(slot);
  if (scene.container(slot))
    return { parent: id, world: center(b), kinds: kindsFor(scene.kinds, store.resource(id)?.kind ?? null) };
  const parent = core.parentOf(id);
  const kinds = linkTargets(core, id).kinds.filter((kind) => offer(store, scene.kinds, kind, parent).allowed);
  return { parent, linkFrom: id, world: { x: b.x + b.w / 2, y: b.y + b.h + 72 }, kinds };
}
