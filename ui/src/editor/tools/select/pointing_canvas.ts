/** Pressed on empty canvas or inside a container: a drag draws a band, a click selects. */
import type { EditorCore } from "../../core";
import { type PointerInfo, State } from "../state";
import { Brushing } from "./brushing";

export class PointingCanvas extends State {
  readonly name = "select.pointing_canvas";
  private readonly from: PointerInfo;
  private readonly container: number;

  constructor(core: EditorCore, from: PointerInfo, container: number) {
    super(core);
    this.from = from;
    this.container = container;
  }

  override pointerMove(p: PointerInfo): void {
    if (this.dragged(this.from, p)) this.core.go(new Brushing(this.core, this.from, p));
  }

  override pointerUp(): void {
    const { core, container, from } = this;
    const id = container < 0 ? undefined : core.scene.ids[container]!;
    const { resources, links } = core.selection.get();
    if (from.shift) {
      if (id !== undefined) core.select({ resources: [...resources, id], links });
    } else core.select({ resources: id === undefined ? [] : [id] });
    core.rest();
  }
}
