/**
 * The drawing as bitmaps: tiles fixed to the world at one scale, painted when they come into view and kept.
 * Panning blits tiles and paints those that appear; zooming shows tiles scaled until it rests; an edit
 * repaints only the stale part of the tiles it touches. Whole tiles are painted by the worker where there is one,
 * and copied here a few per frame; stale parts by the page, at once. What is not ready waits for a later frame,
 * with the last scale or the overview in the gaps, so that no gesture ever waits for paint.
 */
import { type Signal, signal } from "../document/signal";
import type { Camera } from "../editor/editor";
import type { Scene } from "../editor/scene/scene";
import { type Box, inflate } from "../geometry/box";
import { CanvasPainter } from "./canvas_painter";
import type { IconStore } from "./icons";
import { aggregateOf } from "./paint/aggregate";
import { levelOf } from "./paint/level";
import { nameReach } from "./paint/names";
import { type Part, paintPart } from "./paint/part";
import type { Theme } from "./theme";
import type { Arrival, Helper } from "./worker/helper";

export const TILE_W = 512;
export const TILE_H = 256;
const OVERVIEW = 1600;
/** So many pixels of stale parts are repainted at once: an edit is never seen late. */
const AT_ONCE = 1.5 * TILE_W * TILE_H;

export interface Counters {
  fullRepaints: number;
  stripRepaints: number;
  dirtyRepaints: number;
  blits: number;
  scaledFrames: number;
  itemsPainted: number;
  /** Of the items, how many were links. */
  linksPainted: number;
  /** Tiles that came from the worker; the page painted the others. */
  workerTiles: number;
}

/** World point (x, y) is at its top left. */
export interface Picture {
  canvas: HTMLCanvasElement;
  scale: number;
  x: number;
  y: number;
}

interface Range {
  i1: number;
  j1: number;
  i2: number;
  j2: number;
}

type Rect = Pick<Part, "x1" | "y1" | "x2" | "y2">;

const WHOLE: Rect = { x1: 0, y1: 0, x2: TILE_W, y2: TILE_H };

interface Tile {
  i: number;
  j: number;
  canvas: HTMLCanvasElement;
  painter: CanvasPainter;
  /** Stale parts in the tile's own pixels. Of an asked tile: what is since it was asked. */
  dirty: readonly Rect[];
  painted: boolean;
  /** The worker is painting it. */
  asked: boolean;
}

interface TileSet {
  scale: number;
  tiles: Map<number, Tile>;
}

const key = (i: number, j: number) => (j + 0x100000) * 0x200000 + (i + 0x100000);

export class Plate {
  readonly counters: Counters = {
    fullRepaints: 0,
    stripRepaints: 0,
    dirtyRepaints: 0,
    blits: 0,
    scaledFrames: 0,
    itemsPainted: 0,
    linksPainted: 0,
    workerTiles: 0,
  };
  /** There is something that the page can do in its next frame. */
  unfinished = false;
  /** Nothing visible is missing, stale or blurred. */
  complete = false;
  /** The tiles round the view are ready as well. */
  prefetched = false;
  private now: TileSet = { scale: 0, tiles: new Map() };
  private before: TileSet | null = null;
  /** The whole drawing, small; null while it is stale. */
  readonly picture: Signal<Picture | null> = signal<Picture | null>(null);
  private overviewAsked = false;
  private arrivals: { set: TileSet; tile: Tile; arrival: Arrival }[] = [];
  private spare: HTMLCanvasElement[] = [];
  private readonly scene: Scene;
  private readonly icons: IconStore;
  private theme: Theme;
  private readonly helper: Helper;
  /** Something came that the next frame shows. */
  private readonly arrived: () => void;

  constructor(scene: Scene, icons: IconStore, theme: Theme, helper: Helper, arrived: () => void) {
    this.scene = scene;
    this.icons = icons;
    this.theme = theme;
    this.helper = helper;
    this.arrived = arrived;
  }

  setTheme(theme: Theme): void {
    this.theme = theme;
    this.staleAll();
  }

