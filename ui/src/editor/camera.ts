/** The view on the world. World point (x, y) is at the view's top left; zoom is pixels per unit. */
import type { Box, Point } from "../geometry/box";
import type { Camera } from "./editor";

export const MIN_ZOOM = 0.01;
export const MAX_ZOOM = 4;

export interface Size {
  w: number;
  h: number;
}

export function clampZoom(zoom: number): number {
  return Math.min(MAX_ZOOM, Math.max(MIN_ZOOM, zoom));
}

export function toWorld(camera: Camera, p: Point): Point {
  return { x: camera.x + p.x / camera.zoom, y: camera.y + p.y / camera.zoom };
}

export function toScreen(camera: Camera, p: Point): Point {
  return { x: (p.x - camera.x) * camera.zoom, y: (p.y - camera.y) * camera.zoom };
}

export function boxToScreen(camera: Camera, b: Box): Box {
  const { x, y } = toScreen(camera, b);
  return { x, y, w: b.w * camera.zoom, h: b.h * camera.zoom };
}

/** Moves the drawing by screen pixels. */
export function panBy(camera: Camera, dx: number, dy: number): Camera {
  return { ...camera, x: camera.x - dx / camera.zoom, y: camera.y - dy / camera.zoom };
}

/** Zooms so that the world point under `at` (screen) stays there. */
export function zoomAt(camera: Camera, at: Point, zoom: number): Camera {
  const z = clampZoom(zoom);
  const world = toWorld(camera, at);
  return { x: world.x - at.x / z, y: world.y - at.y / z, zoom: z };
}

export interface FitOptions {
  margin?: number;
  /** Largest zoom. */
  most?: number;
  /** What of the view, from its bottom, something else stands over. */
  covered?: number;
}

/** Shows the whole box with a margin, above what is covered. */
export function fitView(b: Box, view: Size, { margin = 32, most = 1, covered = 0 }: FitOptions = {}): Camera {
  // In a low view a drawing behind the tools is still better than none.
  const h = view.h - Math.min(covered, view.h / 4);
  const room = { w: Math.max(1, view.w - 2 * margin), h: Math.max(1, h - 2 * margin) };
  const zoom = clampZoom(Math.min(most, room.w / Math.max(1, b.w), room.h / Math.max(1, b.h)));
  // What is low enough stands in the middle of the whole view; the rest moves up as far as it must.
  const middle = Math.max(h / 2, Math.min(view.h / 2, h - margin - (b.h * zoom) / 2));
  return { x: b.x + b.w / 2 - view.w / 2 / zoom, y: b.y + b.h / 2 - middle / zoom, zoom };
}

/** The box in the middle of the view, as large as that goes. */
export function framed(box: Box, view: Size): Camera {
  return fitView(box, view, { margin: 0, most: MAX_ZOOM });
}

/** The world box that is seen. */
export function viewBox(camera: Camera, view: Size): Box {
  return { x: camera.x, y: camera.y, w: view.w / camera.zoom, h: view.h / camera.zoom };
}

/** Moves as little as needed to bring the box into view. */
export function reveal(camera: Camera, b: Box, view: Size, margin = 48): Camera {
  const seen = viewBox(camera, view);
  const m = margin / camera.zoom;
  const along = (at: number, size: number, from: number, room: number) => {
    if (size + 2 * m > room) return at + size / 2 - room / 2;
    if (at - m < from) return at - m;
    if (at + size + m > from + room) return at + size + m - room;
    return from;
  };
  return { ...camera, x: along(b.x, b.w, seen.x, seen.w), y: along(b.y, b.h, seen.y, seen.h) };
}

export const ZOOM_STEPS = [0.02, 0.05, 0.1, 0.15, 0.25, 0.33, 0.5, 0.67, 0.8, 1, 1.25, 1.5, 2, 3, 4];

export function nextZoom(zoom: number, direction: 1 | -1): number {
  const steps = direction === 1 ? ZOOM_STEPS : [...ZOOM_STEPS].reverse();
  return steps.find((z) => (z - zoom) * direction > zoom * 0.01) ?? clampZoom(zoom);
}
