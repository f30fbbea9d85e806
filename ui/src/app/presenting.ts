// Where a presentation is, and what it goes through: the views that are kept for the design.
import type { Camera } from "../editor/editor";
import type { Box } from "../geometry/box";
import { listed } from "../panels/showing";
import type { Reach } from "./commands/command";

/** Before the presentation, and where in it one is: -1 is the view that it began with. */
export interface Presenting {
  camera: Camera;
  seen: Box;
  at: number;
}

/** The next view, or the one before; at the ends it stays. */
export function stepped(at: number, by: number, count: number): number {
  return Math.min(count - 1, Math.max(0, at + by));
}

export const viewsOf = ({ desk }: Reach) => listed(desk.document.design().views);

export function present({ screen, workbench }: Reach): void {
  if (!workbench) return;
  const { editor } = workbench;
  screen.clear();
  screen.presenting.set({ camera: editor.camera.get(), seen: editor.seen(), at: -1 });
}

export function step(reach: Reach, by: number): void {
  const now = reach.screen.presenting.get();
  const count = viewsOf(reach).length;
  if (now && count > 0) reach.screen.presenting.set({ ...now, at: stepped(now.at, by, count) });
}
