/** A running lab over its drawing: what links do by colour, pattern and a word, what is off dimmed and hatched. */
import { boxToScreen } from "../../editor/camera";
import type { EditorCore } from "../../editor/core";
import type { Going, LinkGoing } from "../../editor/live";
import { type Box, touches } from "../../geometry/box";
import type { Painter } from "../painter";
import type { Theme } from "../theme";
import { arrowHead, arrowSize, polyline } from "./links";
import { paintTag } from "./marks";

/** From this zoom on the words fit. */
const WORDS_FROM = 0.45;
const HATCH = 8;
const TAG = 16;
/** A word stands below the ports of its link. */
const BELOW = 18;

/** Never by colour alone. */
const PATTERNS: { [how in Going]: readonly number[] | undefined } = {
  unknown: undefined,
  answers: undefined,
  plugged: undefined,
  partly: [12, 4],
  silent: [3, 5],
  off: [1, 6],
};

function colourOf(theme: Theme, how: Going): string {
  switch (how) {
    case "answers":
      return theme.ok;
    case "partly":
      return theme.warningLine;
    case "silent":
      return theme.error;
    case "plugged":
      return theme.accent;
    default:
      return theme.faint;
  }
}

/** In screen pixels, one path per way a link goes. */
export function paintLive(p: Painter, core: EditorCore, theme: Theme): void {
  const { live } = core;
  if (!live) return;
  for (const group of groupsOf(core, live.links)) paintGroup(p, core, theme, group);
  paintOff(p, core, theme, live.off);
}

/** Over selections and the ports of links. */
export function paintLiveWords(p: Painter, core: EditorCore, theme: Theme): void {
  const { live, scene } = core;
  if (!live || core.camera.get().zoom < WORDS_FROM) return;
  for (const id of live.off) {
    const box = shownBox(core, scene.slotOf.get(id));
    if (box) paintTag(p, theme, theme.muted, box, { tone: "off", text: "off" });
  }
  for (const [id, mark] of live.tags) {
    const box = shownBox(core, scene.slotOf.get(id));
    if (box) paintTag(p, theme, mark.tone === "error" ? theme.error : theme.warningLine, box, mark);
  }
  for (const group of groupsOf(core, live.links)) for (const one of group) paintWord(p, core, theme, one);
}

function shownBox(core: EditorCore, slot: number | undefined): Box | null {
  const { scene, preview } = core;
  if (slot === undefined || !scene.shown(slot) || preview.moving?.shapes.has(slot)) return null;
  const box = boxToScreen(core.camera.get(), scene.box(slot));
  return touches(box, { x: 0, y: 0, w: core.view.w, h: core.view.h }) ? box : null;
}

function paintOff(p: Painter, core: EditorCore, theme: Theme, off: ReadonlySet<string>): void {
  const boxes: Box[] = [];
  for (const id of off) {
    const box = shownBox(core, core.scene.slotOf.get(id));
    if (box) boxes.push(box);
  }
  if (boxes.length === 0) return;
  const radius = 8 * Math.min(1, core.camera.get().zoom);
  p.begin();
  for (const b of boxes) p.round(b.x, b.y, b.w, b.h, radius);
  p.alpha(0.6);
  p.fill(theme.canvas);
  p.alpha(0.55);
  p.begin();
  for (const b of boxes) hatch(p, b);
  p.stroke(theme.faint, 1);
  p.alpha(1);
  p.begin();
  for (const b of boxes) p.round(b.x, b.y, b.w, b.h, radius);
  p.stroke(theme.muted, 1.5, [4, 3]);
}

/** Strokes from the upper right to the lower left, cut at the edges. */
function hatch(p: Painter, { x, y, w, h }: Box): void {
  for (let d = HATCH; d < w + h; d += HATCH) {
    p.move(x + Math.min(d, w), y + Math.max(0, d - w));
    p.line(x + Math.max(0, d - h), y + Math.min(d, h));
  }
}

