// What is shown around the drawing: tabs, sizes, the dialog that is open. Kept in the settings.
import { type Signal, signal } from "../document/signal";
import type { InsertRequest, Point } from "../editor/editor";
import type { PastePreviewDto } from "../ipc/generated/PastePreviewDto";
import type { Settings } from "../panels/context";
import type { Presenting } from "./presenting";

export type DialogName =
  | "palette"
  | "help"
  | "explain"
  | "coverage"
  | "export"
  | "part-add"
  | "link-to"
  | "link-pattern"
  | "paste"
  | "move-to"
  | "intent-add"
  | "intent-change"
  | "environment-add"
  | "environment-change";

export const LEFT_TABS = ["parts", "outline", "views"];
export const DRAWER_TABS = ["problems", "deploy", "proof", "figures", "code", "versions", "terminal", "log"];

/** A text that waits to be pasted. */
export interface Pasting {
  preview: PastePreviewDto;
  go(): void;
}

export interface Screen {
  dialog: Signal<DialogName | null>;
  /** Which thing the dialog is about. */
  about: Signal<string | null>;
  /** Where the drawing asked for a part; null: the middle. */
  insert: Signal<InsertRequest | null>;
  /** What "paste" asks about. */
  pasting: Signal<Pasting | null>;
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
}

export function createScreen(settings: Settings): Screen {
  const dialog = signal<DialogName | null>(null);
  const about = signal<string | null>(null);
  const insert = signal<InsertRequest | null>(null);
  const pasting = signal<Pasting | null>(null);
  const menu = signal<Point | null>(null);
  const presenting = signal<Presenting | null>(null);
  const find = signal(false);
  return {
    dialog,
    about,
    insert,
    pasting,
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
      pasting.set(null);
      menu.set(null);
      presenting.set(null);
      find.set(false);
    },
  };
}
