// The commands of the group Arrange.
import { whenAt } from "../../document/store";
import { type Command, drawing, pickedWritable, type Reach, writable } from "./command";

export const ARRANGE: readonly Command[] = [
  {
    id: "layout",
    title: "Lay out everything",
    group: "Arrange",
    search: "tidy auto",
    when: writable,
    run: (reach) => void arrange(reach, false),
  },
  {
    id: "layout-selection",
    title: "Lay out selection",
    group: "Arrange",
    search: "tidy auto",
    when: pickedWritable,
    run: (reach) => void arrange(reach, true),
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
  drawing("tidy", "Tidy up", "Arrange", { search: "rows grid equal gaps" }),
  drawing("same-size", "Make the same size", "Arrange"),
  drawing("lock", "Lock", "Arrange", { shortcut: "Ctrl+Shift+L", search: "pin stay fixed" }),
  drawing("unlock", "Unlock", "Arrange", { search: "pin stay fixed" }),
  drawing("reset-waypoints", "Straighten links", "Arrange", { search: "way-points bend route reset" }),
];

async function arrange({ desk, workbench }: Reach, selection: boolean): Promise<void> {
  const ids = selection ? [...(workbench?.editor.selection.get().resources ?? [])] : undefined;
  const session = desk.session.get();
  const done = await desk.ask(desk.backend.call("design_layout", { session, ...(ids ? { ids } : {}) }));
  if (!done) return;
  if (done.cancelled) return desk.say({ text: "Layout cancelled; nothing was moved" });
  await whenAt(desk.document, done.revision);
  // Everything stands elsewhere now: what is in view may be empty ground.
  if (!selection && desk.session.get() === session) workbench?.editor.run("zoom-fit");
}

export function cancelLayout({ desk }: Reach): void {
  void desk.ask(desk.backend.call("design_layout_cancel", { session: desk.session.get() }));
}
