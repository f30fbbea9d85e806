// How much larger than usual text is wanted. Sizes in CSS follow by themselves: they are rem when they are built. What is
// reckoned here (rows of lists, edges between panels) is in pixels of the usual size, times this.
import { useSyncExternalStore } from "react";
import { type Readable, signal } from "../document/signal";
import { ROOT_SIZE } from "./root_size";

const scale = signal(1);

export const textScale: Readable<number> = scale;

/** Everything that is measured in rem follows at once. Also said where it is 1: a browser may have another size of its own. */
export function setTextScale(next: number): void {
  const size = `${ROOT_SIZE * next}px`;
  const { style } = document.documentElement;
  if (style.fontSize !== size) style.fontSize = size;
  scale.set(next);
}

export const useTextScale = (): number => useSyncExternalStore(scale.subscribe, scale.get);

/** Pixels of the usual size as a length that follows the text size. */
export const rem = (pixels: number): string => `${pixels / ROOT_SIZE}rem`;
