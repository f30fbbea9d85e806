/** Colours of the drawing in both themes; the panels' CSS has the same ones. */
import type { ThemeName } from "../editor/editor";
import type { Family } from "../editor/scene/look";

export interface Theme {
  name: ThemeName;
  canvas: string;
  dot: string;
  panel: string;
  line: string;
  text: string;
  muted: string;
  faint: string;
  accent: string;
  accentWeak: string;
  card: string;
  shadow: string;
  ok: string;
  okLine: string;
  warning: string;
  error: string;
  link: string;
  region: string;
  regionLine: string;
  network: string;
  networkLine: string;
  public: string;
  publicLine: string;
  subnet: string;
  subnetLine: string;
  note: string;
  noteLine: string;
  families: { [family in Family]: string };
  /** Icon tiles: the family's colour at 14 %, mixed with the card beforehand. */
  tiles: { [family in Family]: string };
}

function mix(colour: string, ground: string, share: number): string {
  const channel = (hex: string, k: number) => Number.parseInt(hex.slice(1 + 2 * k, 3 + 2 * k), 16);
  const out = [0, 1, 2].map((k) => Math.round(channel(colour, k) * share + channel(ground, k) * (1 - share)));
  return `#${out.map((v) => v.toString(16).padStart(2, "0")).join("")}`;
}

type Base = Omit<Theme, "tiles" | "okLine" | "regionLine" | "networkLine" | "publicLine" | "subnetLine">;

function finish(base: Base): Theme {
  const tiles = Object.fromEntries(
    Object.entries(base.families).map(([name, colour]) => [name, mix(colour, base.card, 0.14)]),
  ) as Theme["tiles"];
  return {
    ...base,
    tiles,
    okLine: mix(base.ok, base.panel, 0.55),
    regionLine: mix(base.faint, base.canvas, 0.45),
    networkLine: mix(base.accent, base.network, 0.5),
    publicLine: mix(base.ok, base.public, 0.45),
    subnetLine: base.line,
  };
}

const LIGHT = finish({
  name: "light",
  canvas: "#fbfbfc",
  dot: "#e4e7ec",
  panel: "#ffffff",
  line: "#e3e6eb",
  text: "#171a21",
  muted: "#667085",
  faint: "#98a1b0",
  accent: "#2f5bea",
  accentWeak: "#e9eeff",
  card: "#ffffff",
  shadow: "rgba(16,24,40,0.05)",
  ok: "#12925f",
  warning: "#e5a50a",
  error: "#d92d20",
  link: "#8c95a4",
  region: "#ffffff",
  network: "#f3f6ff",
  public: "#eef8f4",
  subnet: "#f7f8fa",
  note: "#fff8e1",
  noteLine: "#eedfae",
  families: {
    place: "#667085",
    network: "#2f5bea",
    compute: "#0c8a6b",
    storage: "#a15c07",
    data: "#8a3ffc",
    security: "#c11574",
    actor: "#667085",
    annotation: "#667085",
  },
});

const DARK = finish({
  name: "dark",
  canvas: "#0f1218",
  dot: "#1d222c",
  panel: "#151920",
  line: "#262c37",
  text: "#e9ecf2",
  muted: "#97a1b2",
  faint: "#6b7586",
  accent: "#6d8dff",
  accentWeak: "#1d2745",
  card: "#1b212b",
  shadow: "rgba(0,0,0,0.22)",
  ok: "#2bb673",
  warning: "#e9b949",
  error: "#ff6b5e",
  link: "#5d687a",
  region: "#12161d",
  network: "#131a2a",
  public: "#12201d",
  subnet: "#151a22",
  note: "#2a2617",
  noteLine: "#4d4626",
  families: {
    place: "#97a1b2",
    network: "#7f9bff",
    compute: "#3ecf9f",
    storage: "#e6a451",
    data: "#b28bff",
    security: "#f472b6",
    actor: "#97a1b2",
    annotation: "#97a1b2",
  },
});

export const THEMES: { [name in ThemeName]: Theme } = { light: LIGHT, dark: DARK };
