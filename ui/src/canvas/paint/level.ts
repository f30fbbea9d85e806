/** How much is drawn, by size on the screen. */
export type Level = "full" | "reduced" | "blocks" | "aggregate";

/** No text below this many device-independent pixels. */
export const LEAST_TEXT = 6;
const CARD = 160;
/** Below this zoom headers are too low for a name: names lie over the drawing, as on a map. */
export const NAMES_BELOW = 0.25;

/** A size in units that is `least` pixels on the screen, and never smaller than `size`. */
export function legible(size: number, least: number, zoom: number, most = Number.POSITIVE_INFINITY): number {
  return Math.max(size, Math.min(most, least / zoom));
}

export function levelOf(zoom: number): Level {
  if (zoom >= 0.4) return "full";
  if (zoom >= 0.14) return "reduced";
  return zoom * CARD >= 8 ? "blocks" : "aggregate";
}
