/** What lies over the drawing and changes with every move: selection, hover, guides, ghosts, link drafts. */

import type { Id } from "../../document/model";
import { boxToScreen } from "../../editor/camera";
import type { EditorCore } from "../../editor/core";
import { corners, LANE_LABEL, PLUS_DROP, PLUS_SIZE } from "../../editor/hit";
import { type Ghost, type Hint, isCarried, type PortsShown } from "../../editor/preview";
import { type Box, type Point, touches } from "../../geometry/box";
import { quickRoute } from "../../geometry/polyline";
import type { Guide } from "../../geometry/snap";
import type { Painter } from "../painter";
import type { Theme } from "../theme";
import { arrowHead, polyline } from "./links";
import { paintLive, paintLiveWords } from "./live";
import { paintMarks } from "./marks";

/**
 * All in screen pixels: the painter's transform is the device pixel ratio alone. `signs` paints what
 * outlines must not cross, once they are there.
 */
export function paintOverlay(p: Painter, core: EditorCore, theme: Theme, signs?: () => void): void {
  const { preview } = core;
  paintVeil(p, core, theme);
  paintMarks(p, core, theme);
  paintLive(p, core, theme);
  if (preview.target >= 0) outline(p, core, preview.target, theme.accent, 2, 10);
  paintLinkMarks(p, core, theme);
  paintHover(p, core, theme);
  paintSelection(p, core, theme);
  signs?.();
  paintLiveWords(p, core, theme);
  paintHandles(p, core, theme);
  if (preview.ghost) paintGhost(p, core, theme);
  for (const guide of preview.guides) paintGuide(p, core, theme, guide);
  if (preview.draft) paintDraft(p, core, theme);
  if (preview.ports) paintPorts(p, core, theme, preview.ports);
  if (preview.band) paintBand(p, core, theme, preview.band.box, preview.band.touching);
  if (preview.hint) paintHint(p, core, theme, preview.hint);
}

function screen(core: EditorCore, b: Box): Box {
  const s = boxToScreen(core.camera.get(), b);
  const x = Math.round(s.x);
  const y = Math.round(s.y);
  return { x, y, w: Math.round(s.x + s.w) - x, h: Math.round(s.y + s.h) - y };
}

function point(core: EditorCore, w: Point): Point {
  const c = core.camera.get();
  return { x: (w.x - c.x) * c.zoom, y: (w.y - c.y) * c.zoom };
}

/** Where a shape is drawn now: with the pointer, if it is being moved. */
export function shownBox(core: EditorCore, slot: number): Box {
  const b = core.scene.box(slot);
  const m = core.preview.moving;
  return m?.shapes.has(slot) && !m.copy ? { ...b, x: b.x + m.dx, y: b.y + m.dy } : b;
}

function outline(
  p: Painter,
  core: EditorCore,
  slot: number,
  colour: string,
  width: number,
  radius: number,
): void {
  const b = screen(core, shownBox(core, slot));
  const r = Math.min(radius * core.camera.get().zoom, radius);
  p.begin();
  p.round(b.x, b.y, b.w, b.h, Math.max(1, r));
  p.stroke(colour, width);
}

/** Dims all but the lit ones: link targets, query results; or what lies outside of the focused container. */
function paintVeil(p: Painter, core: EditorCore, theme: Theme): void {
  const lit = core.preview.lit ?? core.highlighted;
  const focus = core.scene.slotOf.get(core.focused ?? "");
  if (!lit && focus === undefined) return;
  const { w, h } = core.view;
  const view = { x: 0, y: 0, w, h };
  const scale = Math.min(1, core.camera.get().zoom);
  const shown: Box[] = [];
  const around: Box[] = [];
  for (const slot of lit ?? []) {
    if (!core.scene.shown(slot)) continue;
    const b = screen(core, core.scene.box(slot));
    // Holes must not lie in holes: lit containers are outlined instead.
    if (touches(view, b)) (core.scene.ground(slot) ? around : shown).push(b);
  }
  if (!lit) shown.push(screen(core, shownBox(core, focus!)));
  p.begin();
  p.rect(0, 0, w, h);
  for (const b of shown) p.round(b.x, b.y, b.w, b.h, 8 * scale);
  p.alpha(0.62);
  p.fill(theme.canvas, true);
  p.alpha(1);
  if (!lit) return;
  p.begin();
  for (const b of shown) p.round(b.x - 1, b.y - 1, b.w + 2, b.h + 2, 8 * scale + 1);
  for (const b of around) p.round(b.x, b.y, b.w, b.h, 10 * scale);
  p.stroke(theme.accent, 1);
}

