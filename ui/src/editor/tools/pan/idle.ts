/** The hand: any drag pans, a click selects nothing. */
import { type PointerInfo, State } from "../state";
import { Panning } from "./panning";

export class PanIdle extends State {
  readonly name = "pan.idle";
  override readonly resting = true;

  override enter(): void {
    this.core.surface.cursor("grab");
  }

  override pointerDown(p: PointerInfo): void {
    if (p.button <= 1) this.core.go(new Panning(this.core, p, null));
  }
}
