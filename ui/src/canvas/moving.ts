/**
 * What a gesture moves, over the plate that was painted without it. Few things are painted anew each frame; many are
 * painted once, into a bitmap that is carried along. Links with one end in the set are drawn by a cheap route.
 */
import type { EditorCore } from "../editor/core";
import { isCarried, MANY, type MovingSet } from "../editor/preview";
import { isQuiet, LINK_STATES } from "../editor/scene/look";
import { type Box, contains, inflate, intersection, touches, union } from "../geometry/box";
import { quickRoute } from "../geometry/polyline";
import { CanvasPainter } from "./canvas_painter";
import type { IconStore } from "./icons";
import { paintItems } from "./paint/items";
import { levelOf } from "./paint/level";
import { arrowHead, arrowSize, lineWidth, linkColour, paintPills, polyline } from "./paint/links";
import { nameReach } from "./paint/names";
import { paintChosen } from "./paint/overlay";
import type { Theme } from "./theme";

/** A moving set as it was painted once. */
interface Carried {
  shapes: ReadonlySet<number>;
  copy: boolean;
  theme: Theme;
  scale: number;
  /** All that moves, and what of it the bitmap shows, where the document has it. */
  extent: Box;
  shown: Box;
  left: number;
  top: number;
}

export class MovingLayer {
  private readonly core: EditorCore;
  private readonly canvas = document.createElement("canvas");
  private readonly painter: CanvasPainter | null;
  private carried: Carried | null = null;
  /** A set that was just dropped is shown until the plate has it. */
  private linger: MovingSet | null = null;

  constructor(core: EditorCore, icons: IconStore) {
    this.core = core;
    const ctx = this.canvas.getContext("2d");
    this.painter = ctx && new CanvasPainter(ctx, icons);
  }

  /** Answers how many shapes and links were painted. */
  paint(p: CanvasPainter, theme: Theme, dpr: number, complete: boolean): number {
    const { camera, preview } = this.core;
    const { moving, bend } = preview;
    const { x, y, zoom } = camera.get();
    const scale = zoom * dpr;
    const [ox, oy] = [Math.round(x * scale), Math.round(y * scale)];
    const seen = { x, y, w: this.core.view.w / zoom, h: this.core.view.h / zoom };
    let painted = 0;
    if (!moving) this.carried = null;
    else {
      const [dx, dy] = [Math.round(moving.dx * scale) - ox, Math.round(moving.dy * scale) - oy];
      const under = { ...seen, x: seen.x - moving.dx, y: seen.y - moving.dy };
      const below = this.cardsOnly(moving);
      p.transform(scale, -ox, -oy);
      // Links end under cards; into a container that moves they go over it.
      if (below) painted += this.paintCrossing(p, theme, moving, seen);
      painted += this.paintSet(p, theme, scale, moving, under, dx, dy);
      p.transform(scale, -ox, -oy);
      if (!below && !moving.copy) painted += this.paintCrossing(p, theme, moving, seen);
    }
    if (this.linger && !moving && !complete) {
      p.transform(scale, -ox, -oy);
      painted += this.paintItems(p, theme, this.linger, seen, false);
    }
    this.linger = moving && !moving.copy ? moving : complete ? null : this.linger;
    p.transform(scale, -ox, -oy);
    if (bend) {
      const { linkState, linkKind } = this.core.scene;
      this.paintLines(p, theme, [bend.points], linkState[bend.link]!, isQuiet(linkKind[bend.link]!));
      this.paintLabels(p, theme, new Map([[bend.link, bend.points]]));
    }
    return painted;
  }

  private paintSet(
    p: CanvasPainter,
    theme: Theme,
    scale: number,
    set: MovingSet,
    seen: Box,
    dx: number,
    dy: number,
  ): number {
    if (!isCarried(set) || !this.painter) {
      p.transform(scale, dx, dy);
      return this.paintItems(p, theme, set, seen, true);
    }
    let painted = 0;
    if (!this.carries(set, theme, scale, seen)) painted = this.carry(this.painter, set, theme, scale, seen);
    if (this.carried) p.stamp(this.canvas, this.carried.left + dx, this.carried.top + dy);
    return painted;
  }

  private carries(set: MovingSet, theme: Theme, scale: number, seen: Box): boolean {
    const c = this.carried;
    if (!c || c.shapes !== set.shapes || c.copy !== set.copy || c.theme !== theme || c.scale !== scale)
      return false;
    const needed = intersection(c.extent, seen);
    return !needed || contains(c.shown, needed);
  }