interface Shown {
  slot: number;
  link: LinkGoing;
}

/** Those in view, by what is painted alike. */
function groupsOf(core: EditorCore, links: ReadonlyMap<string, LinkGoing>): Iterable<Shown[]> {
  const { scene } = core;
  const { x, y, zoom } = core.camera.get();
  const view = { x, y, w: core.view.w / zoom, h: core.view.h / zoom };
  const moving = core.preview.moving;
  const groups = new Map<string, Shown[]>();
  for (const [id, link] of links) {
    const slot = scene.linkSlotOf.get(id);
    if (slot === undefined || link.how === "unknown" || !scene.linkAlive[slot]) continue;
    if (moving?.crossing.has(slot) || moving?.inner.has(slot)) continue;
    if (!touches(view, scene.linkBox(slot))) continue;
    const key = `${link.how} ${link.weight}`;
    const group = groups.get(key);
    if (group) group.push({ slot, link });
    else groups.set(key, [{ slot, link }]);
  }
  return groups.values();
}

function paintGroup(p: Painter, core: EditorCore, theme: Theme, group: readonly Shown[]): void {
  const { x, y, zoom } = core.camera.get();
  const [first] = group;
  if (!first) return;
  const { how, weight } = first.link;
  const size = arrowSize(zoom) * zoom;
  const routes = group.map(({ slot }) =>
    Array.from(core.scene.route(slot), (v, k) => (v - (k % 2 === 0 ? x : y)) * zoom),
  );
  p.begin();
  for (const flat of routes) polyline(p, flat, 0, flat.length, 6 * Math.min(1, zoom), size - 1);
  const colour = colourOf(theme, how);
  // The line itself is drawn already: what is wrong covers it, what is well lies round it.
  if (how === "answers" || how === "plugged") {
    p.alpha(0.3);
    p.stroke(colour, 3 + 2 * weight);
    return p.alpha(1);
  }
  p.stroke(theme.canvas, 3);
  p.stroke(colour, how === "off" ? 2 : 2.5, PATTERNS[how]);
  p.begin();
  for (const flat of routes) arrowHead(p, flat, 0, flat.length, size);
  p.fill(colour);
}

function paintWord(p: Painter, core: EditorCore, theme: Theme, { slot, link }: Shown): void {
  if (link.text === "") return;
  const { x, y, zoom } = core.camera.get();
  const at = core.scene.labelAt(slot);
  const scale = theme.textScale;
  const labelled = core.scene.label[slot] !== "";
  const middle = {
    x: (at.x - x) * zoom,
    y: (at.y - y) * zoom + (labelled ? BELOW * Math.max(zoom, 0.7) * scale : 0),
  };
  const colour = colourOf(theme, link.how);
  p.font(600, 10 * scale);
  const signed = link.how !== "answers" && link.how !== "plugged";
  const w = p.width(link.text) + (signed ? 26 : 14);
  const h = TAG * scale;
  p.begin();
  p.round(middle.x - w / 2, middle.y - h / 2, w, h, h / 2);
  p.fill(theme.panel);
  p.stroke(colour, 1.2);
  if (signed) {
    p.begin();
    sign(p, link.how, middle.x - w / 2 + 10, middle.y);
    p.stroke(colour, 1.6);
  }
  p.text(link.text, middle.x + (signed ? 6 : 0), middle.y + 3.6 * scale, theme.text, "center");
}

/** A cross where nobody answers, an open ring where some do not, a bar where it is off. */
function sign(p: Painter, how: Going, x: number, y: number): void {
  if (how === "partly") return p.circle(x, y, 3.2);
  if (how === "off") {
    p.move(x - 3.2, y);
    p.line(x + 3.2, y);
    return;
  }
  p.move(x - 2.8, y - 2.8);
  p.line(x + 2.8, y + 2.8);
  p.move(x - 2.8, y + 2.8);
  p.line(x + 2.8, y - 2.8);
}
