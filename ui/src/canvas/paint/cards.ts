/** Cards: icon tile, title, one line that says what matters. Notes and one-line cards too. */

import type { Status } from "../../editor/editor";
import { FAMILIES, Look, STATUSES } from "../../editor/scene/look";
import type { Scene } from "../../editor/scene/scene";
import type { Box } from "../../geometry/box";
import type { Painter } from "../painter";
import type { Theme } from "../theme";
import { LEAST_TEXT, type Level, legible } from "./level";

const TITLE = 12.5;
const SUMMARY = 11;
/** A title grows no further against the zoom. */
const MOST_TITLE = 17;
/** What a title keeps free at the card's right end. */
const END = 6;

/** Where things stand in a card, in units from its left edge; exported pictures have the same at 100 %. */
interface Anatomy {
  /** The tile in the family's tint, and what of the card's height it leaves free. */
  tile: number;
  margin: number;
  /** Whether the icon lies on its tile, or alone. */
  tinted: boolean;
  icon: number;
  text: number;
}

const LEFT = 8;
const FULL: Anatomy = { tile: 40, margin: 8, tinted: true, icon: 20, text: 57 };
const COMPACT: Anatomy = { tile: 40, margin: 8, tinted: false, icon: 14, text: 27 };
/** So narrow that one line beside a tile would be letters only. */
const NARROW = 130;

/** Below the zoom at which cards have a second line, the first has more room, and icons keep a size to be known by. */
function anatomies(zoom: number): (scene: Scene, slot: number) => Anatomy {
  const one = !hasSummaries(zoom);
  const icon = legible(FULL.icon, 11, zoom, 26);
  const card = one ? { ...FULL, tile: 36, icon, text: 49 } : FULL;
  const narrow = { tile: 20, margin: 36, tinted: false, icon: 20, text: 32 };
  return (scene, slot) => {
    if (scene.look[slot] === Look.compact) return COMPACT;
    return one && scene.w[slot]! < NARROW ? narrow : card;
  };
}

function hasSummaries(zoom: number): boolean {
  return SUMMARY * zoom >= LEAST_TEXT;
}

export function paintCards(
  p: Painter,
  scene: Scene,
  theme: Theme,
  slots: readonly number[],
  zoom: number,
  level: Level,
): void {
  if (slots.length === 0) return;
  if (level === "blocks" || level === "aggregate") return paintBlocks(p, scene, theme, slots);
  const notes = slots.filter((s) => scene.look[s] === Look.note);
  const cards = notes.length > 0 ? slots.filter((s) => scene.look[s] !== Look.note) : slots;
  if (notes.length > 0) paintNotes(p, scene, theme, notes, zoom);
  paintBodies(p, scene, theme, cards, zoom, level);
  paintTiles(p, scene, theme, cards, zoom, level);
  if (level === "full") paintIcons(p, scene, theme, cards, zoom);
  paintTexts(p, scene, theme, cards, zoom);
}

function paintBodies(
  p: Painter,
  scene: Scene,
  theme: Theme,
  slots: readonly number[],
  zoom: number,
  level: Level,
): void {
  const round = (group: readonly number[], grow = 0, drop = 0) => {
    p.begin();
    for (const s of group) {
      const [x, y] = [scene.x[s]! - grow, scene.y[s]! - grow + drop];
      p.round(x, y, scene.w[s]! + 2 * grow, scene.h[s]! + 2 * grow, 8 + grow);
    }
  };
  if (level === "full") {
    round(slots, 0.5, 1);
    p.fill(theme.shadow);
    round(slots, 1.5, 2);
    p.fill(theme.shadow);
    round(slots);
    p.fill(theme.card);
    return p.stroke(theme.line, Math.max(1, 0.7 / zoom));
  }
  // A white box some pixels high is lost between the lines; one with its family's tint and edge is not.
  FAMILIES.forEach((family, k) => {
    const group = slots.filter((s) => scene.family[s] === k);
    if (group.length === 0) return;
    round(group);
    p.fill(theme.tiles[family]);
    p.stroke(theme.edges[family], 0.8 / zoom);
  });
}

