/** How much is drawn, by size on the screen. */
export type Level = "full" | "reduced" | "blocks" | "aggregate";

/** No text below this many device-independent pixels. */
export const LEAST_TEXT = 6;
const CARD = 160;

export function levelOf(zoom: number): Level {
  if (zoom >= 0.4) return "full";
  if (zoom >= 0.14) return "reduced";
  return zoom * CARD >= 8 ? "blocks" : "aggregate";
}
