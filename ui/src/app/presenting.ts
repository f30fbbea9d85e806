// Where a presentation is, and what it goes through: the views that are kept for the design.
import type { DesignJson } from "../document/model";
import type { Camera } from "../editor/editor";
import type { SavedView } from "../panels/showing";
import type { Reach } from "./commands/command";

/** Before the presentation, and where in it one is: -1 is the view that it began with. */
export interface Presenting {
  camera: Camera;
  size: Size;
  at: number;
}

interface Size {
  w: number;
  h: number;
}

const keyOf = (design: DesignJson) => design.id ?? design.name ?? "untitled";
export const viewsKey = (design: DesignJson) => `views.${keyOf(design)}`;

/** The same middle, as much larger as the room has grown. */
export function fitted(camera: Camera, from: Size, to: Size): Camera {
  const zoom = camera.zoom * Math.min(to.w / from.w, to.h / from.h);
  const middle = { x: camera.x + from.w / 2 / camera.zoom, y: camera.y + from.h / 2 / camera.zoom };
  return { x: middle.x - to.w / 2 / zoom, y: middle.y - to.h / 2 / zoom, zoom };
}

/** The next view, or the one before; at the ends it stays. */
export function stepped(at: number, by: number, count: number): number {
  return Math.min(count - 1, Math.max(0, at + by));
}

export const roomOf = (): Size => {
  const { width, height } = document.querySelector(".canvas-host")?.getBoundingClientRect() ?? {
    width: 1,
    height: 1,
  };
  return { w: Math.max(1, width), h: Math.max(1, height) };
};

export const savedViews = ({ desk }: Reach) =>
  desk.settings.get<SavedView[]>(viewsKey(desk.document.design()), []);

export function present({ screen, workbench }: Reach): void {
  if (!workbench) return;
  screen.clear();
  screen.presenting.set({ camera: workbench.editor.camera.get(), size: roomOf(), at: -1 });
}

export function step(reach: Reach, by: number): void {
  const now = reach.screen.presenting.get();
  const count = savedViews(reach).length;
  if (now && count > 0) reach.screen.presenting.set({ ...now, at: stepped(now.at, by, count) });
}