/** The tile in the family's tint; far away the whole card has the tint, and a full tile stands for the icon. */
function paintTiles(
  p: Painter,
  scene: Scene,
  theme: Theme,
  slots: readonly number[],
  zoom: number,
  level: Level,
): void {
  const anatomy = anatomies(zoom);
  FAMILIES.forEach((family, k) => {
    const group = slots.filter((s) => scene.family[s] === k);
    if (group.length === 0) return;
    let any = false;
    p.begin();
    for (const s of group) {
      const { tile, margin, tinted } = anatomy(scene, s);
      if (level === "full" && !tinted) continue;
      any = true;
      const size = Math.min(tile, scene.h[s]! - margin);
      p.round(scene.x[s]! + LEFT, scene.y[s]! + (scene.h[s]! - size) / 2, size, size, Math.min(7, size / 4));
    }
    if (any) p.fill(level === "full" ? theme.tiles[family] : theme.families[family]);
  });
}

function paintIcons(p: Painter, scene: Scene, theme: Theme, slots: readonly number[], zoom: number): void {
  const anatomy = anatomies(zoom);
  for (const s of slots) {
    const colour = theme.families[FAMILIES[scene.family[s]!]!];
    const { tile, tinted, icon } = anatomy(scene, s);
    const x = scene.x[s]! + LEFT + (tinted ? (tile - icon) / 2 : 0);
    p.icon(scene.icon[s]!, colour, x, scene.y[s]! + (scene.h[s]! - icon) / 2, icon);
  }
}

/** Titles keep their size on the screen as long as they fit; then they are smaller by steps, and cut at the last. */
function paintTexts(p: Painter, scene: Scene, theme: Theme, slots: readonly number[], zoom: number): void {
  const grown = theme.textScale;
  const least = legible(TITLE, 6.2, zoom, MOST_TITLE) * Math.max(1, grown * 0.8);
  if (least * zoom < LEAST_TEXT) return;
  const sizes = [8, 7].map((px) => legible(TITLE, px, zoom, 20) * grown);
  const two = hasSummaries(zoom);
  const anatomy = anatomies(zoom);
  let left = slots;
  for (const size of new Set([...sizes, least])) {
    if (left.length === 0) break;
    p.font(600, size);
    left = left.filter((s) => {
      const { text } = anatomy(scene, s);
      const room = scene.w[s]! - text - END;
      if (room < 16) return false;
      const title = scene.title[s]!;
      if (size > least && p.width(title) > room) return true;
      const middle = scene.y[s]! + scene.h[s]! / 2;
      const alone = !two || scene.look[s] === Look.compact || !scene.summary[s];
      const y = alone ? middle + size * 0.35 : middle - 1 - 3 * grown;
      p.text(p.fit(title, room), scene.x[s]! + text, y, theme.text);
      return false;
    });
  }
  if (two) paintSummaries(p, scene, theme, slots);
}

function paintSummaries(p: Painter, scene: Scene, theme: Theme, slots: readonly number[]): void {
  p.font(400, SUMMARY * theme.textScale);
  for (const s of slots) {
    if (scene.look[s] === Look.compact || !scene.summary[s]) continue;
    const room = scene.w[s]! - FULL.text - END;
    if (room < 16) continue;
    const y = scene.y[s]! + scene.h[s]! / 2 + 10 + 4 * theme.textScale;
    p.text(summaryIn(p, scene.summary[s]!, room), scene.x[s]! + FULL.text, y, theme.muted);
  }
}

const FIGURE = /\d/;
/** A figure with what it counts. */
const MEASURE = /\d.*[a-z]/i;

/**
 * What of "server · 4 vCPU, 16 GiB" fits: without the kind, which the icon says; without the last facts; letters are
 * cut of nothing but a single fact. (`summary_in` of exported pictures is the same.)
 */
