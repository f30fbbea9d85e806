/** Paints on a 2D canvas. */
import type { IconStore } from "./icons";
import { FONT, type Painter } from "./painter";

/** Texts already shortened, by font, width and text. Shared by all canvases of a window. */
const fitted = new Map<string, string>();
const widths = new Map<string, number>();

/** A font arrived: measured widths are wrong. */
export function forgetText(): void {
  fitted.clear();
  widths.clear();
}

type Context = CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D;

export class CanvasPainter implements Painter {
  scale = 1;
  private offsetX = 0;
  private offsetY = 0;
  private fontKey = "";
  private readonly ctx: Context;
  private readonly icons: IconStore;

  constructor(ctx: Context, icons: IconStore) {
    this.ctx = ctx;
    this.icons = icons;
  }

  transform(scale: number, x: number, y: number): void {
    this.scale = scale;
    this.offsetX = x;
    this.offsetY = y;
    this.ctx.setTransform(scale, 0, 0, scale, x, y);
  }

  clip(x: number, y: number, w: number, h: number): void {
    const { ctx } = this;
    ctx.save();
    ctx.setTransform(1, 0, 0, 1, 0, 0);
    ctx.beginPath();
    ctx.rect(x, y, w, h);
    ctx.clip();
    ctx.setTransform(this.scale, 0, 0, this.scale, this.offsetX, this.offsetY);
  }

  unclip(): void {
    this.ctx.restore();
    this.fontKey = "";
  }

  /** A picture as it is, at a device pixel. */
  stamp(picture: ImageBitmap | HTMLCanvasElement, x: number, y: number): void {
    this.ctx.setTransform(1, 0, 0, 1, 0, 0);
    this.ctx.drawImage(picture, x, y);
  }

  /** The surface was made anew. */
  forget(): void {
    this.fontKey = "";
  }

  begin(): void {
    this.ctx.beginPath();
  }

  rect(x: number, y: number, w: number, h: number): void {
    this.ctx.rect(x, y, w, h);
  }

  round(x: number, y: number, w: number, h: number, r: number): void {
    this.ctx.roundRect(x, y, w, h, r);
  }

  circle(x: number, y: number, r: number): void {
    this.ctx.moveTo(x + r, y);
    this.ctx.arc(x, y, r, 0, Math.PI * 2);
  }

  move(x: number, y: number): void {
    this.ctx.moveTo(x, y);
  }

  line(x: number, y: number): void {
    this.ctx.lineTo(x, y);
  }

  corner(x1: number, y1: number, x2: number, y2: number, r: number): void {
    this.ctx.arcTo(x1, y1, x2, y2, r);
  }

  close(): void {
    this.ctx.closePath();
  }

  fill(colour: string, evenOdd = false): void {
    this.ctx.fillStyle = colour;
    this.ctx.fill(evenOdd ? "evenodd" : "nonzero");
  }

  stroke(colour: string, width: number, dash: readonly number[] = []): void {
    const { ctx } = this;
    ctx.strokeStyle = colour;
    ctx.lineWidth = width;
    if (dash.length > 0) ctx.setLineDash(dash as number[]);
    ctx.stroke();
    if (dash.length > 0) ctx.setLineDash([]);
  }

  font(weight: number, size: number): void {
    const key = `${weight} ${size}px ${FONT}`;
    if (key === this.fontKey) return;
    this.fontKey = key;
    this.ctx.font = key;
    this.ctx.textBaseline = "alphabetic";
  }

  text(
    text: string,
    x: number,
    y: number,
    colour: string,
    align: "left" | "center" | "right" = "left",
  ): void {
    const { ctx } = this;
    if (ctx.textAlign !== align) ctx.textAlign = align;
    ctx.fillStyle = colour;
    ctx.fillText(text, x, y);
  }

  width(text: string): number {
    const key = `${this.fontKey}|${text}`;
    let known = widths.get(key);
    if (known === undefined) {
      // Bounded: a long session on a large drawing must not hoard.
      if (widths.size > 50_000) widths.clear();
      known = this.ctx.measureText(text).width;
      widths.set(key, known);
    }
    return known;
  }

  fit(text: string, width: number): string {
    // An upper bound of Inter's advance: short texts need no measuring.
    if (text.length * 5 < width && text.length < 4) return text;
    const key = `${this.fontKey}|${Math.round(width)}|${text}`;
    let known = fitted.get(key);
    if (known === undefined) {
      if (fitted.size > 50_000) fitted.clear();
      known = this.shorten(text, width);
      fitted.set(key, known);
    }
    return known;
  }

  private shorten(text: string, width: number): string {
    if (this.ctx.measureText(text).width <= width) return text;
    let low = 0;
    let high = text.length;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.ctx.measureText(`${text.slice(0, middle)}…`).width <= width) low = middle;
      else high = middle - 1;
    }
    return low > 0 ? `${text.slice(0, low).trimEnd()}…` : "";
  }

  icon(name: string, colour: string, x: number, y: number, size: number): void {
    const { ctx, scale } = this;
    const px = Math.round(size * scale);
    const sprite = this.icons.sprite(name, colour, px);
    if (!sprite) return;
    ctx.setTransform(1, 0, 0, 1, 0, 0);
    ctx.drawImage(sprite, Math.round(x * scale + this.offsetX), Math.round(y * scale + this.offsetY));
    ctx.setTransform(scale, 0, 0, scale, this.offsetX, this.offsetY);
  }

  alpha(value: number): void {
    this.ctx.globalAlpha = value;
  }
}
