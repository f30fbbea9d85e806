/** Cards: icon tile, title, one line that says what matters. Notes and one-line cards too. */
import { FAMILIES, Look, STATUSES } from "../../editor/scene/look";
import type { Scene } from "../../editor/scene/scene";
import type { Painter } from "../painter";
import type { Theme } from "../theme";
import { LEAST_TEXT, type Level, legible } from "./level";

const TILE = 40;
const ICON = 20;
const TEXT_X = 57;
const TITLE = 12.5;
const SUMMARY = 11;

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
  paintTiles(p, scene, theme, cards, level);
  if (level === "full") paintIcons(p, scene, theme, cards);
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
  if (level === "full") {
    for (const [grow, drop] of [
      [0.5, 1],
      [1.5, 2],
    ] as const) {
      p.begin();
      for (const s of slots)
        p.round(
          scene.x[s]! - grow,
          scene.y[s]! - grow + drop,
          scene.w[s]! + 2 * grow,
          scene.h[s]! + 2 * grow,
          8 + grow,
        );
      p.fill(theme.shadow);
    }
  }
  p.begin();
  for (const s of slots) p.round(scene.x[s]!, scene.y[s]!, scene.w[s]!, scene.h[s]!, 8);
  p.fill(theme.card);
  p.stroke(theme.line, Math.max(1, 0.7 / zoom));
}

/** The tile in the family's tint; far away it stands for the icon as well. */
function paintTiles(p: Painter, scene: Scene, theme: Theme, slots: readonly number[], level: Level): void {
  FAMILIES.forEach((family, k) => {
    let any = false;
    p.begin();
    for (const s of slots) {
      if (scene.family[s] !== k || (scene.look[s] === Look.compact && level === "full")) continue;
      any = true;
      const size = Math.min(TILE, scene.h[s]! - 8);
      p.round(scene.x[s]! + 8, scene.y[s]! + (scene.h[s]! - size) / 2, size, size, Math.min(7, size / 4));
    }
    if (!any) return;
    p.alpha(level === "full" ? 1 : 0.75);
    p.fill(level === "full" ? theme.tiles[family] : theme.families[family]);
    p.alpha(1);
  });
}

function paintIcons(p: Painter, scene: Scene, theme: Theme, slots: readonly number[]): void {
  for (const s of slots) {
    const colour = theme.families[FAMILIES[scene.family[s]!]!];
    const compact = scene.look[s] === Look.compact;
    const size = compact ? 14 : ICON;
    const x = compact ? scene.x[s]! + 8 : scene.x[s]! + 8 + (TILE - ICON) / 2;
    p.icon(scene.icon[s]!, colour, x, scene.y[s]! + (scene.h[s]! - size) / 2, size);
  }
}

/** Titles keep their size on the screen as long as they fit; then they are a little smaller, then cut. */
function paintTexts(p: Painter, scene: Scene, theme: Theme, slots: readonly number[], zoom: number): void {
  const large = legible(TITLE, 8.5, zoom, 20) * theme.textScale;
  const small = legible(TITLE, 6.8, zoom, 17) * theme.textScale;
  if (small * zoom < LEAST_TEXT) return;
  const two = SUMMARY * zoom >= LEAST_TEXT;
  const title = (s: number, size: number) => {
    const compact = scene.look[s] === Look.compact;
    const left = compact ? 28 : TEXT_X;
    const room = scene.w[s]! - left - 6;
    if (room < 16) return true;
    if (size > small && p.width(scene.title[s]!) > room) return false;
    const middle = scene.y[s]! + scene.h[s]! / 2;
    const y = compact || !two || !scene.summary[s] ? middle + size * 0.35 : middle - 4;
    p.text(p.fit(scene.title[s]!, room), scene.x[s]! + left, y, theme.text);
    return true;
  };
  p.font(600, large);
  const tight = slots.filter((s) => !title(s, large));
  if (tight.length > 0) p.font(600, small);
  for (const s of tight) title(s, small);
  if (two) paintSummaries(p, scene, theme, slots);
}

function paintSummaries(p: Painter, scene: Scene, theme: Theme, slots: readonly number[]): void {
  p.font(400, SUMMARY * theme.textScale);
  for (const s of slots) {
    if (scene.look[s] === Look.compact || !scene.summary[s]) continue;
    const room = scene.w[s]! - TEXT_X - 6;
    if (room < 16) continue;
    const y = scene.y[s]! + scene.h[s]! / 2 + 10 + 4 * theme.textScale;
    p.text(p.fit(scene.summary[s]!, room), scene.x[s]! + TEXT_X, y, theme.muted);
  }
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
  const shown = out.slice(0, most).map((line) => p.fit(line, width));
  if (out.length > most && shown.length > 0) shown[most - 1] = p.fit(`${shown[most - 1]}…`, width);
  return shown;
}

/** A rectangle on whole device pixels: crisp however small, and the same whatever else is in its path. */
export function crisp(p: Painter, x: number, y: number, w: number, h: number): void {
  const whole = (v: number) => Math.round(v * p.scale);
  const [left, top] = [whole(x), whole(y)];
  const wide = Math.max(1, whole(x + w) - left);
  const high = Math.max(1, whole(y + h) - top);
  p.rect(left / p.scale, top / p.scale, wide / p.scale, high / p.scale);
}

/** Rectangles in status colour; without a status in the icon's colour, faded into the card. */
function paintBlocks(p: Painter, scene: Scene, theme: Theme, slots: readonly number[]): void {
  const groups = new Map<string, number[]>();
  for (const s of slots) {
    const colour = blockColour(theme, STATUSES[scene.status[s]!]!);
    const group = groups.get(colour);
    if (group) group.push(s);
    else groups.set(colour, [s]);
  }
  for (const [colour, group] of groups) {
    p.begin();
    for (const s of group) crisp(p, scene.x[s]!, scene.y[s]!, scene.w[s]!, scene.h[s]!);
    p.fill(colour);
  }
}

export function blockColour(theme: Theme, status: string): string {
  if (status === "error") return theme.error;
  if (status === "warning") return theme.warning;
  return status === "ok" ? theme.okBlock : theme.block;
}
