// What the file of a design is called.
import { UNTITLED } from "../document/called";

export function suggestedName(name: string | null): string {
  const base = (name ?? UNTITLED)
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+|-+$/g, "");
  return `${base || UNTITLED.toLowerCase()}.gplan`;
}

/** A design's file ends in `.gplan`: others are not listed when one is opened. */
export function designPath(picked: string): string {
  return picked.endsWith(".gplan") ? picked : `${picked}.gplan`;
}
