/** Ports of a target that a line comes near to: pills on the side that faces the source, to drop the line on. */
import { type Box, containsPoint, type Point } from "../../../geometry/box";
import { exit } from "../../../geometry/polyline";
import type { EditorCore } from "../../core";
import { linkOffer } from "../../nesting";
import type { Service } from "../../ports";
import type { PortsShown } from "../../preview";

/** Pixels from a shape at which its ports show. */
const NEAR = 28;
const HEIGHT = 20;
const GAP = 6;
/** More than that would cover what is around. */
const MOST = 6;

/** The allowed target at the point, or else the nearest one that is near. -1: none. */
export function nearTarget(core: EditorCore, targets: ReadonlySet<number>, p: Point): number {
  const reach = NEAR / core.camera.get().zoom;
  let best = reach;
  let found = -1;
  for (const slot of core.scene.shapes.search({
    x: p.x - reach,
    y: p.y - reach,
    w: 2 * reach,
    h: 2 * reach,
  })) {
    if (!targets.has(slot) || core.scene.ground(slot)) continue;
    const b = core.scene.box(slot);
    const away = Math.hypot(Math.max(b.x - p.x, 0, p.x - b.x - b.w), Math.max(b.y - p.y, 0, p.y - b.y - b.h));
    if (away > best || (away === best && found >= 0)) continue;
    best = away;
    found = slot;
  }
  return found;
}

/** Whether a link between them carries packets to ports of the target. */
export function takesPorts(core: EditorCore, source: number, target: number): boolean {
  const kind = (slot: number) => core.store.resource(core.scene.ids[slot]!)?.kind ?? "";
  const offer = linkOffer(core.scene.kinds, kind(source), kind(target));
  return offer !== null && !offer.swapped && (offer.kinds.includes("flow") || offer.kinds.includes("target"));
}

/** Of one size on the screen, in world units. */
export function portsAt(
  target: Box,
  source: Box,
  slot: number,
  services: readonly Service[],
  zoom: number,
): PortsShown {
  const shown = services.slice(0, MOST);
  const texts = shown.map(portText);
  const w = Math.max(...texts.map((text) => text.length * 6.6 + 22)) / zoom;
  const [h, gap] = [HEIGHT / zoom, GAP / zoom];
  const all = shown.length * (h + gap) - gap;
  const side = exit(target, { x: source.x + source.w / 2, y: source.y + source.h / 2 });
  const beside = side.x === target.x || side.x === target.x + target.w;
  const left = beside
    ? side.x === target.x
      ? target.x - gap - w
      : target.x + target.w + gap
    : target.x + (target.w - w) / 2;
  const top = beside
    ? target.y + (target.h - all) / 2
    : side.y === target.y
      ? target.y - gap - all
      : target.y + target.h + gap;
  const items = shown.map((service, k) => ({
    service,
    text: texts[k]!,
    box: { x: left, y: top + k * (h + gap), w, h },
  }));
  return { slot, items, chosen: -1 };
}

/** Which of the shown ports lies under the point; -1: none. */
export function portUnder(ports: PortsShown | null, p: Point): number {
  return ports?.items.findIndex((item) => containsPoint(item.box, p)) ?? -1;
}

/** "postgresql 5432", "dns udp/53". */
function portText({ name, ports }: Service): string {
  const number = ports.replace(/^tcp\//, "");
  return name === ports || name === number ? number : `${name} ${number}`;
}
