/** A small padlock on the upper edge, left: across from the badge. */
import type { Scene } from "../../editor/scene/scene";
import type { Painter } from "../painter";
import type { Theme } from "../theme";

const RADIUS = 8;

export function paintLocks(p: Painter, scene: Scene, theme: Theme, slots: readonly number[]): void {
  const locked = slots.filter((s) => scene.locked[s]);
  if (locked.length === 0) return;
  const at = locked.map((s) => ({ x: scene.x[s]! + 18, y: scene.y[s]! }));
  p.begin();
  for (const { x, y } of at) p.circle(x, y, RADIUS);
  p.fill(theme.card);
  p.stroke(theme.line, 1);
  p.begin();
  for (const { x, y } of at) p.round(x - 3.5, y - 1, 7, 5, 1);
  p.fill(theme.muted);
  p.begin();
  for (const { x, y } of at) {
    p.move(x - 2.2, y - 1);
    p.line(x - 2.2, y - 3.2);
    p.line(x - 1, y - 4.4);
    p.line(x + 1, y - 4.4);
    p.line(x + 2.2, y - 3.2);
    p.line(x + 2.2, y - 1);
  }
  p.stroke(theme.muted, 1.3);
}
