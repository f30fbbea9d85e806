// Adds a part where the drawing asked for it, or in the middle of the view: type, Enter.
import { useId, useMemo, useRef, useState } from "react";
import { Dialog, Modal, ModalOverlay } from "react-aria-components";
import { Icon, RawIcon } from "../controls/icon";
import type { InsertRequest } from "../editor/editor";
import type { KindDto } from "../ipc/generated/KindDto";
import { useSetting, useWorkbench } from "../panels/context";
import { findKinds } from "../panels/palette/kinds";

const MOST_RECENT = 6;

export function InsertDialog({ request, onClose }: { request: InsertRequest | null; onClose: () => void }) {
  const { catalog, editor } = useWorkbench();
  const [recent, setRecent] = useSetting<string[]>("parts.recent", []);
  const [text, setText] = useState("");
  const [at, setAt] = useState(0);
  const list = useRef<HTMLDivElement>(null);
  const prefix = useId();
  const kinds = useMemo(() => {
    // What fits there comes first; everything else can be added too, and goes where it can live.
    const fitting = (request?.kinds ?? []).flatMap((id) => catalog.kind(id) ?? []);
    const offered = [...fitting, ...catalog.kinds.filter((kind) => !fitting.includes(kind))];
    if (text.trim() !== "") return findKinds(offered, text);
    const first = recent.flatMap((id) => offered.find((kind) => kind.id === id) ?? []);
    return [...first, ...offered.filter((kind) => !first.includes(kind))];
  }, [catalog, request, recent, text]);
  const add = (kind: KindDto | undefined) => {
    if (!kind) return;
    setRecent([kind.id, ...recent.filter((id) => id !== kind.id)].slice(0, MOST_RECENT));
    onClose();
    const from = request?.linkFrom === undefined ? {} : { linkFrom: request.linkFrom };
    void editor.insert(
      kind.id,
      request?.world,
      request?.kinds.includes(kind.id) ? { parent: request.parent, ...from } : undefined,
    );
  };
  const go = (next: number) => {
    const index = (next + kinds.length) % Math.max(1, kinds.length);
    setAt(index);
    list.current?.children[index]?.scrollIntoView({ block: "nearest" });
  };
  return (
    <ModalOverlay className="scrim top" isOpen isDismissable onOpenChange={(open) => !open && onClose()}>
      <Modal className="dialog palette-dialog narrow">
        <Dialog aria-label="Add a part">
          <div className="palette-input">
            <Icon name="add" size={17} />
            <input
              autoFocus
              role="combobox"
              aria-label="Add a part"
              aria-expanded="true"
              aria-controls={`${prefix}-list`}
              aria-activedescendant={kinds[at] ? `${prefix}-${at}` : undefined}
              placeholder="Add a part"
              spellCheck={false}
              value={text}
              onChange={(event) => {
                setText(event.target.value);
                setAt(0);
              }}
              onKeyDown={(event) => {
                if (event.key === "ArrowDown") go(at + 1);
                else if (event.key === "ArrowUp") go(at - 1);
                else if (event.key === "Enter") add(kinds[at]);
                else return;
                event.preventDefault();
              }}
            />
          </div>
          <div ref={list} id={`${prefix}-list`} className="palette-results" role="listbox" aria-label="Parts">
            {kinds.map((kind, index) => (
              <div
                key={kind.id}
                id={`${prefix}-${index}`}
                role="option"
                aria-selected={index === at}
                className={`option ${index === at ? "on" : ""}`}
                onPointerMove={() => setAt(index)}
                onClick={() => add(kind)}
              >
                <span className={`palette-icon tinted tint-${kind.family}`}>
                  <RawIcon text={catalog.icons[kind.icon] ?? ""} size={16} />
                </span>
                <span className="cut">{kind.title}</span>
                <span className="hint cut">{kind.help}</span>
              </div>
            ))}
            {kinds.length === 0 && <p className="palette-none">No part is called “{text}”</p>}
          </div>
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}
