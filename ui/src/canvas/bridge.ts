/** For tests: where things are on the screen. Present in test builds only. */

import { boxToScreen } from "../editor/camera";
import type { EditorCore } from "../editor/core";
import type { Editor, ShapeMark } from "../editor/editor";
import { HEADER_HEIGHT } from "../editor/hit";
import type { LinkGoing } from "../editor/live";
import type { Preview } from "../editor/preview";
import { type Box, inflate, type Point } from "../geometry/box";
import { paintRegion } from "./paint/items";
import { findOverlaps } from "./paint/overlaps";
import { RecordingPainter } from "./recording_painter";
import type { View } from "./view";

export interface TestBridge {
  /** Client rectangle of a resource, or of a link's label. */
  rectOf(id: string): Box | null;
  /** A client point at which a press grabs the thing: a container's header, a card's middle. */
  gripOf(id: string): Point | null;
  /** Ports that a link may be dropped on, in client pixels. */
  ports(): (Box & { text: string })[];
  /** Resources that the view shows. */
  shown(): string[];
  /** Resources that a query lights; null: none is asked. */
  lit(): string[] | null;
  /** What an overlay says. */
  marks(): { [id: string]: ShapeMark } | null;
  /** What is shown of the running lab. */
  lab(): { off: string[]; tags: { [id: string]: ShapeMark }; links: { [id: string]: LinkGoing } } | null;
  itemAt(x: number, y: number): { on: "resource" | "link"; id: string } | null;
  whenIdle(): Promise<void>;
  /** Idle, and the work that waits for a pause is done too. */
  whenQuiet(): Promise<void>;
  stats(): ReturnType<Editor["stats"]>;
  selection(): { resources: readonly string[]; links: readonly string[] };
  camera(): { x: number; y: number; zoom: number };
  /** What a gesture under way shows. */
  preview(): Pick<Preview, "ghost" | "guides" | "hint">;
  /** What lies over what at full detail, in words. */
  overlaps(): string[];
  /** What is painted of the whole drawing at 100 %, in the words of the recording painter. */
  painted(): string[];
  editor: Editor;
}

export function installBridge(editor: Editor, core: EditorCore, view: View, root: HTMLElement): void {
  const rectOf = (id: string): Box | null =>
    editor.clientRect(core.store.resource(id) ? { on: "resource", id } : { on: "link", id });
  const bridge: TestBridge = {
    rectOf,
    gripOf(id) {
      const b = rectOf(id);
      const slot = core.scene.slotOf.get(id);
      if (!b) return null;
      const header = slot !== undefined && core.scene.container(slot);
      if (slot !== undefined && core.scene.lane(slot)) return { x: b.x + b.w / 2, y: b.y };
      const y = header ? b.y + (HEADER_HEIGHT / 2) * core.camera.get().zoom : b.y + b.h / 2;
      return { x: header ? b.x + Math.min(b.w / 2, 60) : b.x + b.w / 2, y };
    },
    ports() {
      const r = root.getBoundingClientRect();
      return (core.preview.ports?.items ?? []).map(({ box, text }) => {
        const b = boxToScreen(core.camera.get(), box);
        return { ...b, x: b.x + r.left, y: b.y + r.top, text };
      });
    },
    shown: () => core.inView(Object.keys(core.store.design().resources)),
    lit: () => core.highlighted && [...core.highlighted].map((slot) => core.scene.ids[slot]!),
    lab: () =>
      core.live && {
        off: [...core.live.off],
        tags: Object.fromEntries(core.live.tags),
        links: Object.fromEntries(core.live.links),
      },
    marks: () =>
      core.marks && Object.fromEntries([...core.marks].map(([slot, mark]) => [core.scene.ids[slot]!, mark])),
    itemAt(x, y) {
      const r = root.getBoundingClientRect();
      return core.item(core.hit(core.info({ x: x - r.left, y: y - r.top }).world));
    },
    whenIdle: () => view.whenIdle(),
    whenQuiet: () => view.whenQuiet(),
    stats: () => editor.stats(),
    selection: () => core.selection.get(),
    camera: () => core.camera.get(),
    preview: () => ({ ghost: core.preview.ghost, guides: core.preview.guides, hint: core.preview.hint }),
    overlaps: () =>
      findOverlaps(core.scene, view.look, view.ruler).map(({ what, a, b }) => `${what}: ${a}, ${b}`),
    painted() {
      const p = new RecordingPainter(view.ruler);
      const all = core.scene.extent();
      if (all) paintRegion(p, core.scene, view.look, inflate(all, 100), 1);
      return p.lines;
    },
    editor,
  };
  (globalThis as { __gp?: TestBridge }).__gp = bridge;
}