function paintHover(p: Painter, core: EditorCore, theme: Theme): void {
  const hover = core.hover.get();
  if (hover?.on !== "resource" || core.preview.moving || core.preview.band) return;
  const slot = core.scene.slotOf.get(hover.id);
  if (slot === undefined || core.selection.get().resources.includes(hover.id)) return;
  p.alpha(core.scene.container(slot) ? 0.45 : 0.8);
  outline(p, core, slot, theme.accent, 1.2, core.scene.container(slot) ? 10 : 8);
  p.alpha(1);
  if (core.tool.get() === "link" && !core.preview.draft) paintStarts(p, core, theme, slot);
}

/** Selected and hovered links: a wide soft line under a bright one. */
function paintLinkMarks(p: Painter, core: EditorCore, theme: Theme): void {
  const hover = core.hover.get();
  const marked = new Set(core.marked().links);
  const soft = hover?.on === "link" && !marked.has(hover.id) ? hover.id : null;
  markLinks(p, core, theme, marked, 0.4, 4);
  if (soft) markLinks(p, core, theme, [soft], 0.25, 5);
}

function markLinks(
  p: Painter,
  core: EditorCore,
  theme: Theme,
  links: Iterable<Id>,
  alpha: number,
  width: number,
): void {
  const { x, y, zoom } = core.camera.get();
  const view = { x, y, w: core.view.w / zoom, h: core.view.h / zoom };
  const moving = core.preview.moving?.copy ? null : core.preview.moving;
  let any = false;
  p.begin();
  for (const id of links) {
    const slot = core.scene.linkSlotOf.get(id);
    if (slot === undefined || !core.scene.linkAlive[slot] || moving?.crossing.has(slot)) continue;
    const along = moving?.inner.has(slot);
    if (moving && along && isCarried(moving)) continue;
    if (!along && !touches(view, core.scene.linkBox(slot)) && core.preview.bend?.link !== slot) continue;
    const route = core.preview.bend?.link === slot ? core.preview.bend.points : core.scene.route(slot);
    const [left, top] = moving && along ? [x - moving.dx, y - moving.dy] : [x, y];
    const flat = Array.from(route, (v, k) => (v - (k % 2 === 0 ? left : top)) * zoom);
    polyline(p, flat, 0, flat.length, 6 * Math.min(1, zoom), 0);
    any = true;
  }
  if (!any) return;
  p.alpha(alpha);
  p.stroke(theme.accent, width);
  p.alpha(1);
}

function paintSelection(p: Painter, core: EditorCore, theme: Theme): void {
  const slots = core.scene.slots(core.marked().resources);
  const view = { x: -8, y: -8, w: core.view.w + 16, h: core.view.h + 16 };
  const boxes: Box[] = [];
  const scale = Math.min(1, core.camera.get().zoom);
  p.begin();
  const { moving } = core.preview;
  const along = moving && !moving.copy && isCarried(moving) ? moving.shapes : null;
  for (const s of slots) {
    if (along?.has(s) || !core.scene.shown(s)) continue;
    const b = screen(core, shownBox(core, s));
    if (!touches(view, b)) continue;
    boxes.push(b);
    p.round(b.x, b.y, b.w, b.h, (core.scene.container(s) ? 10 : 8) * scale);
  }
  if (boxes.length > 0) p.stroke(theme.accent, 1.6);
}

/** What of the set is selected, as above but in units of the drawing: for a bitmap that is carried along. */
export function paintChosen(
  p: Painter,
  core: EditorCore,
  theme: Theme,
  shapes: readonly number[],
  links: readonly number[],
): void {
  const { scene } = core;
  const { zoom } = core.camera.get();
  const scale = Math.min(1, zoom) / zoom;
  const marked = core.marked();
  const lit = new Set(marked.links);
  const chosen = new Set(scene.slots(marked.resources));
  p.begin();
  for (const l of links)
    if (lit.has(scene.linkIds[l]!))
      polyline(p, scene.points, scene.routeAt[l]!, scene.routeLength[l]!, 6 * scale, 0);
  p.alpha(0.4);
  p.stroke(theme.accent, 4 / zoom);
  p.alpha(1);
  p.begin();
  for (const s of shapes) {
    if (!chosen.has(s)) continue;
    const b = scene.box(s);
    p.round(b.x, b.y, b.w, b.h, (scene.container(s) ? 10 : 8) * scale);
  }
  p.stroke(theme.accent, 1.6 / zoom);
}

