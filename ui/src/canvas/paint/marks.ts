/** What an overlay says of shapes: a tint, an edge, and a word in a tag with a sign of its own per tone. */
import { boxToScreen } from "../../editor/camera";
import type { EditorCore } from "../../editor/core";
import { type ShapeMark, TONES, type Tone } from "../../editor/editor";
import { type Box, touches } from "../../geometry/box";
import type { Painter } from "../painter";
import type { Theme } from "../theme";

/** Below that many pixels of height a shape is too small for a tint to be seen. */
const LEAST = 3;
/** From this zoom on the words fit. */
const WORDS_FROM = 0.45;
const TAG = 18;

function toneColour(theme: Theme, tone: Tone): string {
  const { ok, accent: note, warning, error, faint: off } = theme;
  return { ok, note, warning, error, off }[tone];
}

/** In screen pixels, one path per tone. */
export function paintMarks(p: Painter, core: EditorCore, theme: Theme): void {
  const { marks, scene } = core;
  if (!marks) return;
  const camera = core.camera.get();
  const view = { x: 0, y: 0, w: core.view.w, h: core.view.h };
  const groups = new Map<Tone, Marked[]>(TONES.map((tone) => [tone, []]));
  for (const [slot, mark] of marks) {
    if (!scene.shown(slot) || core.preview.moving?.shapes.has(slot)) continue;
    const box = boxToScreen(camera, scene.box(slot));
    if (box.h >= LEAST && touches(box, view))
      groups.get(mark.tone)!.push({ box, mark, ground: scene.ground(slot) });
  }
  for (const [tone, group] of groups) if (group.length > 0) paintTone(p, theme, tone, group, camera.zoom);
}

interface Marked {
  box: Box;
  mark: ShapeMark;
  ground: boolean;
}

function paintTone(p: Painter, theme: Theme, tone: Tone, group: readonly Marked[], zoom: number): void {
  const colour = toneColour(theme, tone);
  const radius = 8 * Math.min(1, zoom);
  p.begin();
  for (const { box, ground } of group) if (!ground) p.round(box.x, box.y, box.w, box.h, radius);
  p.alpha(0.14);
  p.fill(colour);
  p.alpha(1);
  p.begin();
  for (const { box, mark } of group) if (!mark.plain) p.round(box.x, box.y, box.w, box.h, radius);
  p.stroke(colour, 1.8, tone === "off" ? [3, 3] : undefined);
  if (zoom >= WORDS_FROM) for (const { box, mark } of group) paintTag(p, theme, colour, box, mark);
}

/** On the lower edge, where neither badge nor header is. */
export function paintTag(p: Painter, theme: Theme, colour: string, b: Box, { text, tone }: ShapeMark): void {
  if (text === "") return;
  p.font(600, 10.5);
  const shown = p.fit(text, Math.max(40, b.w - 34));
  const w = p.width(shown) + 28;
  const x = b.x + 8;
  const y = b.y + b.h - TAG / 2;
  p.begin();
  p.round(x, y, w, TAG, TAG / 2);
  p.fill(theme.panel);
  p.stroke(colour, 1.2);
  p.begin();
  sign(p, tone, x + 11, y + TAG / 2);
  p.stroke(colour, 1.6);
  p.text(shown, x + 20, y + TAG / 2 + 3.7, theme.text);
}

const SIGNS: { [tone in Tone]?: readonly (readonly [number, number, number, number])[] } = {
  ok: [
    [-3.5, 0, -1, 2.8],
    [-1, 2.8, 3.5, -2.8],
  ],
  warning: [
    [0, -3.6, 3.8, 3],
    [3.8, 3, -3.8, 3],
    [-3.8, 3, 0, -3.6],
  ],
  error: [
    [-3, -3, 3, 3],
    [-3, 3, 3, -3],
  ],
  off: [[-3.5, 0, 3.5, 0]],
};

/** A tick, a ring, a triangle, a cross, a bar. */
function sign(p: Painter, tone: Tone, x: number, y: number): void {
  const lines = SIGNS[tone];
  if (!lines) return p.circle(x, y, 3.4);
  for (const [ax, ay, bx, by] of lines) {
    p.move(x + ax, y + ay);
    p.line(x + bx, y + by);
  }
}
