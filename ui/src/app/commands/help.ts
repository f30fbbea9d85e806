// The commands of the group Help.
import type { Command } from "./command";

export const HELP: readonly Command[] = [
  {
    id: "palette",
    title: "Do anything",
    group: "Help",
    shortcut: "Ctrl+K",
    always: true,
    run: ({ screen }) => screen.dialog.set("palette"),
  },
  {
    id: "help",
    title: "Shortcuts",
    group: "Help",
    shortcut: "?",
    search: "keys keyboard",
    run: ({ screen }) => screen.dialog.set("help"),
  },
];
