/** Colours of the drawing in both themes, each also with high contrast; the panels' CSS has the same ones. */
import type { ThemeName } from "../editor/editor";
import type { Family } from "../editor/scene/look";

export interface Theme {
  name: ThemeName;
  /** How much larger texts are wanted than they are drawn. */
  textScale: number;
  canvas: string;
  dot: string;
  panel: string;
  line: string;
  text: string;
  muted: string;
  faint: string;
  accent: string;
  accentWeak: string;
  onAccent: string;
  card: string;
  shadow: string;
  ok: string;
  okLine: string;
  /** Small letters on a panel, in the colour that says fine. */
  okText: string;
  /** A resource far away: fine, or without a verdict. Calm, so that what is wrong stands out. */
  okBlock: string;
  block: string;
  /** Within the edge of a block without a verdict. */
  blockFill: string;
  warning: string;
  /** The mark in the warning triangle. */
  warningSign: string;
  /** Round the triangle, and for what is nothing but a block of colour: amber alone is pale on white. */
  warningLine: string;
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
  /** How much of its line a container within another one has in the far view. */
  nestedFar: number;
  families: { [family in Family]: string };
  /** Icon tiles: the family's colour at 14 %, mixed with the card beforehand. */
  tiles: { [family in Family]: string };
  /** The edge of a small box that has the tile's tint. */
  edges: { [family in Family]: string };
}

function mix(colour: string, ground: string, share: number): string {
  const channel = (hex: string, k: number) => Number.parseInt(hex.slice(1 + 2 * k, 3 + 2 * k), 16);
  const out = [0, 1, 2].map((k) => Math.round(channel(colour, k) * share + channel(ground, k) * (1 - share)));
  return `#${out.map((v) => v.toString(16).padStart(2, "0")).join("")}`;
}

type Base = Omit<
  Theme,
  | "tiles"
  | "edges"
  | "nestedFar"
  | "blockFill"
  | "okLine"
  | "regionLine"
  | "networkLine"
  | "publicLine"
  | "subnetLine"
>;

/** How much of its colour a line has: on dark ground it takes more to be seen, and all of it where contrast is wanted. */
const ON_LIGHT = { ok: 0.55, region: 0.45, network: 0.5, public: 0.45, subnet: 0, edge: 0.4, far: 0.4 };
const ON_DARK = { ok: 0.55, region: 0.84, network: 0.63, public: 0.57, subnet: 0.81, edge: 0.4, far: 0.5 };
const FULL = { ok: 1, region: 1, network: 1, public: 1, subnet: 0, edge: 1, far: 1 };

function finish(base: Base, lines: typeof ON_LIGHT): Theme {
  const mixed = (share: number) =>
    Object.fromEntries(
      Object.entries(base.families).map(([name, colour]) => [name, mix(colour, base.card, share)]),
    ) as Theme["tiles"];
  return {
    ...base,
    tiles: mixed(0.14),
    edges: mixed(lines.edge),
    nestedFar: lines.far,
    blockFill: mix(base.block, base.card, 0.22),
    okLine: mix(base.ok, base.panel, lines.ok),
    regionLine: mix(base.faint, base.canvas, lines.region),
    networkLine: mix(base.accent, base.network, lines.network),
    publicLine: mix(base.ok, base.public, lines.public),
    subnetLine: mix(base.faint, base.line, lines.subnet),
  };
}

const LIGHT: Base = {
  name: "light",
  textScale: 1,
  canvas: "#fbfbfc",
  dot: "#e4e7ec",
  panel: "#ffffff",
  line: "#e3e6eb",
  text: "#171a21",
  muted: "#667085",
  faint: "#98a1b0",
  accent: "#2f5bea",
  accentWeak: "#e9eeff",
  onAccent: "#ffffff",
  card: "#ffffff",
  shadow: "rgba(16,24,40,0.05)",
  ok: "#12925f",
  okText: "#0b6b45",
  okBlock: "#2e9f72",
  block: "#858d9d",
  warning: "#e5a50a",
  warningSign: "#3a2a00",
  warningLine: "#b47b00",
  error: "#d92d20",
  link: "#848d9d",
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
};

const DARK: Base = {
  name: "dark",
  textScale: 1,
  canvas: "#0f1218",
  dot: "#1d222c",
  panel: "#151920",
  line: "#262c37",
  text: "#e9ecf2",
  muted: "#97a1b2",
  faint: "#6b7586",
  accent: "#6d8dff",
  accentWeak: "#1d2745",
  onAccent: "#0b1020",
  card: "#1b212b",
  shadow: "rgba(0,0,0,0.22)",
  ok: "#2bb673",
  okText: "#4fd394",
  okBlock: "#257d58",
  block: "#68707f",
  warning: "#e9b949",
  warningSign: "#3a2a00",
  warningLine: "#e9b949",
  error: "#ff6b5e",
  link: "#66718a",
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
};

const LIGHT_CONTRAST: Base = {
  ...LIGHT,
  canvas: "#ffffff",
  dot: "#c6ccd6",
  line: "#4c5566",
  text: "#000000",
  muted: "#333b49",
  faint: "#4c5566",
  accent: "#1f45c4",
  ok: "#0b6b45",
  okText: "#0b6b45",
  okBlock: "#0b6b45",
  block: "#4c5566",
  warning: "#855a00",
  warningSign: "#ffffff",
  warningLine: "#855a00",
  error: "#b42318",
  link: "#333b49",
  note: "#ffffff",
  noteLine: "#855a00",
  families: {
    place: "#333b49",
    network: "#1f45c4",
    compute: "#0b6b45",
    storage: "#855a00",
    data: "#6d1fd6",
    security: "#a0105f",
    actor: "#333b49",
    annotation: "#333b49",
  },
};

const DARK_CONTRAST: Base = {
  ...DARK,
  canvas: "#000000",
  dot: "#3a4352",
  panel: "#07090d",
  line: "#8a94a6",
  text: "#ffffff",
  muted: "#dfe4ec",
  faint: "#c9d0dc",
  accent: "#93a9ff",
  card: "#000000",
  ok: "#4fd394",
  okText: "#4fd394",
  okBlock: "#4fd394",
  block: "#c9d0dc",
  error: "#ff8a7f",
  link: "#c9d0dc",
  region: "#000000",
  note: "#000000",
  noteLine: "#e9b949",
};

export const THEMES: { [name in ThemeName]: Theme } = {
  light: finish(LIGHT, ON_LIGHT),
  dark: finish(DARK, ON_DARK),
};
export const CONTRAST_THEMES: { [name in ThemeName]: Theme } = {
  light: finish(LIGHT_CONTRAST, FULL),
  dark: finish(DARK_CONTRAST, FULL),
};