  staleAll(): void {
    this.helper.stale();
    this.drop(this.now);
    this.dropBefore();
    this.now = { scale: 0, tiles: new Map() };
    this.picture.set(null);
    this.complete = false;
  }

  /** Paint of these world boxes is stale. */
  stale(changed: readonly Box[]): void {
    this.helper.stale();
    const { scale, tiles } = this.now;
    // Far away a thing shows in what stands for it.
    const far = tiles.size > 0 && levelOf(scale / this.ratio) === "aggregate";
    const boxes = far ? [...changed, ...aggregateOf(this.scene).changes()] : changed;
    if (boxes.length === 0) return;
    this.picture.set(null);
    this.complete = false;
    if (tiles.size === 0) return;
    const above = nameReach(scale / this.ratio, this.theme);
    for (const b of boxes) {
      const x1 = Math.floor(b.x * scale) - 2;
      const y1 = Math.floor((b.y - above) * scale) - 2;
      const x2 = Math.ceil((b.x + b.w) * scale) + 2;
      const y2 = Math.ceil((b.y + b.h) * scale) + 2;
      const cells =
        (Math.floor(x2 / TILE_W) - Math.floor(x1 / TILE_W) + 1) *
        (Math.floor(y2 / TILE_H) - Math.floor(y1 / TILE_H) + 1);
      if (cells > tiles.size) for (const tile of tiles.values()) soil(tile, x1, y1, x2, y2);
      else
        for (let j = Math.floor(y1 / TILE_H); j <= Math.floor(y2 / TILE_H); j++)
          for (let i = Math.floor(x1 / TILE_W); i <= Math.floor(x2 / TILE_W); i++) {
            const tile = tiles.get(key(i, j));
            if (tile) soil(tile, x1, y1, x2, y2);
          }
    }
  }

  /**
   * Shows the view on `ctx` (`w` × `h` device pixels). `settle`: the zoom rests, be sharp. `budget`:
   * milliseconds that paint may take in this frame. `alone`: nothing waits for the worker.
   */
  draw(
    ctx: CanvasRenderingContext2D,
    camera: Camera,
    w: number,
    h: number,
    dpr: number,
    settle: boolean,
    budget: number,
    alone: boolean,
  ): void {
    const start = performance.now();
    this.chooseScale(camera.zoom * dpr, settle);
    const { scale } = this.now;
    const ratio = (camera.zoom * dpr) / scale;
    const sharp = ratio === 1;
    const ox = sharp ? Math.round(camera.x * scale) : camera.x * scale;
    const oy = sharp ? Math.round(camera.y * scale) : camera.y * scale;
    const range = {
      i1: Math.floor(ox / TILE_W),
      j1: Math.floor(oy / TILE_H),
      i2: Math.floor((ox + w / ratio - 0.001) / TILE_W),
      j2: Math.floor((oy + h / ratio - 0.001) / TILE_H),
    };
    this.takeArrivals(start, budget);
    const missing = this.work(range, start, budget, alone || !this.helper.ready);
    ctx.setTransform(1, 0, 0, 1, 0, 0);
    if (missing > 0) this.backdrop(ctx, camera, w, h, dpr);
    for (let j = range.j1; j <= range.j2; j++)
      for (let i = range.i1; i <= range.i2; i++) {
        const tile = this.now.tiles.get(key(i, j));
        if (!tile?.painted) continue;
        if (sharp) ctx.drawImage(tile.canvas, i * TILE_W - ox, j * TILE_H - oy);
        else {
          // Neighbours share rounded edges, so that no seam shows between scaled tiles.
          const x = Math.round((i * TILE_W - ox) * ratio);
          const y = Math.round((j * TILE_H - oy) * ratio);
          const x2 = Math.round(((i + 1) * TILE_W - ox) * ratio);
          const y2 = Math.round(((j + 1) * TILE_H - oy) * ratio);
          ctx.imageSmoothingEnabled = false;
          ctx.drawImage(tile.canvas, x, y, x2 - x, y2 - y);
          ctx.imageSmoothingEnabled = true;
        }
      }
    this.counters.blits++;
    if (!sharp) this.counters.scaledFrames++;
    if (missing === 0 && sharp) this.dropBefore();
    this.complete = missing === 0 && sharp;
    // Round an empty ground there is nothing to paint ahead: a design that is on its way needs the time.
    this.prefetched = this.scene.extent() === null;
    if (this.prefetched) return;
    // What a gesture hides and stretches it gives back in the end: the ring waits for that.
    if (this.complete && (!this.gesture || this.helper.upToDate)) this.prefetch(range, start, budget);
  }

