/** The worker's side: holds a copy of the scene, paints parts of it into bitmaps, packs the indexes. */
import { createDocumentStore } from "../../document/store";
import { Scene } from "../../editor/scene/scene";
import { CanvasPainter, forgetText } from "../canvas_painter";
import { IconStore } from "../icons";
import { paintPart } from "../paint/part";
import { TILE_H, TILE_W } from "../plate";
import { THEMES, type Theme } from "../theme";
import { take } from "./copy";
import type { FontSource, FromWorker, ToWorker } from "./messages";
import { PROBES, paintProbe } from "./probe";

const post = (message: FromWorker, transfer: Transferable[] = []) =>
  (self as unknown as Worker).postMessage(message, transfer);
const scene = new Scene(createDocumentStore());
const icons = new IconStore();
let theme: Theme = THEMES.light;

function surface(w: number, h: number) {
  const canvas = new OffscreenCanvas(w, h);
  const ctx = canvas.getContext("2d", { alpha: false });
  if (!ctx) throw new Error("no 2D canvas in a worker");
  return { canvas, painter: new CanvasPainter(ctx, icons) };
}
const tile = surface(TILE_W, TILE_H);

/** Faces of other scripts arrive when they are first written in. */
async function addFonts(fonts: readonly FontSource[]): Promise<void> {
  const { fonts: known } = self as unknown as { fonts: FontFaceSet };
  for (const { family, source, style, weight, range } of fonts)
    known.add(new FontFace(family, source, { style, weight, unicodeRange: range }));
  await Promise.all(["400 12px", "600 12px"].map((font) => known.load(`${font} "Inter Variable"`)));
  const early = new Set([...known].filter((face) => face.status === "loaded"));
  known.addEventListener("loadingdone", ({ fontfaces }) => {
    if (fontfaces.every((face) => early.has(face))) return;
    forgetText();
    post({ is: "font" });
  });
}

function probe(): ImageBitmap {
  paintProbe(tile.painter, theme);
  return tile.canvas.transferToImageBitmap();
}

async function start(message: Extract<ToWorker, { is: "start" }>): Promise<void> {
  icons.take(message.icons);
  theme = message.theme;
  await addFonts(message.fonts);
  forgetText();
  // The best of a few: a machine that is busy for a moment is not slow.
  let milliseconds = Infinity;
  let bitmap = probe();
  for (let k = 0; k < PROBES; k++) {
    const began = performance.now();
    bitmap.close();
    bitmap = probe();
    milliseconds = Math.min(milliseconds, performance.now() - began);
  }
  post({ is: "probe", bitmap, milliseconds }, [bitmap]);
}

function paint({ ticket, part, w, h }: Extract<ToWorker, { is: "paint" }>): void {
  const { canvas, painter } = w === TILE_W && h === TILE_H ? tile : surface(w, h);
  const { shapes, links } = paintPart(painter, scene, theme, part);
  const bitmap = canvas.transferToImageBitmap();
  post({ is: "painted", ticket, bitmap, shapes, links }, [bitmap]);
}

function index(ticket: number): void {
  scene.tidy(0);
  const shapes = scene.shapes.packed();
  const lines = scene.lines.packed();
  post({ is: "index", ticket, shapes, lines }, [
    shapes.slots.buffer,
    shapes.tree,
    lines.slots.buffer,
    lines.tree,
  ]);
}

self.onmessage = ({ data }: MessageEvent<ToWorker>) => {
  switch (data.is) {
    case "start":
      return void start(data);
    case "icons":
      return icons.take(data.icons);
    case "theme":
      theme = data.theme;
      return;
    case "scene":
      return take(scene, data.copy);
    case "paint":
      return paint(data);
    case "index":
      return index(data.ticket);
  }
};