function paintHandles(p: Painter, core: EditorCore, theme: Theme): void {
  for (const w of core.handles().waypoints) {
    const s = point(core, w);
    p.begin();
    p.circle(Math.round(s.x), Math.round(s.y), 4);
    p.fill(theme.card);
    p.stroke(theme.accent, 1.6);
  }
  const { shape, plus } = core.handles();
  if (core.preview.moving || core.preview.band) return;
  if (shape >= 0) {
    const b = screen(core, core.scene.box(shape));
    p.begin();
    for (const { x, y } of corners(b)) p.round(x - 3.5, y - 3.5, 7, 7, 1.5);
    p.fill(theme.card);
    p.stroke(theme.accent, 1.5);
  }
  if (!core.preview.draft) for (const slot of plus) paintPlus(p, core, theme, slot);
}

function paintPlus(p: Painter, core: EditorCore, theme: Theme, slot: number): void {
  const b = screen(core, core.scene.box(slot));
  const x = b.x + b.w / 2;
  const y = b.y + b.h + PLUS_DROP;
  p.begin();
  p.circle(x, y, PLUS_SIZE);
  p.fill(theme.accent);
  p.begin();
  p.move(x - 4, y);
  p.line(x + 4, y);
  p.move(x, y - 4);
  p.line(x, y + 4);
  p.stroke(theme.onAccent, 1.6);
}

function paintGhost(p: Painter, core: EditorCore, theme: Theme): void {
  const ghost = core.preview.ghost!;
  if (ghost.label !== undefined) return paintLaneGhost(p, core, theme, ghost, ghost.label);
  const kind = core.scene.kinds.get(ghost.kind);
  const b = screen(core, ghost.box);
  const colour = ghost.allowed ? theme.accent : theme.error;
  p.alpha(0.9);
  p.begin();
  p.round(b.x, b.y, b.w, b.h, 8 * Math.min(1, core.camera.get().zoom));
  p.fill(theme.card);
  p.alpha(1);
  p.stroke(colour, 1.6, [5, 4]);
  const { zoom } = core.camera.get();
  if (zoom < 0.4) return;
  const size = 20 * zoom;
  if (kind)
    p.icon(kind.icon, colour, b.x + 18 * zoom, b.y + (kind.container ? 8 * zoom : (b.h - size) / 2), size);
  p.font(600, 12.5 * zoom);
  const y = kind?.container ? b.y + 22 * zoom : b.y + b.h / 2 + 4 * zoom;
  p.text(p.fit(kind?.title ?? ghost.kind, Math.max(10, b.w - 66 * zoom)), b.x + 58 * zoom, y, theme.text);
}

function paintLaneGhost(p: Painter, core: EditorCore, theme: Theme, ghost: Ghost, label: string): void {
  const b = screen(core, ghost.box);
  const colour = ghost.allowed ? theme.accent : theme.error;
  p.begin();
  p.round(b.x, b.y, b.w, b.h, 10 * Math.min(1, core.camera.get().zoom));
  p.alpha(0.06);
  p.fill(colour);
  p.alpha(1);
  p.stroke(colour, 1.6, [5, 4]);
  p.font(600, 11);
  const w = p.width(label) + 18;
  p.begin();
  p.round(b.x + (b.w - w) / 2, b.y - LANE_LABEL, w, 2 * LANE_LABEL, LANE_LABEL);
  p.fill(theme.panel);
  p.stroke(colour, 1);
  p.text(label, b.x + b.w / 2, b.y + 3.9, theme.text, "center");
}

function paintGuide(p: Painter, core: EditorCore, theme: Theme, guide: Guide): void {
  const a = guide.axis === "x" ? { x: guide.at, y: guide.from } : { x: guide.from, y: guide.at };
  const b = guide.axis === "x" ? { x: guide.at, y: guide.to } : { x: guide.to, y: guide.at };
  const s = point(core, a);
  const t = point(core, b);
  const half = (v: number) => Math.round(v) + 0.5;
  p.begin();
  p.move(half(s.x), half(s.y));
  p.line(half(t.x), half(t.y));
  if (guide.type === "gap") {
    const [dx, dy] = guide.axis === "x" ? [4, 0] : [0, 4];
    for (const e of [s, t]) {
      p.move(half(e.x) - dx, half(e.y) - dy);
      p.line(half(e.x) + dx, half(e.y) + dy);
    }
  }
  p.stroke(theme.families.security, 1);
}

