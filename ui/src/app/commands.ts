// The one list of commands. Menu, palette, shortcuts and the ? sheet are made of it.
import type { EditorCommand, ToolName } from "../editor/editor";
import type { Workbench } from "../panels/context";
import { readClipboard, writeClipboard } from "./clipboard";
import type { Desk } from "./desk";
import type { Screen } from "./screen";
import { isOnDrawing, isOnShapes, isTextSelected } from "./shortcuts";

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
  /** Where its key counts, beside `when`. */
  keyWhen?: () => boolean;
  /** Words that find it beside its title. */
  search?: string;
  when?: (reach: Reach) => boolean;
  run: (reach: Reach) => void;
}

const open = ({ workbench }: Reach) => workbench !== null;
const writable = ({ workbench }: Reach) => workbench !== null && workbench.file.get().readOnly === undefined;
const picked = ({ workbench }: Reach) => (workbench?.editor.selection.get().resources.length ?? 0) > 0;
/** Elsewhere these keys scroll. */
const onDrawing = () => isOnDrawing(document.activeElement);
const onShapes = () => !isTextSelected() && isOnShapes(document.activeElement);
const pickedWritable = (reach: Reach) => writable(reach) && picked(reach);

function drawing(
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

function tool(name: ToolName, title: string, shortcut: string): Command {
  return {
    id: `tool-${name}`,
    title,
    group: "Tools",
    shortcut,
    when: name === "select" || name === "pan" ? open : writable,
    run: ({ workbench }) => workbench?.editor.setTool(name),
  };
}

const tab = (id: string, title: string, shortcut?: string): Command => ({
  id: `show-${id}`,
  title: `Show ${title}`,
  group: "View",
  ...(shortcut ? { shortcut } : {}),
  when: open,
  run: ({ screen }) => screen.show(id),
});

const toEditor =
  (name: "undo" | "redo") =>
  ({ desk }: Reach) =>
    void desk.ask(desk.backend.call(`design_${name}`, { session: desk.session.get() }));

export const COMMANDS: readonly Command[] = [
  {
    id: "palette",
    title: "Do anything",
    group: "Help",
    shortcut: "Ctrl+K",
    always: true,
    run: ({ screen }) => screen.dialog.set("palette"),
  },
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
    search: "terraform cloudformation svg",
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
    id: "undo",
    title: "Undo",
    group: "Edit",
    shortcut: "Ctrl+Z",
    when: ({ desk }) => desk.history.get().undo !== undefined,
    run: toEditor("undo"),
  },
  {
    id: "redo",
    title: "Redo",
    group: "Edit",
    shortcut: "Ctrl+Shift+Z",
    when: ({ desk }) => desk.history.get().redo !== undefined,
    run: toEditor("redo"),
  },
  {
    id: "cut",
    title: "Cut",
    group: "Edit",
    shortcut: "Ctrl+X",
    when: pickedWritable,
    keyWhen: onShapes,
    run: (reach) => copy(reach, true),
  },
  {
    id: "copy",
    title: "Copy",
    group: "Edit",
    shortcut: "Ctrl+C",
    when: picked,
    keyWhen: () => !isTextSelected(),
    run: (reach) => copy(reach, false),
  },
  {
    id: "paste",
    title: "Paste",
    group: "Edit",
    shortcut: "Ctrl+V",
    when: writable,
    run: (reach) => void paste(reach, false),
  },
  {
    id: "paste-linked",
    title: "Paste with its links",
    group: "Edit",
    shortcut: "Ctrl+Shift+V",
    when: writable,
    run: (reach) => void paste(reach, true),
  },
  drawing("duplicate", "Duplicate", "Edit", { shortcut: "Ctrl+D" }),
  drawing("delete", "Delete", "Edit", { shortcut: "Del", keyWhen: onShapes, search: "remove" }),
  drawing("rename", "Rename", "Edit", { shortcut: "F2", search: "title" }),
  drawing("select-all", "Select all", "Edit", { shortcut: "Ctrl+A" }),
  drawing("select-same-kind", "Select same kind", "Edit"),
  drawing("select-connected", "Select what is connected", "Edit"),
  {
    id: "part-add",
    title: "Add a part…",
    group: "Edit",
    shortcut: "/",
    search: "insert resource new",
    when: writable,
    run: ({ screen }) => screen.dialog.set("part-add"),
  },
  {
    id: "link-to",
    title: "Link to…",
    group: "Edit",
    search: "connect flow",
    when: pickedWritable,
    run: ({ screen }) => screen.dialog.set("link-to"),
  },
  {
    id: "move-to",
    title: "Move into…",
    group: "Edit",
    search: "parent container reparent",
    when: pickedWritable,
    run: ({ screen }) => screen.dialog.set("move-to"),
  },
  {
    id: "intent-add",
    title: "Add intent…",
    group: "Edit",
    search: "reachable unreachable only",
    when: writable,
    run: ({ screen }) => screen.dialog.set("intent-add"),
  },
  {
    id: "environment-add",
    title: "Add environment…",
    group: "Edit",
    search: "aws lab production",
    when: writable,
    run: ({ screen }) => screen.dialog.set("environment-add"),
  },

  {
    id: "layout",
    title: "Lay out everything",
    group: "Arrange",
    search: "tidy auto",
    when: writable,
    run: (reach) => arrange(reach, false),
  },
  {
    id: "layout-selection",
    title: "Lay out selection",
    group: "Arrange",
    search: "tidy auto",
    when: pickedWritable,
    run: (reach) => arrange(reach, true),
  },
  drawing("align-left", "Align left", "Arrange"),
  drawing("align-center", "Align centre", "Arrange"),
  drawing("align-right", "Align right", "Arrange"),
  drawing("align-top", "Align top", "Arrange"),
  drawing("align-middle", "Align middle", "Arrange"),
  drawing("align-bottom", "Align bottom", "Arrange"),
  drawing("distribute-horizontal", "Distribute across", "Arrange"),
  drawing("distribute-vertical", "Distribute down", "Arrange"),
  drawing("wider", "Make wider", "Arrange", { shortcut: "Alt+Shift+Right", search: "resize" }),
  drawing("narrower", "Make narrower", "Arrange", { shortcut: "Alt+Shift+Left", search: "resize" }),
  drawing("taller", "Make taller", "Arrange", { shortcut: "Alt+Shift+Down", search: "resize" }),
  drawing("shorter", "Make shorter", "Arrange", { shortcut: "Alt+Shift+Up", search: "resize" }),
  drawing("same-size", "Make the same size", "Arrange"),
  drawing("reset-waypoints", "Straighten links", "Arrange"),

  drawing("zoom-in", "Zoom in", "View", { shortcut: "Ctrl+Plus" }),
  drawing("zoom-out", "Zoom out", "View", { shortcut: "Ctrl+-" }),
  drawing("zoom-100", "Zoom to 100 %", "View", { shortcut: "Ctrl+0" }),
  drawing("zoom-fit", "Show everything", "View", { shortcut: "Shift+1" }),
  drawing("zoom-selection", "Show selection", "View", { shortcut: "Shift+2" }),
  drawing("pan-up", "Move the view up", "View", { shortcut: "PgUp", keyWhen: onDrawing }),
  drawing("pan-down", "Move the view down", "View", { shortcut: "PgDn", keyWhen: onDrawing }),
  drawing("pan-left", "Move the view left", "View", { shortcut: "Shift+PgUp", keyWhen: onDrawing }),
  drawing("pan-right", "Move the view right", "View", { shortcut: "Shift+PgDn", keyWhen: onDrawing }),
  tab("parts", "parts"),
  tab("outline", "outline"),
  tab("views", "views"),
  tab("problems", "problems"),
  tab("deploy", "deploy"),
  tab("proof", "proof"),
  tab("code", "code"),
  tab("log", "log"),
  {
    id: "toggle-left",
    title: "Left panel on or off",
    group: "View",
    shortcut: "Ctrl+B",
    when: open,
    run: ({ screen }) => screen.toggle("left"),
  },
  {
    id: "toggle-right",
    title: "Inspector on or off",
    group: "View",
    shortcut: "Ctrl+I",
    when: open,
    run: ({ screen }) => screen.toggle("right"),
  },
  {
    id: "toggle-drawer",
    title: "Bottom panel on or off",
    group: "View",
    shortcut: "Ctrl+J",
    when: open,
    run: ({ screen }) => screen.toggle("drawer"),
  },
  {
    id: "theme-light",
    title: "Light theme",
    group: "View",
    run: ({ desk }) => desk.settings.set("theme", "light"),
  },
  {
    id: "theme-dark",
    title: "Dark theme",
    group: "View",
    run: ({ desk }) => desk.settings.set("theme", "dark"),
  },
  {
    id: "theme-system",
    title: "Theme of the system",
    group: "View",
    run: ({ desk }) => desk.settings.set("theme", "system"),
  },
  {
    id: "contrast",
    title: "High contrast on or off",
    group: "View",
    run: ({ desk }) => desk.settings.set("contrast", !desk.settings.get("contrast", false)),
  },

  tool("select", "Select", "V"),
  tool("pan", "Move the view", "H"),
  tool("link", "Draw links", "L"),
  tool("note", "Write a note", "N"),

  {
    id: "deploy",
    title: "Deploy…",
    group: "Deploy",
    search: "plan apply lab",
    when: open,
    run: ({ screen }) => deployEvent(screen, "deploy"),
  },
  {
    id: "destroy",
    title: "Destroy…",
    group: "Deploy",
    search: "tear down",
    when: open,
    run: ({ screen }) => deployEvent(screen, "destroy"),
  },
  {
    id: "verify",
    title: "Verify again",
    group: "Deploy",
    when: ({ desk }) => desk.deploy.get()?.state === "running",
    run: ({ desk }) =>
      void desk.ask(
        desk.backend.call("deploy_verify", {
          session: desk.session.get(),
          environment: desk.environment.get(),
        }),
      ),
  },
  {
    id: "proof-ask",
    title: "Ask what reaches what",
    group: "Deploy",
    search: "proof reach",
    when: open,
    run: ({ screen }) => screen.show("proof"),
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

export function runCommand(id: string, reach: Reach): void {
  const command = COMMANDS.find((one) => one.id === id);
  if (command && (command.when?.(reach) ?? true)) command.run(reach);
}

async function openFile(desk: Desk): Promise<void> {
  const path = await desk.pickPath("open", "Open a design", desk.info.folder);
  if (path !== undefined) await desk.open(() => desk.backend.call("design_open", { path }));
}

function arrange({ desk, workbench }: Reach, selection: boolean): void {
  const ids = selection ? [...(workbench?.editor.selection.get().resources ?? [])] : undefined;
  const session = desk.session.get();
  void desk.ask(desk.backend.call("design_layout", { session, ...(ids ? { ids } : {}) }));
}

function deployEvent(screen: Screen, what: "deploy" | "destroy"): void {
  screen.show("deploy");
  // The panel may only now be made: it listens after this turn.
  window.setTimeout(() => window.dispatchEvent(new CustomEvent(`groundplan:${what}`)), 50);
}

/** What was copied last, where the system clipboard is closed to us: it can be pasted in this window. */
let kept = "";

/** The copy under way: who pastes right behind it means what is being copied. */
let copying: Promise<unknown> = Promise.resolve();

function copy(reach: Reach, cut: boolean): void {
  copying = copyNow(reach, cut);
}

async function copyNow({ desk, workbench }: Reach, cut: boolean): Promise<void> {
  const ids = [...(workbench?.editor.selection.get().resources ?? [])];
  if (ids.length === 0) return;
  const answer = await desk.ask(desk.backend.call("design_copy", { session: desk.session.get(), ids }));
  if (!answer) return;
  kept = (await writeClipboard(answer.text)) ? "" : answer.text;
  if (cut) await workbench?.edit({ edit: "remove-resources", ids });
}

async function paste({ desk, workbench, screen }: Reach, outerLinks: boolean): Promise<void> {
  if (!workbench) return;
  await copying.catch(() => undefined);
  const text = (await readClipboard()) ?? kept;
  if (text.trim() === "") return desk.say({ text: "There is nothing to paste" });
  const { x, y } = workbench.editor.clientToWorld(screen.pastePoint());
  const at: [number, number] = [Math.round(x / 8) * 8, Math.round(y / 8) * 8];
  const args = { session: desk.session.get(), text, at, outerLinks };
  const answer = await desk.ask(desk.backend.call("design_paste", args));
  if (answer) workbench.editor.select({ resources: answer.ids, links: [] });
}
