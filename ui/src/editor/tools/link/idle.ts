/** The link tool: press anywhere on a shape, or choose both ends by keyboard. */
import type { EditorCore } from "../../core";
import { topShape } from "../../hit";
import { neighbourIn } from "../../navigate";
import type { Service } from "../../ports";
import { Panning, pansAnyway } from "../pan/panning";
import { type KeyInfo, type PointerInfo, State } from "../state";
import { finishLink, LinkDrawing, servicesOf } from "./drawing";
import { portsAt, takesPorts } from "./near";
import { linkTargets } from "./targets";

export class LinkIdle extends State {
  readonly name = "link.idle";
  override readonly resting = true;
  /** Keyboard mode: from the selected shape to this one. */
  private source = -1;
  private target = -1;
  private services: readonly Service[] = [];
  private chosen = -1;

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
      const { source, target, services, chosen } = this;
      this.core.rest();
      void finishLink(this.core, source, target, services[chosen]?.name);
      return true;
    }
    if (/^[0-9]$/.test(k.key) && this.target >= 0 && !k.ctrl && !k.alt) return this.choose(Number(k.key) - 1);
    if (!k.key.startsWith("Arrow") || this.core.readOnly) return false;
    void this.aim(k.key);
    return true;
  }

  private async aim(key: string): Promise<void> {
    const { core, source } = this;
    const { slots } = linkTargets(core, core.scene.ids[source]!);
    const next = neighbourIn(core.scene, this.target >= 0 ? this.target : source, key, slots);
    if (next < 0) return core.surface.announce("nothing to link to in this direction");
    this.target = next;
    this.services = [];
    this.chosen = -1;
    core.reveal(next);
    this.show();
    const title = core.store.title(core.scene.ids[next]!);
    const found = takesPorts(core, source, next) ? await servicesOf(core, core.scene.ids[next]!) : [];
    if (core.state !== this || this.target !== next) return;
    this.services = found;
    this.show();
    const keys = found.map((one, k) => `, ${k + 1} for ${one.name}`).join("");
    core.surface.announce(`link to ${title}, Enter links${keys}`);
  }

  /** One of the target's services by its number; 0 takes all of them again. */
  private choose(index: number): boolean {
    if (index >= this.services.length) return true;
    this.chosen = index;
    this.show();
    const name = this.services[index]?.name ?? "all services";
    this.core.surface.announce(`on ${name}, Enter links`);
    return true;
  }

  private show(): void {
    const { core, source, target, services, chosen } = this;
    const { slots } = linkTargets(core, core.scene.ids[source]!);
    const b = core.scene.box(target);
    const shown =
      services.length === 0
        ? null
        : portsAt(b, core.scene.box(source), target, services, core.camera.get().zoom);
    core.preview = {
      ...core.preview,
      draft: { from: source, to: { x: b.x + b.w / 2, y: b.y + b.h / 2 }, target },
      ports: shown && { ...shown, chosen },
      lit: new Set(slots).add(source),
      target,
    };
    core.surface.frame();
  }
}