  private carry(p: CanvasPainter, set: MovingSet, theme: Theme, scale: number, seen: Box): number {
    const extent = this.extentOf(set, theme);
    const room = extent && intersection(extent, inflate(seen, seen.w / 4, seen.h / 4));
    this.carried = null;
    if (!extent || !room) return 0;
    const [left, top] = [Math.floor(room.x * scale), Math.floor(room.y * scale)];
    // A canvas that gets a size is blank again.
    this.canvas.width = Math.max(1, Math.ceil((room.x + room.w) * scale) - left);
    this.canvas.height = Math.max(1, Math.ceil((room.y + room.h) * scale) - top);
    p.forget();
    p.transform(scale, -left, -top);
    this.carried = { shapes: set.shapes, copy: set.copy, theme, scale, extent, shown: room, left, top };
    const painted = this.paintItems(p, theme, set, room, true);
    // Of a copy, what stays is selected.
    if (!set.copy)
      paintChosen(p, this.core, theme, this.within(set, room), this.linksWithin(set.inner, room));
    return painted;
  }

  private extentOf(set: MovingSet, theme: Theme): Box | null {
    const { scene } = this.core;
    let all: Box | null = null;
    for (const s of set.shapes)
      if (scene.shown(s)) all = all ? union(all, scene.paintedBox(s)) : scene.paintedBox(s);
    for (const l of set.inner)
      if (all && scene.linkShown(l)) for (const b of scene.linkBoxes(l)) all = union(all, b);
    return all && inflate(all, 0, nameReach(this.core.camera.get().zoom, theme));
  }

  private paintItems(p: CanvasPainter, theme: Theme, set: MovingSet, seen: Box, links: boolean): number {
    const shapes = this.within(set, seen);
    const inner = links ? this.linksWithin(set.inner, seen) : [];
    paintItems(p, this.core.scene, theme, shapes, inner, this.core.camera.get().zoom);
    return shapes.length + inner.length;
  }

  private within(set: MovingSet, seen: Box): number[] {
    const { scene } = this.core;
    if (set.shapes.size > 300) return scene.shapesIn(seen).filter((s) => set.shapes.has(s));
    const out = [...set.shapes].filter((s) => scene.shown(s) && touches(scene.paintedBox(s), seen));
    return out.sort((a, b) => scene.depth[a]! - scene.depth[b]! || a - b);
  }

  private linksWithin(links: ReadonlySet<number>, seen: Box): number[] {
    const { scene } = this.core;
    if (links.size > 300) return scene.linksIn(seen).filter((l) => links.has(l));
    return [...links].filter((l) => scene.linkShown(l) && touches(scene.linkBox(l), seen));
  }

  private cardsOnly(moving: MovingSet): boolean {
    if (moving.copy || moving.shapes.size >= MANY) return false;
    for (const s of moving.shapes) if (this.core.scene.ground(s)) return false;
    return true;
  }

  private paintCrossing(p: CanvasPainter, theme: Theme, moving: MovingSet, seen: Box): number {
    const { scene } = this.core;
    const at = (slot: number) => {
      const b = scene.box(slot);
      return moving.shapes.has(slot) ? { ...b, x: b.x + moving.dx, y: b.y + moving.dy } : b;
    };
    const styles = new Map<number, number[][]>();
    const routes = new Map<number, number[]>();
    let painted = 0;
    for (const l of moving.crossing) {
      if (!scene.linkShown(l)) continue;
      const a = at(scene.from[l]!);
      const b = at(scene.to[l]!);
      if (!touches(union(a, b), seen)) continue;
      painted++;
      const style = scene.linkState[l]! * 2 + (isQuiet(scene.linkKind[l]!) ? 1 : 0);
      const line = quickRoute(a, b, scene.fan[l]);
      routes.set(l, line);
      const lines = styles.get(style);
      if (lines) lines.push(line);
      else styles.set(style, [line]);
    }
    for (const [style, lines] of styles) this.paintLines(p, theme, lines, style >> 1, style % 2 === 1);
    this.paintLabels(p, theme, routes);
    return painted;
  }

  /** Labels of lines that are drawn otherwise than where the document has them. */
  private paintLabels(p: CanvasPainter, theme: Theme, routes: ReadonlyMap<number, readonly number[]>): void {
    const { scene, camera } = this.core;
    const { zoom } = camera.get();
    if (levelOf(zoom) !== "full") return;
    paintPills(p, scene, theme, [...routes.keys()], zoom, (l) => scene.labelOn(l, routes.get(l)!));
  }

  /** Lines of one style: one stroke for all, one fill for all arrows. */
  private paintLines(
    p: CanvasPainter,
    theme: Theme,
    lines: readonly number[][],
    state: number,
    quiet: boolean,
  ): void {
    const { zoom } = this.core.camera.get();
    const colour = linkColour(theme, LINK_STATES[state]!);
    const simple = zoom < 0.4;
    p.begin();
    const size = arrowSize(zoom);
    for (const line of lines)
      polyline(p, line, 0, line.length, simple ? 0 : 6, quiet || simple ? 0 : size - 1);
    p.stroke(colour, lineWidth(quiet, zoom), quiet && !simple ? [2, 3] : undefined);
    if (zoom < 0.2 || quiet) return;
    p.begin();
    for (const line of lines) arrowHead(p, line, 0, line.length, size);
    p.fill(colour);
  }
}
