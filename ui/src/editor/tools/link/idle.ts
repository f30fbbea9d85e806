/** The link tool: press anywhere on a shape, or choose both ends by keyboard. */
import type { EditorCore } from "../../core";
import { topShape } from "../../hit";
import { neighbourIn } from "../../navigate";
import { Panning, pansAnyway } from "../pan/panning";
import { type KeyInfo, type PointerInfo, State } from "../state";
import { finishLink, LinkDrawing } from "./drawing";
import { linkTargets } from "./targets";

export class LinkIdle extends State {
  readonly name = "link.idle";
  override readonly resting = true;
  /** Keyboard mode: from the selected shape to this one. */
  private source = -1;
  private target = -1;

  constructor(core: EditorCore, _options: object) {
    super(core);
    const { resources } = core.selection.get();
    const only = resources.length === 1 ? core.scene.slotOf.get(resources[0]!) : undefined;
    this.source = only ?? -1;
  }

  override enter(): void {
    this.core.surface.cursor("crosshair");
  }

  override pointerMove(p: PointerInfo): void {
    const over = topShape(this.core.scene, p.world);
    this.core.setHover(over < 0 ? null : { on: "resource", id: this.core.scene.ids[over]! });
  }

  override pointerDown(p: PointerInfo): void {
    const { core } = this;
    if (pansAnyway(core, p)) return core.go(new Panning(core, p, this));
    if (p.button !== 0 || core.readOnly) return;
    const over = topShape(core.scene, p.world);
    if (over >= 0 && core.scene.container(over) && linkTargets(core, core.scene.ids[over]!).slots.size === 0)
      return;
    if (over >= 0) core.go(new LinkDrawing(core, over, p));
  }

  override key(k: KeyInfo): boolean {
    if (!k.down || this.source < 0) return false;
    if (k.key === "Enter" && this.target >= 0) {
      const [from, to] = [this.source, this.target];
      this.core.rest();
      void finishLink(this.core, from, to);
      return true;
    }
    if (!k.key.startsWith("Arrow") || this.core.readOnly) return false;
    this.aim(k.key);
    return true;
  }

  private aim(key: string): void {
    const { core, source } = this;
    const { slots } = linkTargets(core, core.scene.ids[source]!);
    const next = neighbourIn(core.scene, this.target >= 0 ? this.target : source, key, slots);
    if (next < 0) return core.surface.announce("nothing to link to in this direction");
    this.target = next;
    const b = core.scene.box(next);
    core.preview = {
      ...core.preview,
      draft: { from: source, to: { x: b.x + b.w / 2, y: b.y + b.h / 2 }, target: next },
      lit: new Set(slots).add(source),
      target: next,
    };
    core.reveal(next);
    core.surface.announce(`link to ${core.store.title(core.scene.ids[next]!)}, Enter links`);
    core.surface.frame();
  }
}
