// A field at the top of the window and what it finds: type, arrows, Enter.
import { useId, useRef, useState } from "react";
import { Dialog, Modal, ModalOverlay } from "react-aria-components";
import { Icon, RawIcon } from "./icon";

export interface Found {
  id: string;
  title: string;
  hint: string;
  /** Inline SVG of the product's own. */
  icon?: string;
  family?: string;
}

export interface SearchListProps<F extends Found> {
  label: string;
  placeholder: string;
  icon: string;
  narrow?: boolean;
  text: string;
  onText: (text: string) => void;
  found: readonly F[];
  /** Said where nothing is found. */
  none: string;
  onPick: (one: F) => void;
  onClose: () => void;
}

export function SearchList<F extends Found>(props: SearchListProps<F>) {
  const { label, text, found } = props;
  const [at, setAt] = useState(0);
  const list = useRef<HTMLDivElement>(null);
  const prefix = useId();
  const pick = (one: F | undefined) => one && props.onPick(one);
  const go = (next: number) => {
    const index = (next + found.length) % Math.max(1, found.length);
    setAt(index);
    list.current?.children[index]?.scrollIntoView({ block: "nearest" });
  };
  return (
    <ModalOverlay
      className="scrim top"
      isOpen
      isDismissable
      onOpenChange={(open) => !open && props.onClose()}
    >
      <Modal className={`dialog palette-dialog ${props.narrow ? "narrow" : ""}`}>
        <Dialog aria-label={label}>
          <div className="palette-input">
            <Icon name={props.icon} size={17} />
            <input
              autoFocus
              role="combobox"
              aria-label={label}
              aria-expanded="true"
              aria-controls={`${prefix}-list`}
              aria-activedescendant={found[at] ? `${prefix}-${at}` : undefined}
              placeholder={props.placeholder}
              spellCheck={false}
              value={text}
              onChange={(event) => {
                props.onText(event.target.value);
                setAt(0);
              }}
              onKeyDown={(event) => {
                if (event.key === "ArrowDown") go(at + 1);
                else if (event.key === "ArrowUp") go(at - 1);
                else if (event.key === "Enter") pick(found[at]);
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
            {found.map((one, index) => (
              <div
                key={one.id}
                id={`${prefix}-${index}`}
                role="option"
                aria-selected={index === at}
                className={`option ${index === at ? "on" : ""}`}
                onPointerMove={() => setAt(index)}
                onClick={() => pick(one)}
              >
                <span className={`palette-icon tinted tint-${one.family ?? "annotation"}`}>
                  {one.icon ? <RawIcon text={one.icon} size={16} /> : <Icon name="right" size={13} />}
                </span>
                <span className="cut">{one.title}</span>
                <span className="hint cut">{one.hint}</span>
              </div>
            ))}
            {found.length === 0 && <p className="palette-none">{props.none}</p>}
          </div>
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}
