/** What a gesture shows before it is done. It stands outside the document and vanishes without a trace. */
import type { Box, Point } from "../geometry/box";
import type { Guide } from "../geometry/snap";
import type { Selection } from "./editor";
import type { Service } from "./ports";

/** Shapes drawn somewhere else than where the document has them. */
export interface MovingSet {
  shapes: ReadonlySet<number>;
  /** Links that move as they are: both ends move. */
  inner: ReadonlySet<number>;
  /** Links with one end in the set: drawn by a cheap route. */
  crossing: ReadonlySet<number>;
  dx: number;
  dy: number;
  /** The originals stay (Alt-drag). */
  copy: boolean;
}

/** From this many on, painting each frame costs more than carrying a bitmap. */
export const MANY = 48;

export function isCarried({ shapes, inner }: MovingSet): boolean {
  return shapes.size + inner.size >= MANY;
}

export interface LinkDraft {
  from: number;
  to: Point;
  target: number;
}

/** Ports of a shape that a link comes near to. */
export interface PortsShown {
  slot: number;
  items: { service: Service; text: string; box: Box }[];
  /** The one under the pointer, or -1. */
  chosen: number;
}

export interface Ghost {
  kind: string;
  box: Box;
  allowed: boolean;
  /** Of a lane, which is seen through. */
  label?: string;
}

/** Said beside the pointer: what will change, or why not. */
export interface Hint {
  at: Point;
  text: string;
  refused: boolean;
  /** What follows from it, a line each. */
  lines?: readonly string[];
}

export interface Preview {
  moving: MovingSet | null;
  guides: Guide[];
  /** `taken`: what would be selected if the band ended here. */
  band: { box: Box; touching: boolean; taken: Selection } | null;
  /** Container that would take the shape: outlined. */
  target: number;
  hint: Hint | null;
  ghost: Ghost | null;
  draft: LinkDraft | null;
  ports: PortsShown | null;
  /** These are lit, the rest is dimmed. */
  lit: ReadonlySet<number> | null;
  /** The line of a link whose way-point is dragged. */
  bend: { link: number; points: number[] } | null;
}

export function noPreview(): Preview {
  return {
    moving: null,
    guides: [],
    band: null,
    target: -1,
    hint: null,
    ghost: null,
    draft: null,
    ports: null,
    lit: null,
    bend: null,
  };
}
