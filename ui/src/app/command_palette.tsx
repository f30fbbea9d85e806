// "Do anything": every command, every part, every thing on the drawing, found by a few letters.
import { useId, useMemo, useRef, useState } from "react";
import { Dialog, Modal, ModalOverlay } from "react-aria-components";
import { Icon, RawIcon } from "../controls/icon";
import { COMMANDS, type Reach } from "./commands";
import type { Desk } from "./desk";
import { type Entry, rank } from "./find";
import { shortcutText } from "./shortcuts";
import { titleNow } from "./top_bar";

const MOST = 60;

/** All that can be done now: commands, parts to add, things to go to. */
function entries(reach: Reach): Entry[] {
  const commands = COMMANDS.filter((one) => one.id !== "palette" && (one.when?.(reach) ?? true)).map(
    (command): Entry => ({
      id: `command ${command.id}`,
      title: titleNow(command, reach),
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
          title: `Add ${kind.title.toLowerCase()}`,
          words: `${kind.id} ${kind.search.join(" ")}`,
          hint: "Part",
          icon: workbench.catalog.icons[kind.icon] ?? "",
          family: kind.family,
          weight: 1,
          run: () => void workbench.editor.insert(kind.id),
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
  const [at, setAt] = useState(0);
  const all = useMemo(() => entries(reach), [reach]);
  const found = useMemo(() => rank(all, text).slice(0, MOST), [all, text]);
  const list = useRef<HTMLDivElement>(null);
  const prefix = useId();
  const run = (entry: Entry | undefined) => {
    if (!entry) return;
    onClose();
    // After the dialog has given the focus back, so that what opens next keeps it.
    window.setTimeout(entry.run, 0);
  };
  const go = (next: number) => {
    const index = (next + found.length) % Math.max(1, found.length);
    setAt(index);
    list.current?.children[index]?.scrollIntoView({ block: "nearest" });
  };
  return (
    <ModalOverlay className="scrim top" isOpen isDismissable onOpenChange={(open) => !open && onClose()}>
      <Modal className="dialog palette-dialog">
        <Dialog aria-label="Do anything">
          <div className="palette-input">
            <Icon name="search" size={17} />
            <input
              autoFocus
              role="combobox"
              aria-label="Do anything"
              aria-expanded="true"
              aria-controls={`${prefix}-list`}
              aria-activedescendant={found[at] ? `${prefix}-${at}` : undefined}
              placeholder="Do anything: a command, a part, a thing on the drawing"
              spellCheck={false}
              value={text}
              onChange={(event) => {
                setText(event.target.value);
                setAt(0);
              }}
              onKeyDown={(event) => {
                if (event.key === "ArrowDown") go(at + 1);
                else if (event.key === "ArrowUp") go(at - 1);
                else if (event.key === "Enter") run(found[at]);
                else return;
                event.preventDefault();
              }}
            />
          </div>
          <div
            ref={list}
            id={`${prefix}-list`}
            className="palette-results"
            role="listbox"
            aria-label="Results"
          >
            {found.map((entry, index) => (
              <div
                key={entry.id}
                id={`${prefix}-${index}`}
                role="option"
                aria-selected={index === at}
                className={`option ${index === at ? "on" : ""}`}
                onPointerMove={() => setAt(index)}
                onClick={() => run(entry)}
              >
                <span className={`palette-icon tinted tint-${entry.family ?? "annotation"}`}>
                  {entry.icon ? <RawIcon text={entry.icon} size={15} /> : <Icon name="right" size={13} />}
                </span>
                <span className="cut">{entry.title}</span>
                <span className="hint">{entry.hint}</span>
              </div>
            ))}
            {found.length === 0 && <p className="palette-none">Nothing is called “{text}”</p>}
          </div>
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}