  /** The whole drawing, small: shown where nothing better is there. Made when idle. */
  makeOverview(): void {
    const extent = this.scene.extent();
    if (this.picture.get() || this.overviewAsked || !extent) return;
    const scale = Math.min(1, OVERVIEW / (extent.w + 80), OVERVIEW / (extent.h + 80));
    const b = inflate(extent, 40, Math.max(40, nameReach(scale, this.theme)));
    const [x2, y2] = [Math.max(1, Math.ceil(b.w * scale)), Math.max(1, Math.ceil(b.h * scale))];
    const left = Math.floor(b.x * scale);
    const top = Math.floor(b.y * scale);
    const part = { scale, left, top, x1: 0, y1: 0, x2, y2, ratio: 1 };
    const canvas = document.createElement("canvas");
    canvas.width = x2;
    canvas.height = y2;
    const ctx = canvas.getContext("2d", { alpha: false });
    if (!ctx) return;
    const made = () => {
      this.picture.set({ canvas, scale, x: left / scale, y: top / scale });
    };
    if (!this.helper.ready) {
      paintPart(new CanvasPainter(ctx, this.icons), this.scene, this.theme, part);
      return made();
    }
    this.overviewAsked = true;
    const { version } = this.scene;
    this.helper.paint(part, x2, y2, (arrival) => {
      this.overviewAsked = false;
      if (!arrival) return;
      ctx.drawImage(arrival.bitmap, 0, 0);
      arrival.bitmap.close();
      if (this.scene.version === version) made();
    });
  }

  private chooseScale(wanted: number, settle: boolean): void {
    const { scale } = this.now;
    if (scale === wanted) return;
    const ratio = wanted / scale;
    if (scale !== 0 && !settle && ratio < 1.5 && ratio > 0.66) return;
    this.counters.fullRepaints++;
    // Keep what shows something as backdrop; an unfinished set in between shows less than the one before.
    const painted = [...this.now.tiles.values()].some((t) => t.painted);
    if (painted && (this.complete || !this.before)) {
      this.dropBefore();
      this.before = this.now;
    } else this.drop(this.now);
    this.now = { scale: wanted, tiles: new Map() };
  }

  /** Copies what the worker has painted; the rest waits for the next frame. */
  private takeArrivals(start: number, budget: number): void {
    let k = 0;
    for (; k < this.arrivals.length; k++) {
      if (k > 0 && performance.now() - start > budget) break;
      const { set, tile, arrival } = this.arrivals[k]!;
      if (set === this.now && set.tiles.get(key(tile.i, tile.j)) === tile) {
        tile.painter.stamp(arrival.bitmap, 0, 0);
        this.count(tile, arrival.shapes, arrival.links);
        this.counters.workerTiles++;
        tile.painted = true;
        tile.asked = false;
      }
      arrival.bitmap.close();
    }
    this.arrivals.splice(0, k);
  }

  /** Paints what is visible and missing or stale, the middle first. Answers how much is still to do. */
  private work(range: Range, start: number, budget: number, alone: boolean): number {
    const missing: Tile[] = [];
    const dirty: Tile[] = [];
    let asked = 0;
    for (let j = range.j1; j <= range.j2; j++)
      for (let i = range.i1; i <= range.i2; i++) {
        const tile = this.tile(i, j);
        if (tile.asked && !alone) asked++;
        else if (!tile.painted) missing.push(tile);
        else if (tile.dirty.length > 0) dirty.push(tile);
      }
    const ci = (range.i1 + range.i2) / 2;
    const cj = (range.j1 + range.j2) / 2;
    const far = (t: Tile) => Math.abs(t.i - ci) + Math.abs(t.j - cj);
    missing.sort((a, b) => far(a) - far(b));
    let left = missing.length + dirty.length + asked;
    const page = (tile: Tile) => {
      this.repaint(tile);
      left--;
    };
    const late = () => performance.now() - start > budget;
    dirty.sort((a, b) => soiled(a) - soiled(b));
    let pixels = 0;
    for (const tile of dirty) {
      pixels += soiled(tile);
      if (pixels <= AT_ONCE || !late()) page(tile);
      else if (!alone && this.helper.free) this.ask(tile);
    }
    for (const [k, tile] of missing.entries())
      if (alone && (k === 0 || !late())) page(tile);
      else if (!alone && this.helper.free) this.ask(tile);
    this.unfinished = this.arrivals.length > 0 || (alone && left > 0);
    return left;
  }

