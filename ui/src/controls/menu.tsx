import type { ReactNode } from "react";
import { Menu as AriaMenu, MenuItem, MenuTrigger, Popover, Separator } from "react-aria-components";
import { Icon } from "./icon";

export interface MenuEntry {
  id: string;
  title: string;
  hint?: string;
  disabled?: boolean;
  danger?: boolean;
  chosen?: boolean;
  run: () => void;
}

/** Groups of entries with lines between them. `alone`: no button opens it and hands it the keyboard. */
export function MenuList(props: { label: string; groups: MenuEntry[][]; alone?: boolean }) {
  const { label, groups, alone } = props;
  const filled = groups.filter((group) => group.length > 0);
  const entries = filled.flat();
  return (
    <AriaMenu
      className="menu"
      aria-label={label}
      {...(alone ? { autoFocus: true } : {})}
      onAction={(key) => entries.find((entry) => entry.id === key)?.run()}
      disabledKeys={entries.filter((entry) => entry.disabled).map((entry) => entry.id)}
    >
      {filled.flatMap((group, index) => [
        ...(index > 0 ? [<Separator key={`line-${group[0]?.id}`} className="menu-line" />] : []),
        ...group.map((entry) => (
          <MenuItem key={entry.id} id={entry.id} className="option" textValue={entry.title}>
            <span className={`cut ${entry.danger ? "danger" : ""}`}>{entry.title}</span>
            {entry.chosen && (
              <span className="tick">
                <Icon name="check" size={14} />
              </span>
            )}
            {entry.hint && <span className="hint">{entry.hint}</span>}
          </MenuItem>
        )),
      ])}
    </AriaMenu>
  );
}

export interface MenuButtonProps {
  children: ReactNode;
  label: string;
  groups: MenuEntry[][];
  isOpen?: boolean;
}

export function MenuButton({ children, isOpen = false, ...list }: MenuButtonProps) {
  return (
    <MenuTrigger defaultOpen={isOpen}>
      {children}
      <Popover className="popover" offset={4}>
        <MenuList {...list} />
      </Popover>
    </MenuTrigger>
  );
}
