import { describe, expect, it } from "vitest";
import { COMMANDS } from "./commands";
import { fitsShortcut, type KeyLike, shortcutText } from "./shortcuts";

const key = (name: string, held: Partial<KeyLike> = {}): KeyLike => ({
  key: name,
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  shiftKey: false,
  ...held,
});

describe("shortcuts", () => {
  it.each([
    ["Ctrl+Z", key("z", { ctrlKey: true }), true],
    ["Ctrl+Z", key("z", { metaKey: true }), true],
    ["Ctrl+Z", key("Z", { ctrlKey: true, shiftKey: true }), false],
    ["Ctrl+Shift+Z", key("Z", { ctrlKey: true, shiftKey: true }), true],
    ["Shift+1", key("!", { shiftKey: true, code: "Digit1" }), true],
    ["Shift+1", key("1", { code: "Digit1" }), false],
    ["Shift+1", key("!", { shiftKey: true, code: "Digit8" }), false],
    ["?", key("?", { shiftKey: true }), true],
    ["/", key("/"), true],
    ["/", key("/", { ctrlKey: true }), false],
    ["V", key("v"), true],
    ["V", key("v", { altKey: true }), false],
    ["Del", key("Delete"), true],
    ["Shift+PgUp", key("PageUp", { shiftKey: true }), true],
    ["PgUp", key("PageUp", { shiftKey: true }), false],
    ["Alt+Shift+Right", key("ArrowRight", { altKey: true, shiftKey: true }), true],
    ["Ctrl+Plus", key("+", { ctrlKey: true, shiftKey: true }), true],
  ])("%s against a key", (shortcut, event, fits) => expect(fitsShortcut(shortcut, event)).toBe(fits));

  it("are shown with spaces", () => {
    expect(shortcutText("Ctrl+K")).toBe("Ctrl K");
    expect(shortcutText("Ctrl+Plus")).toBe("Ctrl +");
    expect(shortcutText("Alt+Shift+Right")).toBe("Alt Shift →");
    expect(shortcutText("Ctrl+Shift+Z", true)).toBe("⌘ ⇧ Z");
  });
});

describe("the one list of commands", () => {
  it("has every id once", () => {
    const ids = COMMANDS.map((command) => command.id);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it("gives every shortcut to one command", () => {
    const all = COMMANDS.flatMap((command) => command.shortcut ?? []);
    expect(new Set(all).size).toBe(all.length);
  });

  it("fires while typing only with keys that no text needs", () => {
    for (const command of COMMANDS)
      if (command.always) expect(command.shortcut).toMatch(/^(Ctrl\+[FKQS]|F1|(Shift\+)?F6)$/);
  });

  it("speaks in sentences, never in capitals", () => {
    for (const { title } of COMMANDS) expect(title).toMatch(/^[A-Z](?:[^A-Z]|PNG|SVG)*$/);
  });
});
