// The commands of the group File.
import type { Desk } from "../desk";
import { type Command, open } from "./command";

export const FILE: readonly Command[] = [
  {
    id: "design-new",
    title: "New design",
    group: "File",
    run: ({ desk }) => void desk.open(() => desk.backend.call("design_new", undefined)),
  },
  {
    id: "design-open",
    title: "Open…",
    group: "File",
    shortcut: "Ctrl+O",
    run: ({ desk }) => void openFile(desk),
  },
  {
    id: "save",
    title: "Save",
    group: "File",
    shortcut: "Ctrl+S",
    always: true,
    when: open,
    run: ({ desk }) => void desk.save(),
  },
  {
    id: "save-as",
    title: "Save as…",
    group: "File",
    shortcut: "Ctrl+Shift+S",
    when: open,
    run: ({ desk }) => void desk.save(true),
  },
  {
    id: "export",
    title: "Export…",
    group: "File",
    shortcut: "Ctrl+E",
    search: "terraform cloudformation picture svg png pdf",
    when: open,
    run: ({ screen }) => screen.dialog.set("export"),
  },
  {
    id: "close",
    title: "Close design",
    group: "File",
    search: "start home recent",
    when: open,
    run: ({ desk }) => void desk.close(),
  },
  {
    id: "quit",
    title: "Quit",
    group: "File",
    shortcut: "Ctrl+Q",
    always: true,
    search: "exit close window",
    // A tab is the browser's to close.
    when: ({ desk }) => desk.info.shell !== "browser",
    run: ({ desk }) => void desk.closeWindow(),
  },
];

async function openFile(desk: Desk): Promise<void> {
  const path = await desk.pickPath("open", "Open a design", desk.info.folder);
  if (path !== undefined) await desk.open(() => desk.backend.call("design_open", { path }));
}
