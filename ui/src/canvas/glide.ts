/**
 * The view on its way: a command that shows another place sets the camera at once, and the eye is led there in the
 * frames that follow. The hand is never waited for: whoever sets the camera meanwhile ends it.
 */
import type { Signal } from "../document/signal";
import type { Camera } from "../editor/editor";

/** Milliseconds. */
const LONG = 160;

interface Way {
  from: Camera;
  to: Camera;
  /** When its first frame was painted: one that is late must not eat the way. */
  start: number | null;
  /** What was set last; another camera than this is somebody else's. */
  shown: Camera;
}

export class Glide {
  private readonly camera: Signal<Camera>;
  /** Whoever wants less motion is there at once. */
  private readonly still: () => boolean;
  private way: Way | null = null;

  constructor(camera: Signal<Camera>, still: () => boolean) {
    this.camera = camera;
    this.still = still;
  }

  /** `move` sets the camera, from where the way before this one ends. */
  travel(move: () => void): void {
    if (this.under()) this.camera.set(this.way!.to);
    this.way = null;
    const from = this.camera.get();
    move();
    const to = this.camera.get();
    if (to === from || this.still()) return;
    const shown = { ...from };
    this.way = { from, to, start: null, shown };
    this.camera.set(shown);
  }

  /** Before a frame; answers whether another one is wanted. */
  step(now: number): boolean {
    if (!this.under()) {
      this.way = null;
      return false;
    }
    const way = this.way!;
    way.start ??= now;
    const at = (now - way.start) / LONG;
    if (at >= 1) this.way = null;
    else way.shown = between(way.from, way.to, 1 - (1 - at) ** 3);
    this.camera.set(at >= 1 ? way.to : way.shown);
    return at < 1;
  }

  private under(): boolean {
    return this.way !== null && this.camera.get() === this.way.shown;
  }
}

/** A part of the way. While it zooms, the point stays in its place that has the same place at both ends. */
export function between(from: Camera, to: Camera, part: number): Camera {
  const zoom = from.zoom * (to.zoom / from.zoom) ** part;
  const along = from.zoom === to.zoom ? part : (1 / from.zoom - 1 / zoom) / (1 / from.zoom - 1 / to.zoom);
  return { x: from.x + (to.x - from.x) * along, y: from.y + (to.y - from.y) * along, zoom };
}
