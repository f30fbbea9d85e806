// Shortcuts: written as "Ctrl+Shift+Z", matched against key events, never while somebody types.

/** Whether a key event fits a shortcut. Command counts as Ctrl on a Mac. */
export function fitsShortcut(shortcut: string, event: KeyLike): boolean {
  const parts = shortcut.split("+");
  const key = parts.pop() || "+";
  const wants = (name: string) => parts.includes(name);
  if (wants("Ctrl") !== (event.ctrlKey || event.metaKey)) return false;
  if (wants("Alt") !== event.altKey) return false;
  // For signs like ? and / the shift key belongs to the sign on some keyboards.
  const name = NAMES[key] ?? key;
  const sign = name.length === 1 && !/[a-z0-9]/i.test(name);
  if (!sign && wants("Shift") !== event.shiftKey) return false;
  // With Shift, a digit gives the sign above it, another one on each keyboard.
  if (wants("Shift") && /^\d$/.test(name) && event.code === `Digit${name}`) return true;
  return event.key.toLowerCase() === name.toLowerCase();
}

export interface KeyLike {
  key: string;
  ctrlKey: boolean;
  metaKey: boolean;
  altKey: boolean;
  shiftKey: boolean;
  code?: string;
}

const NAMES: Record<string, string> = {
  Del: "Delete",
  Down: "ArrowDown",
  Esc: "Escape",
  Left: "ArrowLeft",
  PgDn: "PageDown",
  PgUp: "PageUp",
  Plus: "+",
  Right: "ArrowRight",
  Up: "ArrowUp",
};

const SIGNS: Record<string, string> = { Plus: "+", Left: "←", Right: "→", Up: "↑", Down: "↓" };

/** Whether keys go into a text right now. */
export function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable || target instanceof HTMLTextAreaElement) return true;
  if (target instanceof HTMLInputElement) return !/^(checkbox|radio|button|range)$/.test(target.type);
  return target instanceof HTMLSelectElement;
}

/** Whether the focus is where shapes are, or nowhere: keys that take shapes away mean nothing in a panel. */
export function isOnShapes(focus: Element | null): boolean {
  return isOnDrawing(focus) || focus?.closest(".outline-tree") != null;
}

export function isOnDrawing(focus: Element | null): boolean {
  return !focus || focus === document.body || focus.closest(".drawing") !== null;
}

/** Selected text is the browser's to copy. */
export function isTextSelected(): boolean {
  return document.getSelection()?.isCollapsed === false;
}

/** As people see it: "Ctrl K". */
export function shortcutText(shortcut: string, mac = false): string {
  const words = shortcut.split("+").map((part) => (part === "" ? "+" : part));
  const shown = mac ? words.map((word) => ({ Ctrl: "⌘", Shift: "⇧", Alt: "⌥" })[word] ?? word) : words;
  return shown.map((word) => SIGNS[word] ?? word).join(" ");
}