function summaryIn(p: Painter, summary: string, room: number): string {
  const fits = (text: string) => p.fit(text, room) === text;
  if (fits(summary)) return summary;
  const [kind, ...facts] = summary.split(" · ");
  const rest = facts.join(" · ");
  if (MEASURE.test(rest) && !FIGURE.test(kind!) && fits(rest)) return rest;
  const parts = summary.split(/(?= · |, )/);
  while (parts.length > 1 && !fits(parts.join(""))) parts.pop();
  return p.fit(parts.join(""), room);
}

function paintNotes(p: Painter, scene: Scene, theme: Theme, slots: readonly number[], zoom: number): void {
  p.begin();
  for (const s of slots) p.round(scene.x[s]!, scene.y[s]!, scene.w[s]!, scene.h[s]!, 6);
  p.fill(theme.note);
  p.stroke(theme.noteLine, Math.max(1, 0.7 / zoom));
  if (12 * zoom < LEAST_TEXT) return;
  p.font(400, 12 * theme.textScale);
  const step = 17 * theme.textScale;
  for (const s of slots) {
    const lines = Math.max(1, Math.floor((scene.h[s]! - 12) / step));
    wrap(p, scene.title[s]!, scene.w[s]! - 20, lines).forEach((line, k) => {
      p.text(line, scene.x[s]! + 10, scene.y[s]! + 4 + step + k * step, theme.text);
    });
  }
}

function wrap(p: Painter, text: string, width: number, most: number): string[] {
  const out: string[] = [];
  for (const paragraph of text.split("\n")) {
    let line = "";
    for (const word of paragraph.split(" ")) {
      const longer = line ? `${line} ${word}` : word;
      if (line && p.width(longer) > width) {
        out.push(line);
        line = word;
      } else line = longer;
    }
    out.push(line);
  }
  const shown = out.slice(0, most);
  if (out.length > most) shown[most - 1] += "…";
  return shown.map((line) => p.fit(line, width));
}

/**
 * A rectangle on whole device pixels: crisp however small, and the same whatever else is in its path. `within`: so
 * many pixels smaller on each side, and nothing where that leaves nothing.
 */
export function crisp(p: Painter, { x, y, w, h }: Box, within = 0): void {
  const whole = (v: number) => Math.round(v * p.scale);
  const [left, top] = [whole(x), whole(y)];
  const wide = Math.max(1, whole(x + w) - left) - 2 * within;
  const high = Math.max(1, whole(y + h) - top) - 2 * within;
  if (wide <= 0 || high <= 0) return;
  p.rect((left + within) / p.scale, (top + within) / p.scale, wide / p.scale, high / p.scale);
}

/** Rectangles in status colour. */
function paintBlocks(p: Painter, scene: Scene, theme: Theme, slots: readonly number[]): void {
  for (const look of ["error", "warning", "ok", "none"] as const) {
    const colour = blockColour(theme, look);
    const group = slots.filter((s) => blockColour(theme, STATUSES[scene.status[s]!]!) === colour);
    fillBlocks(
      p,
      theme,
      look,
      group.map((s) => scene.box(s)),
    );
  }
}

/** Full in its colour, what was found; hollow what nothing was said of, so that a picture without colours says it too. */
export function fillBlocks(p: Painter, theme: Theme, status: Status, boxes: readonly Box[]): void {
  if (boxes.length === 0) return;
  const full = blockColour(theme, status);
  p.begin();
  for (const box of boxes) crisp(p, box);
  p.fill(full ?? theme.block);
  if (full) return;
  p.begin();
  for (const box of boxes) crisp(p, box, 1);
  p.fill(theme.blockFill);
}

function blockColour(theme: Theme, status: Status): string | null {
  if (status === "error") return theme.error;
  if (status === "warning") return theme.warningLine;
  return status === "ok" ? theme.okBlock : null;
}
