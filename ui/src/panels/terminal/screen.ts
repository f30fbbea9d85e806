// The screen of a terminal: xterm.js, read when the first one is opened.
import "@xterm/xterm/css/xterm.css";
import { FitAddon } from "@xterm/addon-fit";
import { type ITheme, Terminal } from "@xterm/xterm";
import { textScale } from "../../controls/text_scale";
import type { MakeScreen } from "./shells";

const SIZE = 13;

export interface ScreenOptions {
  copy(text: string): void;
  /** Whether a screen reader is to hear what appears. */
  spoken(): boolean;
  /** Called at each change of what the two above and the theme say. */
  onChange(listener: () => void): () => void;
}

/** The sixteen colours that programs name, legible on either ground; the rest is the interface's own. */
const COLOURS = {
  light: ["#171a21", "#b42318", "#0b6b45", "#855a00", "#2650d8", "#a3156a", "#0e6d79", "#5f697d"],
  dark: ["#6b7586", "#ff8a7f", "#4fd394", "#e9b949", "#93a9ff", "#f472b6", "#5fd0dd", "#e9ecf2"],
};
const NAMES = ["black", "red", "green", "yellow", "blue", "magenta", "cyan", "white"] as const;

function themeNow(): ITheme {
  const root = document.documentElement;
  const style = getComputedStyle(root);
  const of = (name: string) => style.getPropertyValue(name).trim();
  const colours = COLOURS[root.dataset.theme === "dark" ? "dark" : "light"];
  const named: ITheme = {};
  for (const [at, name] of NAMES.entries()) {
    named[name] = colours[at]!;
    named[`bright${name[0]!.toUpperCase()}${name.slice(1)}` as "brightRed"] = colours[at]!;
  }
  return {
    ...named,
    background: of("--panel"),
    foreground: of("--text"),
    cursor: of("--accent"),
    cursorAccent: of("--panel"),
    selectionBackground: of("--accent-weak"),
    selectionForeground: of("--text"),
  };
}

export const screenMaker =
  (options: ScreenOptions): MakeScreen =>
  async ({ typed, resized }) => {
    const element = document.createElement("div");
    element.className = "terminal-screen";
    const terminal = new Terminal({
      fontFamily: getComputedStyle(document.documentElement).getPropertyValue("--mono"),
      fontSize: SIZE * textScale.get(),
      theme: themeNow(),
      minimumContrastRatio: 4.5,
      scrollback: 5000,
      screenReaderMode: options.spoken(),
    });
    const fit = new FitAddon();
    terminal.loadAddon(fit);
    terminal.attachCustomKeyEventHandler((event) => {
      // The way out of it, also for the keyboard.
      if (event.key === "F6") return false;
      if (!event.ctrlKey || !event.shiftKey) return true;
      const key = event.key.toLowerCase();
      if (key === "c") {
        if (event.type === "keydown" && terminal.hasSelection()) options.copy(terminal.getSelection());
        event.preventDefault();
        return false;
      }
      // The browser pastes, which needs nobody's leave.
      return key !== "v";
    });
    terminal.onData(typed);
    terminal.onResize(({ cols, rows }) => resized(cols, rows));
    let opened = false;
    /** Somebody opened it to type: it takes the keyboard as soon as it is there. */
    let wanted = false;
    const laidOut = () => {
      if (!element.isConnected || element.clientHeight === 0) return;
      if (!opened) {
        opened = true;
        terminal.open(element);
      }
      fit.fit();
      if (wanted) terminal.focus();
      wanted = false;
    };
    const watching = new ResizeObserver(laidOut);
    watching.observe(element);
    const changed = () => {
      terminal.options.theme = themeNow();
      terminal.options.fontSize = SIZE * textScale.get();
      terminal.options.screenReaderMode = options.spoken();
      laidOut();
    };
    const stop = [options.onChange(changed), textScale.subscribe(changed)];
    return {
      element,
      focus() {
        wanted = true;
        laidOut();
      },
      write: (bytes, shown) => terminal.write(bytes, shown),
      size: () => ({ columns: terminal.cols, rows: terminal.rows }),
      dispose() {
        for (const one of stop) one();
        watching.disconnect();
        terminal.dispose();
        element.remove();
      },
    };
  };
