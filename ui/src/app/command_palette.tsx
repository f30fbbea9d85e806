// "Do anything": every command, every part, every thing on the drawing, found by a few letters.
import { useMemo, useState } from "react";
import { SearchList } from "../controls/search_list";
import type { Point } from "../editor/editor";
import { inSentence } from "../editor/words";
import { COMMANDS, type Reach } from "./commands";
import type { Desk } from "./desk";
import { type Entry, rank } from "./find";
import { shortcutText } from "./shortcuts";
import { titleNow } from "./top_bar";

const MOST = 60;

/** All that can be done now: commands, parts to add, things to go to. */
function entries(reach: Reach, at: Point | null): Entry[] {
  const commands = COMMANDS.filter((one) => one.id !== "palette" && (one.when?.(reach) ?? true)).map(
    (command): Entry => ({
      id: `command ${command.id}`,
      title: titleNow(command, reach),
      called: command.title,
      words: `${command.group} ${command.search ?? ""}`,
      hint: command.shortcut ? shortcutText(command.shortcut) : command.group,
      weight: 0,
      run: () => command.run(reach),
    }),
  );
  const { workbench } = reach;
  if (!workbench) return commands;
  const parts = workbench.file.get().readOnly
    ? []
    : workbench.catalog.kinds.map(
        (kind): Entry => ({
          id: `part ${kind.id}`,
          title: `Add ${inSentence(kind.title)}`,
          words: `${kind.id} ${kind.search.join(" ")}`,
          hint: "Part",
          icon: workbench.catalog.icons[kind.icon] ?? "",
          family: kind.family,
          weight: 1,
          named: [kind.title, kind.short],
          run: () => void workbench.editor.insert(kind.id, at ?? undefined),
        }),
      );
  return [...commands, ...parts, ...things(reach.desk, workbench)];
}

function things(desk: Desk, workbench: NonNullable<Reach["workbench"]>): Entry[] {
  return Object.entries(desk.document.design().resources).map(([id, resource]): Entry => {
    const kind = workbench.catalog.kind(resource.kind);
    return {
      id: `thing ${id}`,
      title: resource.title ?? id,
      words: `${id} go to`,
      hint: kind?.title ?? resource.kind,
      icon: workbench.catalog.icons[kind?.icon ?? ""] ?? "",
      family: kind?.family ?? "",
      weight: 2,
      run: () => workbench.editor.focus(id),
    };
  });
}

export function CommandPalette({ reach, onClose }: { reach: Reach; onClose: () => void }) {
  const [text, setText] = useState("");
  // Before the pointer goes to the list: where it was is where a part goes.
  const [at] = useState(() => reach.workbench?.editor.pointer() ?? null);
  const all = useMemo(() => entries(reach, at), [reach, at]);
  const found = useMemo(() => rank(all, text).slice(0, MOST), [all, text]);
  return (
    <SearchList
      label="Do anything"
      placeholder="Do anything: a command, a part, a thing on the drawing"
      icon="search"
      text={text}
      onText={setText}
      found={found}
      none={`Nothing is called “${text}”`}
      onPick={(entry) => {
        onClose();
        // After the dialog has given the focus back, so that what opens next keeps it.
        window.setTimeout(entry.run, 0);
      }}
      onClose={onClose}
    />
  );
}
