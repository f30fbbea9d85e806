/**
 * Counts what lies over what at full detail: label on label, link on label, link on foreign shape, badge on handle.
 * It listens to the painter, so it measures what is painted. In no release build.
 */
import { corners, HANDLE, PLUS_DROP, PLUS_SIZE } from "../../editor/hit";
import type { Scene } from "../../editor/scene/scene";
import { type Box, inflate, touches } from "../../geometry/box";
import type { Painter } from "../painter";
import type { Theme } from "../theme";
import { badgeBox } from "./badges";
import { paintCards } from "./cards";
import { paintContainers } from "./containers";
import { paintLaneLabels } from "./lanes";
import { pillBox } from "./links";

export interface Overlap {
  what: "label on label" | "link on label" | "link on shape" | "badge on handle";
  a: string;
  b: string;
}

interface Label {
  box: Box;
  /** Resource or link. */
  of: string;
  /** Its link, or -1. */
  link: number;
}

/** Strokes and letters may touch; this much has to be in each other, in units. */
const SLACK = 1;

/** `ruler` measures text; nothing is painted on it. */
export function findOverlaps(scene: Scene, theme: Theme, ruler: Painter): Overlap[] {
  const labels = labelsOf(scene, theme, ruler);
  return [
    ...labelsOnLabels(labels),
    ...labels.flatMap((label) => linksOnLabel(scene, label)),
    ...linksOnShapes(scene),
    ...badgesOnHandles(scene),
  ];
}

function labelsOf(scene: Scene, theme: Theme, ruler: Painter): Label[] {
  const labels: Label[] = [];
  for (let slot = 0; slot < scene.count; slot++) {
    if (!scene.alive[slot]) continue;
    const ear = new Ear(ruler);
    if (scene.container(slot)) paintContainers(ear, scene, theme, [slot], 1, "full");
    else if (scene.lane(slot)) paintLaneLabels(ear, scene, theme, [slot], 1);
    else paintCards(ear, scene, theme, [slot], 1, "full");
    for (const box of ear.texts) labels.push({ box, of: scene.ids[slot]!, link: -1 });
  }
  for (let link = 0; link < scene.linkCount; link++) {
    const box = scene.linkAlive[link] ? pillBox(ruler, scene, theme, link) : null;
    if (box) labels.push({ box, of: scene.linkIds[link]!, link });
  }
  return labels;
}

/** From left to right, so that only neighbours are compared. */
function labelsOnLabels(labels: readonly Label[]): Overlap[] {
  const found: Overlap[] = [];
  const sorted = [...labels].sort((a, b) => a.box.x - b.box.x);
  sorted.forEach((a, k) => {
    for (let j = k + 1; j < sorted.length && sorted[j]!.box.x < a.box.x + a.box.w; j++) {
      const b = sorted[j]!;
      if (a.of !== b.of && overlap(a.box, b.box)) found.push({ what: "label on label", a: a.of, b: b.of });
    }
  });
  return found;
}

function linksOnLabel(scene: Scene, label: Label): Overlap[] {
  return scene
    .linksIn(label.box)
    .filter((link) => link !== label.link && runsThrough(scene, link, label.box))
    .map((link) => ({ what: "link on label", a: scene.linkIds[link]!, b: label.of }));
}

/** Containers are there to be entered; what a link begins or ends at is not foreign. */
function linksOnShapes(scene: Scene): Overlap[] {
  const found: Overlap[] = [];
  for (let slot = 0; slot < scene.count; slot++) {
    if (!scene.alive[slot] || scene.ground(slot)) continue;
    const box = scene.box(slot);
    for (const link of scene.linksIn(box)) {
      const ends = scene.from[link] === slot || scene.to[link] === slot;
      if (!ends && runsThrough(scene, link, box))
        found.push({ what: "link on shape", a: scene.linkIds[link]!, b: scene.ids[slot]! });
    }
  }
  return found;
}

function badgesOnHandles(scene: Scene): Overlap[] {
  const found: Overlap[] = [];
  for (let slot = 0; slot < scene.count; slot++) {
    const badge = scene.alive[slot] ? badgeBox(scene, slot) : null;
    if (!badge) continue;
    const b = scene.box(slot);
    const handles = [
      ...corners(b).map(({ x, y }) => ({ x: x - HANDLE / 2, y: y - HANDLE / 2, w: HANDLE, h: HANDLE })),
      {
        x: b.x + b.w / 2 - PLUS_SIZE,
        y: b.y + b.h + PLUS_DROP - PLUS_SIZE,
        w: 2 * PLUS_SIZE,
        h: 2 * PLUS_SIZE,
      },
    ];
    const id = scene.ids[slot]!;
    if (handles.some((handle) => touches(handle, badge)))
      found.push({ what: "badge on handle", a: id, b: id });
  }
  return found;
}

function overlap(a: Box, b: Box): boolean {
  return touches(inflate(a, -SLACK), inflate(b, -SLACK));
}

/** Routes are orthogonal, so a segment is its own box. */
function runsThrough(scene: Scene, link: number, box: Box): boolean {
  const inner = inflate(box, -SLACK);
  const points = scene.route(link);
  for (let k = 0; k + 3 < points.length; k += 2) {
    const [x1, y1, x2, y2] = [points[k]!, points[k + 1]!, points[k + 2]!, points[k + 3]!];
    const segment = { x: Math.min(x1, x2), y: Math.min(y1, y2), w: Math.abs(x2 - x1), h: Math.abs(y2 - y1) };
    if (touches(segment, inner)) return true;
  }
  return false;
}

/** Hears where texts would be painted. */
class Ear implements Painter {
  readonly texts: Box[] = [];
  readonly scale = 1;
  private size = 12;
  private readonly ruler: Painter;

  constructor(ruler: Painter) {
    this.ruler = ruler;
  }

  font(weight: number, size: number): void {
    this.size = size;
    this.ruler.font(weight, size);
  }
  text(
    text: string,
    x: number,
    y: number,
    _colour: string,
    align: "left" | "center" | "right" = "left",
  ): void {
    const w = this.width(text);
    const left = align === "left" ? x : align === "right" ? x - w : x - w / 2;
    if (text !== "") this.texts.push({ x: left, y: y - this.size * 0.74, w, h: this.size * 0.94 });
  }
  width(text: string): number {
    return this.ruler.width(text);
  }
  fit(text: string, width: number): string {
    return this.ruler.fit(text, width);
  }
  transform(): void {}
  clip(): void {}
  unclip(): void {}
  begin(): void {}
  rect(): void {}
  round(): void {}
  circle(): void {}
  move(): void {}
  line(): void {}
  corner(): void {}
  close(): void {}
  fill(): void {}
  stroke(): void {}
  icon(): void {}
  alpha(): void {}
}
