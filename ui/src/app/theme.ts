// Light, dark, as the system has it; more contrast. Written to the root element, read by CSS and the canvas.
import { type Readable, signal } from "../document/signal";
import type { ThemeName } from "../editor/editor";
import type { Settings } from "../panels/context";

export type ThemeChoice = "system" | "light" | "dark";

export function followTheme(settings: Settings): Readable<ThemeName> {
  const dark = window.matchMedia("(prefers-color-scheme: dark)");
  const contrast = window.matchMedia("(prefers-contrast: more)");
  const theme = signal<ThemeName>("light");
  const apply = () => {
    const choice = settings.get<ThemeChoice>("theme", "system");
    const name = choice === "system" ? (dark.matches ? "dark" : "light") : choice;
    const more = settings.get("contrast", false) || contrast.matches;
    document.documentElement.dataset.theme = name;
    document.documentElement.dataset.contrast = more ? "more" : "normal";
    theme.set(name);
  };
  dark.addEventListener("change", apply);
  contrast.addEventListener("change", apply);
  settings.subscribe(apply);
  apply();
  return theme;
}
