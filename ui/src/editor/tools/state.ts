/** A state of a tool. A gesture is a walk through states; only the last step sends an edit. */
import type { Point } from "../../geometry/box";
import type { EditorCore } from "../core";

export interface PointerInfo {
  screen: Point;
  world: Point;
  button: number;
  shift: boolean;
  ctrl: boolean;
  alt: boolean;
  touch: boolean;
}

export interface KeyInfo {
  key: string;
  shift: boolean;
  ctrl: boolean;
  alt: boolean;
  down: boolean;
}

/** The pointer has to go this far before a press becomes a drag. */
export const DRAG_START = 4;

export abstract class State {
  abstract readonly name: string;
  /** Nothing is under way: Escape leaves the tool, not the gesture. */
  readonly resting: boolean = false;
  protected readonly core: EditorCore;

  constructor(core: EditorCore) {
    this.core = core;
  }

  enter(): void {}
  exit(): void {}
  pointerDown(_p: PointerInfo): void {}
  pointerMove(_p: PointerInfo): void {}
  pointerUp(_p: PointerInfo): void {}
  doubleClick(_p: PointerInfo): void {}
  key(_k: KeyInfo): boolean {
    return false;
  }
  /** Puts back what the gesture changed in the scene. */
  cancel(): void {}
  documentChanged(): void {}

  protected dragged(from: PointerInfo, to: PointerInfo): boolean {
    return Math.hypot(to.screen.x - from.screen.x, to.screen.y - from.screen.y) >= DRAG_START;
  }
}