  /** Has the worker paint a tile whole. */
  private ask(tile: Tile): void {
    const set = this.now;
    tile.asked = true;
    tile.dirty = [];
    const part = this.part(tile, WHOLE);
    this.helper.paint(part, TILE_W, TILE_H, (arrival) => {
      if (arrival) this.arrivals.push({ set, tile, arrival });
      else {
        tile.asked = false;
        if (tile.painted) tile.dirty = [WHOLE];
      }
      this.arrived();
    });
  }

  /** With time left, the next ring: a pan finds its tiles ready. */
  private prefetch(range: Range, start: number, budget: number): void {
    this.evict(range);
    let waiting = false;
    for (let j = range.j1 - 1; j <= range.j2 + 1; j++)
      for (let i = range.i1 - 1; i <= range.i2 + 1; i++) {
        const tile = this.tile(i, j);
        waiting ||= tile.asked;
        if (tile.asked || (tile.painted && tile.dirty.length === 0)) continue;
        if (this.helper.ready) {
          waiting = true;
          if (this.helper.free) this.ask(tile);
          continue;
        }
        if (performance.now() - start <= budget / 2) this.repaint(tile);
        this.unfinished = true;
        return;
      }
    this.prefetched = !waiting;
  }

  /** Tiles far from the view give their canvases back. */
  private evict(range: Range): void {
    const most = (range.i2 - range.i1 + 5) * (range.j2 - range.j1 + 5);
    if (this.now.tiles.size <= most) return;
    for (const [k, t] of this.now.tiles) {
      const near = t.i >= range.i1 - 2 && t.i <= range.i2 + 2 && t.j >= range.j1 - 2 && t.j <= range.j2 + 2;
      if (near) continue;
      this.now.tiles.delete(k);
      this.spare.push(t.canvas);
    }
    this.spare.length = Math.min(this.spare.length, 24);
  }

  private tile(i: number, j: number): Tile {
    const k = key(i, j);
    const known = this.now.tiles.get(k);
    if (known) return known;
    const canvas = this.spare.pop() ?? document.createElement("canvas");
    if (canvas.width !== TILE_W) canvas.width = TILE_W;
    if (canvas.height !== TILE_H) canvas.height = TILE_H;
    const ctx = canvas.getContext("2d", { alpha: false });
    if (!ctx) throw new Error("this browser gives no 2D canvas");
    const tile = {
      i,
      j,
      canvas,
      painter: new CanvasPainter(ctx, this.icons),
      dirty: [],
      painted: false,
      asked: false,
    };
    this.now.tiles.set(k, tile);
    return tile;
  }

  private repaint(tile: Tile): void {
    const painted = { shapes: 0, links: 0 };
    for (const rect of tile.painted ? tile.dirty : [WHOLE]) {
      const { shapes, links } = paintPart(tile.painter, this.scene, this.theme, this.part(tile, rect));
      painted.shapes += shapes;
      painted.links += links;
    }
    this.count(tile, painted.shapes, painted.links);
    tile.painted = true;
    tile.dirty = [];
    // What the worker is at is older than this, and is not taken.
    if (tile.asked) this.renew(tile);
  }

  /** The same tile under a new name: what was asked for the old one finds nobody. */
  private renew(tile: Tile): void {
    this.now.tiles.set(key(tile.i, tile.j), { ...tile, asked: false });
  }

