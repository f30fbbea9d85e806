// The commands of the group Arrange.
import { type Command, drawing, pickedWritable, type Reach, writable } from "./command";

export const ARRANGE: readonly Command[] = [
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
  drawing("tidy", "Tidy up", "Arrange", { search: "rows grid equal gaps" }),
  drawing("same-size", "Make the same size", "Arrange"),
  drawing("reset-waypoints", "Straighten links", "Arrange", { search: "way-points bend route reset" }),
];

function arrange({ desk, workbench }: Reach, selection: boolean): void {
  const ids = selection ? [...(workbench?.editor.selection.get().resources ?? [])] : undefined;
  const session = desk.session.get();
  void desk.ask(desk.backend.call("design_layout", { session, ...(ids ? { ids } : {}) }));
}
