// What a command is, and what its entries are made with.
import type { EditorCommand, ToolName } from "../../editor/editor";
import type { Workbench } from "../../panels/context";
import type { Desk } from "../desk";
import type { Screen } from "../screen";
import { isOnDrawing, isOnShapes, isTextSelected } from "../shortcuts";

/** What a command works on. */
export interface Reach {
  desk: Desk;
  screen: Screen;
  /** Missing on the start screen. */
  workbench: Workbench | null;
}

export interface Command {
  id: string;
  title: string;
  group: "File" | "Edit" | "Arrange" | "View" | "Tools" | "Deploy" | "Help";
  shortcut?: string;
  /** Also while typing; only for keys that no text needs. */
  always?: boolean;
  /** It takes the focus elsewhere by itself, and has to know where it was. */
  movesFocus?: boolean;
  /** Where its key counts, beside `when`. */
  keyWhen?: () => boolean;
  /** Words that find it beside its title. */
  search?: string;
  when?: (reach: Reach) => boolean;
  /** `about`: the id of a thing, where a panel means one. */
  run: (reach: Reach, about?: string) => void;
}

export const open = ({ workbench }: Reach) => workbench !== null;
export const writable = ({ workbench }: Reach) =>
  workbench !== null && workbench.file.get().readOnly === undefined;
export const picked = ({ workbench }: Reach) => (workbench?.editor.selection.get().resources.length ?? 0) > 0;
/** Elsewhere these keys scroll. */
export const onDrawing = () => isOnDrawing(document.activeElement);
export const onShapes = () => !isTextSelected() && isOnShapes(document.activeElement);
/** A key that the drawing takes itself: named here, so that it is listed. */
export const byDrawing = () => false;
export const pickedWritable = (reach: Reach) => writable(reach) && picked(reach);

/** A command of the drawing itself. */
export function drawing(
  id: EditorCommand,
  title: string,
  group: Command["group"],
  more: Partial<Command> = {},
): Command {
  return {
    id,
    title,
    group,
    when: ({ workbench }) => workbench?.editor.can(id) ?? false,
    run: ({ workbench }) => workbench?.editor.run(id),
    ...more,
  };
}

export function tool(name: ToolName, title: string, shortcut: string): Command {
  return {
    id: `tool-${name}`,
    title,
    group: "Tools",
    shortcut,
    when: name === "select" || name === "pan" ? open : writable,
    run: ({ workbench }) => workbench?.editor.setTool(name),
  };
}

export const tab = (id: string, title: string, shortcut?: string): Command => ({
  id: `show-${id}`,
  title: `Show ${title}`,
  group: "View",
  ...(shortcut ? { shortcut } : {}),
  when: open,
  run: ({ screen }) => screen.show(id),
});
