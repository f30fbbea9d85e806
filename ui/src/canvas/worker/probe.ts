/** A small picture with everything in it that painting uses: page and worker must paint it alike. */
import type { Painter } from "../painter";
import type { Theme } from "../theme";

/** How often it is painted and copied; the best time counts. */
export const PROBES = 4;

export function paintProbe(p: Painter, theme: Theme): void {
  p.transform(1, 0, 0);
  p.begin();
  p.rect(0, 0, 512, 256);
  p.fill(theme.canvas);
  p.transform(1.37, -11, -7);
  p.begin();
  p.round(20, 20, 160, 56, 8);
  p.fill(theme.card);
  p.stroke(theme.line, 1);
  p.begin();
  p.move(30, 100);
  p.corner(120, 100, 120, 140, 6);
  p.line(120, 140);
  p.stroke(theme.error, 1.5, [5, 4]);
  p.font(600, 12.5);
  p.text(p.fit("Load balancer of the shop", 120), 40, 44, theme.text);
  p.font(400, 11);
  p.text("server · 2 vCPU, 4 GiB", 40, 62, theme.muted);
  p.text("10.20.0.0/24", 200, 62, theme.muted, "right");
}
