// Light, dark, as the system has it; more contrast. Written to the root element, read by CSS and the canvas.
import { type Readable, signal } from "../document/signal";
import type { ThemeName } from "../editor/editor";
import type { Settings } from "../panels/context";

export type ThemeChoice = "system" | "light" | "dark";

export interface Themes {
  theme: Readable<ThemeName>;
  /** More contrast: chosen here, wanted by the system, or because the system forces colours, which no canvas follows. */
  contrast: Readable<boolean>;
}

export function followTheme(settings: Settings): Themes {
  const dark = window.matchMedia("(prefers-color-scheme: dark)");
  const more = window.matchMedia("(prefers-contrast: more)");
  const forced = window.matchMedia("(forced-colors: active)");
  const theme = signal<ThemeName>("light");
  const contrast = signal(false);
  const apply = () => {
    const choice = settings.get<ThemeChoice>("theme", "system");
    // Forced colours come with a ground of their own: ours has to fit it.
    const name = choice === "system" || forced.matches ? (dark.matches ? "dark" : "light") : choice;
    contrast.set(settings.get("contrast", false) || more.matches || forced.matches);
    document.documentElement.dataset.theme = name;
    document.documentElement.dataset.contrast = contrast.get() ? "more" : "normal";
    theme.set(name);
  };
  for (const query of [dark, more, forced]) query.addEventListener("change", apply);
  settings.subscribe(apply);
  apply();
  return { theme, contrast };
}