function paintDraft(p: Painter, core: EditorCore, theme: Theme): void {
  const { from, to, target } = core.preview.draft!;
  const a = core.scene.box(from);
  const end = target >= 0 ? core.scene.box(target) : { x: to.x, y: to.y, w: 0, h: 0 };
  const world = quickRoute(a, end);
  const { x, y, zoom } = core.camera.get();
  const flat = world.map((v, k) => (k % 2 === 0 ? (v - x) * zoom : (v - y) * zoom));
  p.begin();
  polyline(p, flat, 0, flat.length, 6, 7);
  p.stroke(theme.accent, 1.6, [5, 4]);
  p.begin();
  arrowHead(p, flat, 0, flat.length);
  p.fill(theme.accent);
}

/** Ports to drop a link on. */
function paintPorts(p: Painter, core: EditorCore, theme: Theme, { items, chosen }: PortsShown): void {
  p.font(600, 11);
  for (const [k, { box, text }] of items.entries()) {
    const b = screen(core, box);
    p.begin();
    p.round(b.x, b.y, b.w, b.h, b.h / 2);
    p.fill(k === chosen ? theme.accent : theme.panel);
    p.stroke(theme.accent, 1.4);
    p.begin();
    p.circle(b.x + 10, b.y + b.h / 2, 3);
    p.fill(k === chosen ? theme.onAccent : theme.accent);
    p.text(text, b.x + 18, b.y + b.h / 2 + 4, k === chosen ? theme.onAccent : theme.text);
  }
}

/** Where a line may begin: anywhere on the shape, which these four dots say. */
function paintStarts(p: Painter, core: EditorCore, theme: Theme, slot: number): void {
  const b = screen(core, core.scene.box(slot));
  p.begin();
  for (const [x, y] of [
    [b.x + b.w / 2, b.y],
    [b.x + b.w, b.y + b.h / 2],
    [b.x + b.w / 2, b.y + b.h],
    [b.x, b.y + b.h / 2],
  ] as const)
    p.circle(x, y, 4);
  p.fill(theme.card);
  p.stroke(theme.accent, 1.6);
}

/** To the right encloses: full line. To the left touches: dashed. */
function paintBand(p: Painter, core: EditorCore, theme: Theme, band: Box, touching: boolean): void {
  const b = screen(core, band);
  p.begin();
  p.rect(b.x + 0.5, b.y + 0.5, b.w, b.h);
  p.alpha(0.1);
  p.fill(theme.accent);
  p.alpha(1);
  p.stroke(theme.accent, 1, touching ? [4, 3] : undefined);
}

/** Height of each further line of a hint. */
const HINT_LINE = 18;

function paintHint(p: Painter, core: EditorCore, theme: Theme, hint: Hint): void {
  const s = point(core, hint.at);
  const most = 420 * theme.textScale;
  p.font(400, 12 * theme.textScale);
  const lines = (hint.lines ?? []).map((line) => p.fit(line, most));
  const widest = Math.max(0, ...lines.map((line) => p.width(line)));
  p.font(500, 12 * theme.textScale);
  const text = p.fit(hint.text, most);
  const w = Math.max(p.width(text), widest) + 20;
  const h = 26 + lines.length * HINT_LINE;
  const x = Math.max(6, Math.min(core.view.w - w - 6, s.x + 16));
  const y = Math.max(6, Math.min(core.view.h - h - 8, s.y + 20));
  const b = { x, y, w, h };
  p.begin();
  p.round(b.x, b.y + 1, b.w, b.h, 6);
  p.fill(theme.shadow);
  p.begin();
  p.round(b.x, b.y, b.w, b.h, 6);
  p.fill(theme.panel);
  p.stroke(hint.refused ? theme.error : theme.line, 1);
  p.text(text, x + 10, y + 17, hint.refused ? theme.error : theme.text);
  p.font(400, 12);
  for (const [k, line] of lines.entries()) p.text(line, x + 10, y + 17 + (k + 1) * HINT_LINE, theme.muted);
}
