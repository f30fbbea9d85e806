// What is wanted of a picture, from the choices of a dialog or a command.
import type { Editor, ThemeName } from "../../editor/editor";
import type { PictureJson } from "../../ipc/backend";
import type { Workbench } from "../context";
import { LINKS, shownIds } from "../showing";

export interface PictureChoice {
  theme: ThemeName;
  what: "all" | "selection" | "view";
  legend: boolean;
  titleBlock: boolean;
  badges: boolean;
  /** Percent. */
  scale: number;
  /** The design inside, so that the picture opens again. */
  design: boolean;
}

export const PLAIN: Omit<PictureChoice, "theme"> = {
  what: "all",
  legend: false,
  titleBlock: false,
  badges: false,
  scale: 200,
  design: true,
};

/** Of what is chosen: as it is shown, with the same filter, layers and places as the canvas. */
export function pictureOf(choice: PictureChoice, workbench: Workbench, today: Date): PictureJson {
  const { what, design, ...rest } = choice;
  const { editor, showing } = workbench;
  const shown = shownIds(showing.get(), workbench);
  const view = what === "view" ? seen(editor) : null;
  return {
    ...rest,
    withoutDesign: !design,
    ...(what === "selection" ? { ids: [...editor.selection.get().resources] } : {}),
    ...(shown ? { shown: [...shown] } : {}),
    ...(showing.get().hidden.includes(LINKS) ? { withoutLinks: true } : {}),
    ...(view ? { view } : {}),
    ...(choice.titleBlock ? { date: dayText(today) } : {}),
  };
}

/** "27 November 2026". */
export function dayText(day: Date): string {
  return day.toLocaleDateString("en-GB", { day: "numeric", month: "long", year: "numeric" });
}

/** What of the drawing is on the screen. */
function seen(editor: Editor): [number, number, number, number] {
  const box = editor.seen();
  const [x, y] = [Math.floor(box.x), Math.floor(box.y)];
  return [x, y, Math.ceil(box.x + box.w) - x, Math.ceil(box.y + box.h) - y];
}

/** "84 KB". */
export function sizeText(bytes: number): string {
  if (bytes < 1024) return `${bytes} bytes`;
  return bytes < 1024 * 1024 ? `${Math.round(bytes / 1024)} KB` : `${(bytes / 1024 / 1024).toFixed(1)} MB`;
}
