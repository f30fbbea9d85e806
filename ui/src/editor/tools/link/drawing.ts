/** A link is being drawn: allowed targets are lit and show their ports, the rest says why not. */
import type { Id } from "../../../document/model";
import type { EditorCore } from "../../core";
import { linkEdit } from "../../edits";
import { HEADER_HEIGHT, topShape } from "../../hit";
import { whyNoLink } from "../../nesting";
import type { Service } from "../../ports";
import type { PortsShown, Preview } from "../../preview";
import { type PointerInfo, State } from "../state";
import { nearTarget, portsAt, portUnder, takesPorts } from "./near";
import { linkTargets } from "./targets";

export class LinkDrawing extends State {
  readonly name = "link.drawing";
  private readonly source: number;
  private readonly targets: Set<number>;
  private target = -1;
  private ports: PortsShown | null = null;
  private readonly asked = new Map<number, readonly Service[]>();
  private last: PointerInfo;
  private said = "";

  constructor(core: EditorCore, source: number, now: PointerInfo) {
    super(core);
    this.source = source;
    this.targets = linkTargets(core, core.scene.ids[source]!).slots;
    this.last = now;
    this.pointerMove(now);
  }

  override enter(): void {
    this.core.surface.cursor("crosshair");
  }

  override pointerMove(p: PointerInfo): void {
    const { core, source, targets } = this;
    this.last = p;
    let chosen = portUnder(this.ports, p.world);
    const over = chosen >= 0 ? this.ports!.slot : topShape(core.scene, p.world);
    this.target = over >= 0 && over !== source && targets.has(over) ? over : -1;
    if (chosen < 0) this.show(this.target >= 0 ? this.target : nearTarget(core, targets, p.world));
    chosen = portUnder(this.ports, p.world);
    const ports = this.ports && { ...this.ports, chosen };
    const hint = this.hint(over, p, chosen);
    const draft = { from: source, to: p.world, target: this.target };
    const lit = new Set(targets).add(source);
    core.preview = { ...core.preview, draft, lit, ports, target: this.target, hint };
    this.say(hint?.text ?? "");
  }

  /** Shows the ports of a shape, once they are known. */
  private show(slot: number): void {
    if (slot < 0 || !takesPorts(this.core, this.source, slot)) {
      this.ports = null;
      return;
    }
    const { core } = this;
    const services = this.asked.get(slot);
    if (services) {
      const { zoom } = core.camera.get();
      const [at, from] = [core.scene.box(slot), core.scene.box(this.source)];
      this.ports = services.length > 0 ? portsAt(at, from, slot, services, zoom) : null;
      return;
    }
    this.ports = null;
    this.asked.set(slot, []);
    void servicesOf(core, core.scene.ids[slot]!).then((found) => {
      this.asked.set(slot, found);
      if (core.state !== this) return;
      this.pointerMove(this.last);
      core.surface.frame();
    });
  }

  private hint(over: number, p: PointerInfo, chosen: number): Preview["hint"] {
    const { core, source, target } = this;
    if (over < 0 || over === source) return null;
    if (target >= 0) {
      const port = chosen < 0 ? "" : ` on ${this.ports!.items[chosen]!.text}`;
      return {
        at: p.world,
        text: `link to ${core.store.title(core.scene.ids[target]!)}${port}`,
        refused: false,
      };
    }
    // Inside a container the pointer is on its way to something.
    const inside = p.world.y - core.scene.y[over]! > HEADER_HEIGHT;
    if (core.scene.ground(over) && inside) return null;
    const kind = (slot: number) => core.store.resource(core.scene.ids[slot]!)?.kind ?? "";
    return { at: p.world, text: whyNoLink(core.scene.kinds, kind(source), kind(over)), refused: true };
  }

  /** Once for each shape that the line comes to. */
  private say(text: string): void {
    if (text !== "" && text !== this.said) this.core.surface.announce(text);
    this.said = text;
  }

  override pointerUp(): void {
    const { core, target } = this;
    const { hint, ports } = core.preview;
    core.rest();
    if (target < 0) {
      if (hint) core.host.onNotice(hint.text);
      return core.clearPreview();
    }
    void finishLink(core, this.source, target, ports?.items[ports.chosen]?.service.name);
  }
}

/** What listens there; nothing where nobody knows. */
export async function servicesOf(core: EditorCore, id: Id): Promise<readonly Service[]> {
  return (await core.host.services?.(id)) ?? [];
}

/** Makes the link, to one service or to all, and selects it. */
export async function finishLink(
  core: EditorCore,
  from: number,
  to: number,
  service?: string,
): Promise<void> {
  const [a, b] = [core.scene.ids[from]!, core.scene.ids[to]!];
  const made = linkEdit(core.store, core.scene.kinds, a, b, service === undefined ? undefined : [service]);
  const on = service === undefined ? "" : ` on ${service}`;
  const done = await core.commit(
    made?.edit ?? null,
    `linked ${core.store.title(a)} to ${core.store.title(b)}${on}`,
  );
  if (done && made) core.select({ links: [made.id] });
}
