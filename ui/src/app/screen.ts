// What is shown around the drawing: tabs, sizes, the dialog that is open. Kept in the settings.
import { type Signal, signal } from "../document/signal";
import type { InsertRequest, Point } from "../editor/editor";
import type { Settings } from "../panels/context";
import type { Presenting } from "./presenting";

export type DialogName =
  | "palette"
  | "help"
  | "export"
  | "part-add"
  | "link-to"
  | "move-to"
  | "intent-add"
  | "intent-change"
  | "environment-add"
  | "environment-change";

export const LEFT_TABS = ["parts", "outline", "views"];
export const DRAWER_TABS = ["problems", "deploy", "proof", "figures", "code", "versions", "log"];

export interface Screen {
  dialog: Signal<DialogName | null>;
  /** Which thing the dialog is about. */
  about: Signal<string | null>;
  /** Where the drawing asked for a part; null: the middle. */
  insert: Signal<InsertRequest | null>;
  /** Menu of a thing, at a place. */
  menu: Signal<Point | null>;
  /** null: the editor as one works in it. */
  presenting: Signal<Presenting | null>;
  /** The box that finds things on the drawing. */
  find: Signal<boolean>;
  show(tab: string): void;
  toggle(side: "left" | "right" | "drawer"): void;
  /** Takes away what stands over the drawing. */
  clear(): void;
  pastePoint(): Point;
}

export function createScreen(settings: Settings): Screen {
  let pointer: Point = { x: window.innerWidth / 2, y: window.innerHeight / 2 };
  window.addEventListener("pointermove", (event) => {
    const onDrawing = (event.target as Element | null)?.closest?.(".canvas-host");
    if (onDrawing) pointer = { x: event.clientX, y: event.clientY };
  });
  const dialog = signal<DialogName | null>(null);
  const about = signal<string | null>(null);
  const insert = signal<InsertRequest | null>(null);
  const menu = signal<Point | null>(null);
  const presenting = signal<Presenting | null>(null);
  const find = signal(false);
  return {
    dialog,
    about,
    insert,
    menu,
    presenting,
    find,
    show(tab) {
      const left = LEFT_TABS.includes(tab);
      settings.set(left ? "left.tab" : "drawer.tab", tab);
      settings.set(left ? "left.on" : "drawer.on", true);
    },
    toggle(side) {
      settings.set(`${side}.on`, !settings.get(`${side}.on`, true));
    },
    clear() {
      dialog.set(null);
      insert.set(null);
      menu.set(null);
      presenting.set(null);
      find.set(false);
    },
    pastePoint: () => pointer,
  };
}
