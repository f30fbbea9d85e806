/**
 * Writes down what would be painted: for snapshots, for counting, and to compare with exported pictures. Text is six
 * tenths of its size wide, or as wide as a ruler says.
 */
import type { Painter } from "./painter";

const n = (v: number) => String(Math.round(v * 100) / 100);

export class RecordingPainter implements Painter {
  readonly lines: string[] = [];
  scale = 1;
  private size = 10;
  private path: string[] = [];
  private readonly ruler: Painter | undefined;

  constructor(ruler?: Painter) {
    this.ruler = ruler;
  }

  transform(scale: number, x: number, y: number): void {
    this.scale = scale;
    this.lines.push(`transform ${n(scale)} ${n(x)} ${n(y)}`);
  }
  clip(x: number, y: number, w: number, h: number): void {
    this.lines.push(`clip ${n(x)} ${n(y)} ${n(w)} ${n(h)}`);
  }
  unclip(): void {
    this.lines.push("unclip");
  }
  begin(): void {
    this.path = [];
  }
  private add(...parts: (string | number)[]): void {
    this.path.push(parts.map((p) => (typeof p === "number" ? n(p) : p)).join(" "));
  }
  rect(x: number, y: number, w: number, h: number): void {
    this.add("rect", x, y, w, h);
  }
  round(x: number, y: number, w: number, h: number, r: number): void {
    this.add("round", x, y, w, h, r);
  }
  circle(x: number, y: number, r: number): void {
    this.add("circle", x, y, r);
  }
  move(x: number, y: number): void {
    this.add("move", x, y);
  }
  line(x: number, y: number): void {
    this.add("line", x, y);
  }
  corner(x1: number, y1: number, _x2: number, _y2: number, r: number): void {
    this.add("corner", x1, y1, r);
  }
  close(): void {
    this.add("close");
  }
  fill(colour: string): void {
    this.lines.push(`fill ${colour}: ${this.path.join(", ")}`);
  }
  stroke(colour: string, width: number, dash: readonly number[] = []): void {
    const dashed = dash.length > 0 ? ` dash ${dash.map(n).join(" ")}` : "";
    this.lines.push(`stroke ${colour} ${n(width)}${dashed}: ${this.path.join(", ")}`);
  }
  font(weight: number, size: number): void {
    this.size = size;
    this.ruler?.font(weight, size);
  }
  text(text: string, x: number, y: number, colour: string, align = "left"): void {
    this.lines.push(`text “${text}” ${n(x)} ${n(y)} ${this.size}px ${colour} ${align}`);
  }
  width(text: string): number {
    return this.ruler?.width(text) ?? text.length * this.size * 0.6;
  }
  fit(text: string, width: number): string {
    if (this.ruler) return this.ruler.fit(text, width);
    const room = Math.floor(width / (this.size * 0.6));
    return text.length <= room ? text : `${text.slice(0, Math.max(0, room - 1))}…`;
  }
  icon(name: string, colour: string, x: number, y: number, size: number): void {
    this.lines.push(`icon ${name} ${colour} ${n(x)} ${n(y)} ${n(size)}`);
  }
  alpha(value: number): void {
    this.lines.push(`alpha ${n(value)}`);
  }
}
