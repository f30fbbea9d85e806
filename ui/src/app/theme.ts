// Light, dark, as the system has it; more contrast; larger text. Written to the root element, read by CSS, the controls
// and the canvas.
import { ROOT_SIZE } from "../controls/root_size";
import { setTextScale, textScale } from "../controls/text_scale";
import { type Readable, signal } from "../document/signal";
import type { ThemeName } from "../editor/editor";
import type { Settings } from "../panels/context";

export type ThemeChoice = "system" | "light" | "dark";

export interface Themes {
  theme: Readable<ThemeName>;
  /** More contrast: chosen here, wanted by the system, or because the system forces colours, which no canvas follows. */
  contrast: Readable<boolean>;
  /** How much larger text is wanted: chosen here, times the browser's own font size. */
  textScale: Readable<number>;
}

/** What can be chosen; a drawing's boxes hold no more than twice the size. */
export const TEXT_SCALES = [1, 1.15, 1.3, 1.5, 1.75, 2] as const;

/** What a browser's own font size is, which ours leaves as it is only where nothing asks for it. */
function browserScale(): number {
  const probe = document.createElement("span");
  probe.style.cssText = "position:absolute;visibility:hidden;font-size:medium";
  document.documentElement.append(probe);
  const size = Number.parseFloat(getComputedStyle(probe).fontSize);
  probe.remove();
  return Number.isFinite(size) && size > 0 ? size / ROOT_SIZE : 1;
}

export function followTheme(settings: Settings): Themes {
  const dark = window.matchMedia("(prefers-color-scheme: dark)");
  const more = window.matchMedia("(prefers-contrast: more)");
  const forced = window.matchMedia("(forced-colors: active)");
  const theme = signal<ThemeName>("light");
  const contrast = signal(false);
  let browser = browserScale();
  const apply = () => {
    const choice = settings.get<ThemeChoice>("theme", "system");
    // Forced colours come with a ground of their own: ours has to fit it.
    const name = choice === "system" || forced.matches ? (dark.matches ? "dark" : "light") : choice;
    contrast.set(settings.get("contrast", false) || more.matches || forced.matches);
    document.documentElement.dataset.theme = name;
    document.documentElement.dataset.contrast = contrast.get() ? "more" : "normal";
    theme.set(name);
    setTextScale(Math.min(2, Math.max(1, settings.get("text.scale", 1) * browser)));
  };
  // A changed font size of the browser is told by no event of its own.
  window.addEventListener("focus", () => {
    browser = browserScale();
    apply();
  });
  for (const query of [dark, more, forced]) query.addEventListener("change", apply);
  settings.subscribe(apply);
  apply();
  return { theme, contrast, textScale };
}