  private count(tile: Tile, shapes: number, links: number): void {
    if (tile.painted) this.counters.dirtyRepaints++;
    else this.counters.stripRepaints++;
    this.counters.itemsPainted += shapes + links;
    this.counters.linksPainted += links;
  }

  private part(tile: Tile, { x1, y1, x2, y2 }: Rect): Part {
    const { scale } = this.now;
    return { scale, left: tile.i * TILE_W, top: tile.j * TILE_H, x1, y1, x2, y2, ratio: this.ratio };
  }

  /** Device pixels per screen pixel, for level of detail. */
  ratio = 1;
  /** The hand is at something. */
  gesture = false;

  private backdrop(ctx: CanvasRenderingContext2D, camera: Camera, w: number, h: number, dpr: number): void {
    ctx.fillStyle = this.theme.canvas;
    ctx.fillRect(0, 0, w, h);
    ctx.imageSmoothingEnabled = false;
    this.drawBackdrop(ctx, camera, w, h, dpr);
    ctx.imageSmoothingEnabled = true;
  }

  private drawBackdrop(
    ctx: CanvasRenderingContext2D,
    camera: Camera,
    w: number,
    h: number,
    dpr: number,
  ): void {
    const z = camera.zoom * dpr;
    const o = this.picture.get();
    if (o)
      ctx.drawImage(
        o.canvas,
        (o.x - camera.x) * z,
        (o.y - camera.y) * z,
        (o.canvas.width * z) / o.scale,
        (o.canvas.height * z) / o.scale,
      );
    if (!this.before) return;
    const q = z / this.before.scale;
    const ox = camera.x * this.before.scale;
    const oy = camera.y * this.before.scale;
    for (const t of this.before.tiles.values()) {
      if (!t.painted) continue;
      const x = (t.i * TILE_W - ox) * q;
      const y = (t.j * TILE_H - oy) * q;
      if (x > w || y > h || x + TILE_W * q < 0 || y + TILE_H * q < 0) continue;
      ctx.drawImage(
        t.canvas,
        Math.floor(x),
        Math.floor(y),
        Math.ceil(TILE_W * q) + 1,
        Math.ceil(TILE_H * q) + 1,
      );
    }
  }

  private dropBefore(): void {
    if (this.before) this.drop(this.before);
    this.before = null;
  }

  private drop(set: TileSet): void {
    for (const t of set.tiles.values()) if (this.spare.length < 48) this.spare.push(t.canvas);
    set.tiles.clear();
  }
}

function area({ x1, y1, x2, y2 }: Rect): number {
  return (x2 - x1) * (y2 - y1);
}

function soiled({ dirty }: Tile): number {
  return dirty.reduce((sum, rect) => sum + area(rect), 0);
}

/** More parts than this are painted as one. */
const MOST_PARTS = 8;

function soil(tile: Tile, x1: number, y1: number, x2: number, y2: number): void {
  const left = tile.i * TILE_W;
  const top = tile.j * TILE_H;
  const part = {
    x1: Math.max(0, x1 - left),
    y1: Math.max(0, y1 - top),
    x2: Math.min(TILE_W, x2 - left),
    y2: Math.min(TILE_H, y2 - top),
  };
  if (part.x1 >= part.x2 || part.y1 >= part.y2) return;
  if (tile.dirty.some((rect) => holds(rect, part))) return;
  const parts = [...tile.dirty.filter((rect) => !holds(part, rect)), part];
  const all = parts.reduce((a, b) => ({
    x1: Math.min(a.x1, b.x1),
    y1: Math.min(a.y1, b.y1),
    x2: Math.max(a.x2, b.x2),
    y2: Math.max(a.y2, b.y2),
  }));
  const sum = parts.reduce((pixels, rect) => pixels + area(rect), 0);
  tile.dirty = parts.length > MOST_PARTS || sum >= area(all) ? [all] : parts;
}

function holds(outer: Rect, inner: Rect): boolean {
  return inner.x1 >= outer.x1 && inner.y1 >= outer.y1 && inner.x2 <= outer.x2 && inner.y2 <= outer.y2;
}
