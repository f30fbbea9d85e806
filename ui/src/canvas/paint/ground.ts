/** The dotted paper. */
import type { Box } from "../../geometry/box";
import type { Painter } from "../painter";
import type { Theme } from "../theme";

const STEP = 24;
const LEAST_GAP = 16;
/** Screen pixels. */
const DOT = 1.5;

export function paintGround(p: Painter, theme: Theme, b: Box, zoom: number): void {
  p.begin();
  p.rect(b.x, b.y, b.w, b.h);
  p.fill(theme.canvas);
  let step = STEP;
  while (step * zoom < LEAST_GAP) step *= 2;
  // Dots keep their size on the screen and stand on whole pixels, so that all look alike.
  const dot = Math.max(1, Math.round((DOT * p.scale) / zoom)) / p.scale;
  const whole = (v: number) => Math.round(v * p.scale) / p.scale;
  p.begin();
  for (let y = Math.floor(b.y / step) * step; y <= b.y + b.h; y += step)
    for (let x = Math.floor(b.x / step) * step; x <= b.x + b.w; x += step)
      p.rect(whole(x), whole(y), dot, dot);
  p.fill(theme.dot);
}
