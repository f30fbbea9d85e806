/** The drawing follows the pointer. */
import { panBy } from "../../camera";
import type { EditorCore } from "../../core";
import { type PointerInfo, State } from "../state";

export class Panning extends State {
  readonly name = "pan.panning";
  private last: PointerInfo;
  /** The pan interrupts another tool (middle button, space) and goes back to it. */
  private readonly back: State | null;

  constructor(core: EditorCore, from: PointerInfo, back: State | null) {
    super(core);
    this.last = from;
    this.back = back;
  }

  override enter(): void {
    this.core.surface.cursor("grabbing");
  }

  override pointerMove(p: PointerInfo): void {
    const { core, last } = this;
    core.camera.set(panBy(core.camera.get(), p.screen.x - last.screen.x, p.screen.y - last.screen.y));
    this.last = p;
  }

  override pointerUp(): void {
    if (this.back) this.core.go(this.back);
    else this.core.rest();
  }
}

/** Whether this press pans whatever the tool. */
export function pansAnyway(core: EditorCore, p: PointerInfo): boolean {
  return p.button === 1 || (core.spaceDown && p.button === 0);
}
