/** What the page and the painting worker say to each other. */
import type { Packed } from "../../editor/scene/spatial";
import type { IconPart } from "../icons";
import type { Part } from "../paint/part";
import type { Theme } from "../theme";
import type { SceneCopy } from "./copy";

/** A face of the page's font, so that the worker writes in the same. */
export interface FontSource {
  family: string;
  source: string;
  style: string;
  weight: string;
  range: string;
}

export type ToWorker =
  | { is: "start"; fonts: FontSource[]; icons: [string, IconPart[]][]; theme: Theme }
  | { is: "icons"; icons: [string, IconPart[]][] }
  | { is: "theme"; theme: Theme }
  | { is: "scene"; copy: SceneCopy }
  | { is: "paint"; ticket: number; part: Part; w: number; h: number }
  | { is: "index"; ticket: number };

export type FromWorker =
  | { is: "probe"; bitmap: ImageBitmap; milliseconds: number }
  | { is: "painted"; ticket: number; bitmap: ImageBitmap; shapes: number; links: number }
  | { is: "index"; ticket: number; shapes: Packed; lines: Packed }
  | { is: "font" };
