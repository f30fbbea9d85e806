/** What an outline would cross: badges of outlined shapes, labels of lanes, ports of links that are marked, run in a lab, or go through an edge. */
import type { EditorCore } from "../../editor/core";
import { type Box, touches } from "../../geometry/box";
import type { Painter } from "../painter";
import type { Theme } from "../theme";
import { paintBadges } from "./badges";
import { paintLaneLabels } from "./lanes";
import { levelOf } from "./level";
import { paintPills } from "./links";
import { paintLocks } from "./locks";

/** More than half of the widest pill and its height. */
const REACH_X = 78;
const REACH_Y = 10;

/** In the drawing's own units, over the outlines. */
export function paintSigns(p: Painter, core: EditorCore, theme: Theme): void {
  const { scene, preview } = core;
  const { x, y, zoom } = core.camera.get();
  // What is dimmed stays so, and what moves is painted with what moves.
  if (levelOf(zoom) !== "full") return;
  const view: Box = { x, y, w: core.view.w / zoom, h: core.view.h / zoom };
  const lit = preview.lit ?? core.highlighted;
  // A lit shape's badge stands half outside of it, where the veil is.
  if (lit) {
    const cards = [...lit].filter((s) => scene.shown(s) && !scene.ground(s) && touches(scene.box(s), view));
    return paintBadges(p, scene, theme, cards, zoom);
  }
  const outlined = outlinedSlots(core).filter((slot) => touches(scene.box(slot), view));
  const lanes = outlined.filter((slot) => scene.lane(slot) && !preview.moving?.shapes.has(slot));
  paintLaneLabels(p, scene, theme, lanes, zoom);
  if (preview.moving) return;
  const marked = markedLinks(core);
  if (outlined.length === 0 && marked.size === 0) return;
  const boxes = outlined.map((slot) => scene.box(slot));
  const crossed = scene.linksIn(view).filter((link) => {
    if (marked.has(link)) return true;
    const at = scene.labelAt(link);
    return boxes.some((box) => liesOnEdge(at, box));
  });
  paintPills(p, scene, theme, crossed, zoom);
  paintBadges(p, scene, theme, outlined, zoom);
  paintLocks(p, scene, theme, outlined);
}

function outlinedSlots(core: EditorCore): number[] {
  const over = core.hover.get();
  const slots = new Set(core.scene.slots(core.marked().resources));
  if (over?.on === "resource") slots.add(core.scene.slotOf.get(over.id) ?? -1);
  slots.add(core.preview.target);
  slots.delete(-1);
  return [...slots];
}

function markedLinks(core: EditorCore): Set<number> {
  const over = core.hover.get();
  const running = core.live?.links.keys() ?? [];
  const ids = [...core.marked().links, ...(over?.on === "link" ? [over.id] : []), ...running];
  return new Set(ids.flatMap((id) => core.scene.linkSlotOf.get(id) ?? []));
}

function liesOnEdge(at: { x: number; y: number }, { x, y, w, h }: Box): boolean {
  const near = at.x > x - REACH_X && at.x < x + w + REACH_X && at.y > y - REACH_Y && at.y < y + h + REACH_Y;
  const within = at.x > x + REACH_X && at.x < x + w - REACH_X && at.y > y + REACH_Y && at.y < y + h - REACH_Y;
  return near && !within;
}
