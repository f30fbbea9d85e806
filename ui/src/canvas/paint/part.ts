/** A rectangle of the drawing in device pixels of one scale: what a tile, a part of one, or the overview shows. */
import type { Scene } from "../../editor/scene/scene";
import { inflate } from "../../geometry/box";
import type { Painter } from "../painter";
import type { Theme } from "../theme";
import { type Painted, paintRegion } from "./items";

export interface Part {
  /** Device pixels per unit. */
  scale: number;
  /** Where the surface's corner lies, in device pixels from the drawing's origin. */
  left: number;
  top: number;
  /** What of the surface is painted. */
  x1: number;
  y1: number;
  x2: number;
  y2: number;
  /** Device pixels per screen pixel, for level of detail. */
  ratio: number;
}

export function paintPart(p: Painter, scene: Scene, theme: Theme, part: Part): Painted {
  const { scale, left, top, x1, y1, x2, y2, ratio } = part;
  const world = {
    x: (left + x1) / scale,
    y: (top + y1) / scale,
    w: (x2 - x1) / scale,
    h: (y2 - y1) / scale,
  };
  p.transform(scale, -left, -top);
  p.clip(x1, y1, x2 - x1, y2 - y1);
  // Hairlines are at least a pixel wide at any zoom, so they reach a little out of their shape.
  const painted = paintRegion(p, scene, theme, inflate(world, 2 / scale), scale / ratio);
  p.unclip();
  return painted;
}
