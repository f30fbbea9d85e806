/** Finding the next shape by direction: keyboard only, no pointer. */
import type { Scene } from "./scene/scene";

/**
 * The nearest shape in the direction of the arrow key; straight ahead counts more than near. What stands in the
 * same container comes before everything else, so that walking stays within it up to its edge. -1: none.
 */
export function neighbourIn(scene: Scene, from: number, key: string, among?: ReadonlySet<number>): number {
  const [ux, uy] = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[key] ?? [
    0, 0,
  ];
  const cx = scene.x[from]! + scene.w[from]! / 2;
  const cy = scene.y[from]! + scene.h[from]! / 2;
  let best = Infinity;
  let found = -1;
  let beside = false;
  for (let s = 0; s < scene.count; s++) {
    if (s === from || !scene.shown(s) || (among && !among.has(s))) continue;
    // What surrounds it or lies in it is reached by Enter and Escape, not by direction.
    if (inside(scene, from, s) || inside(scene, s, from)) continue;
    const dx = scene.x[s]! + scene.w[s]! / 2 - cx;
    const dy = scene.y[s]! + scene.h[s]! / 2 - cy;
    const ahead = dx * ux! + dy * uy!;
    const aside = Math.abs(dx * uy!) + Math.abs(dy * ux!);
    if (ahead <= 0 || aside > ahead * 3) continue;
    const cost = ahead + aside * 2;
    const sibling = !among && scene.parent[s] === scene.parent[from];
    if ((sibling && !beside) || (sibling === beside && cost < best)) {
      best = cost;
      found = s;
      beside ||= sibling;
    }
  }
  return found;
}

function inside(scene: Scene, inner: number, outer: number): boolean {
  for (let at = scene.parent[inner]!, guard = 0; at >= 0 && guard < 30; at = scene.parent[at]!, guard++)
    if (at === outer) return true;
  return false;
}

/** With nothing selected: the first shape in reading order. */
export function firstShape(scene: Scene): number {
  let best = -1;
  for (let s = 0; s < scene.count; s++) {
    if (!scene.shown(s) || rootShown(scene, s) !== s) continue;
    const earlier = best < 0 || (scene.y[s]! - scene.y[best]! || scene.x[s]! - scene.x[best]!) < 0;
    if (earlier) best = s;
  }
  return best;
}

/** The outermost shape around it that is in the view. */
function rootShown(scene: Scene, slot: number): number {
  let root = slot;
  for (let at = scene.parent[slot]!, guard = 0; at >= 0 && guard < 30; at = scene.parent[at]!, guard++)
    if (scene.shown(at)) root = at;
  return root;
}
