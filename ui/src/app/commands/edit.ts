// The commands of the group Edit.

import type { DialogName } from "../screen";
import { isTextSelected } from "../shortcuts";
import { copy, paste } from "./clipboard";
import {
  byDrawing,
  type Command,
  drawing,
  onShapes,
  picked,
  pickedWritable,
  type Reach,
  writable,
} from "./command";

const toEditor =
  (name: "undo" | "redo") =>
  ({ desk }: Reach) =>
    void desk.ask(desk.backend.call(`design_${name}`, { session: desk.session.get() }));

export const EDIT: readonly Command[] = [
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
    search: "table csv spreadsheet",
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
  drawing("edit-ports", "Edit ports", "Edit", {
    shortcut: "Enter",
    keyWhen: byDrawing,
    search: "protocol service link label",
  }),
  drawing("select-all", "Select all", "Edit", { shortcut: "Ctrl+A" }),
  drawing("select-same-kind", "Select same kind", "Edit"),
  drawing("select-same-tag", "Select same tag", "Edit", { search: "owner label" }),
  drawing("select-connected", "Select what is connected", "Edit"),
  {
    id: "part-add",
    title: "Add a part…",
    group: "Edit",
    shortcut: "/",
    search: "insert resource new",
    when: writable,
    run: ({ workbench }) => workbench?.editor.run("insert"),
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
    id: "link-pattern",
    title: "Link by pattern…",
    group: "Edit",
    search: "connect many regular expression",
    when: writable,
    run: ({ screen }) => screen.dialog.set("link-pattern"),
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
    id: "intent-change",
    title: "Change an intent…",
    group: "Edit",
    search: "reachable unreachable only",
    when: (reach) => writable(reach) && Object.keys(intentsOf(reach)).length > 0,
    run: (reach, about = Object.keys(intentsOf(reach))[0]) => change(reach, "intent-change", about),
  },
  {
    id: "environment-change",
    title: "Change the environment…",
    group: "Edit",
    search: "variables regions production",
    when: (reach) => reach.workbench !== null && reach.desk.environment.get() in environmentsOf(reach),
    run: (reach, about = reach.desk.environment.get()) => change(reach, "environment-change", about),
  },
];

const intentsOf = ({ desk }: Reach) => desk.document.design().intents;
const environmentsOf = ({ desk }: Reach) => desk.document.design().environments;

function change({ screen }: Reach, dialog: DialogName, about: string | undefined): void {
  screen.about.set(about ?? null);
  screen.dialog.set(dialog);
}
