/**
 * What painting needs of a surface. World units; the transform turns them into device pixels. One path is
 * built and then filled or stroked, so that thousands of shapes of one style cost one call.
 */
export interface Painter {
  /** Device pixel = world × scale + offset; whole offsets keep edges where they are. */
  transform(scale: number, x: number, y: number): void;
  readonly scale: number;
  /** Limits painting to device pixels. */
  clip(x: number, y: number, w: number, h: number): void;
  unclip(): void;
  begin(): void;
  rect(x: number, y: number, w: number, h: number): void;
  round(x: number, y: number, w: number, h: number, r: number): void;
  circle(x: number, y: number, r: number): void;
  move(x: number, y: number): void;
  line(x: number, y: number): void;
  /** A line towards (x1, y1), rounded by r, going on towards (x2, y2). */
  corner(x1: number, y1: number, x2: number, y2: number, r: number): void;
  close(): void;
  fill(colour: string, evenOdd?: boolean): void;
  stroke(colour: string, width: number, dash?: readonly number[]): void;
  /** One size and weight for the texts that follow. */
  font(weight: number, size: number): void;
  text(text: string, x: number, y: number, colour: string, align?: "left" | "center" | "right"): void;
  /** Width of a text in the current font, in world units. */
  width(text: string): number;
  /** The text, or as much as fits with an ellipsis. */
  fit(text: string, width: number): string;
  icon(name: string, colour: string, x: number, y: number, size: number): void;
  alpha(value: number): void;
}

export const FONT = '"Inter Variable", Inter, system-ui, sans-serif';
