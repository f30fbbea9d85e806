/** A kind is in hand: a ghost of true size follows the pointer, a release or click places it. */
import { type Box, shift } from "../../../geometry/box";
import type { Guide } from "../../../geometry/snap";
import { aligned, neighbours } from "../../aligned";

import type { EditorCore, ToolOptions } from "../../core";
import type { Camera, NestOffer } from "../../editor";
import { containerAt } from "../../hit";
import { insertAt } from "../../insert";
import { freeLetter, LANE, laneBox, zoneOfNew } from "../../lanes";
import { housing } from "../../offers";
import { sizeOf } from "../../places";
import { zoneWords } from "../../words";
import { Panning, pansAnyway } from "../pan/panning";
import { type KeyInfo, type PointerInfo, State } from "../state";

export class InsertIdle extends State {
  readonly name = "insert.idle";
  override readonly resting = true;
  private readonly kind: string;
  private last: PointerInfo | null = null;
  /** What it aligns with, and of which container and view that is. */
  private near: { target: number; camera: Camera; boxes: Box[] } | null = null;

  constructor(core: EditorCore, options: ToolOptions) {
    super(core);
    this.kind = options.kind ?? "server";
  }

  override enter(): void {
    this.core.surface.cursor("copy");
  }

  override documentChanged(): void {
    this.near = null;
  }

  override key({ key, down }: KeyInfo): boolean {
    if (key !== "Control" || !this.last || !this.core.preview.ghost) return false;
    this.pointerMove({ ...this.last, ctrl: down });
    this.core.surface.frame();
    return true;
  }

  override pointerMove(p: PointerInfo): void {
    const { core, kind } = this;
    this.last = p;
    const found = core.offer(kind, containerAt(core.scene, p.world));
    const parent = found.allowed ? found.parent : undefined;
    const target = parent === undefined || parent === null ? -1 : (core.scene.slotOf.get(parent) ?? -1);
    const { box, guides } = this.place(p, target);
    const text = this.words(found, target, box);
    const label = kind === LANE ? { label: `zone ${freeLetter(core.store, found.parent ?? null)}` } : {};
    core.preview = {
      ...core.preview,
      ghost: { kind, box, allowed: found.allowed, ...label },
      guides: found.allowed ? guides : [],
      target,
      hint: text ? { at: p.world, text, refused: !found.allowed } : null,
    };
  }

  private place(p: PointerInfo, target: number): { box: Box; guides: Guide[] } {
    const { core, kind } = this;
    const [w, h] = sizeOf(core, kind);
    if (kind === LANE && target >= 0) return { box: laneBox(core.scene.box(target), p.world, w), guides: [] };
    const held = shift({ ...p.world, w, h }, -w / 2, -h / 2);
    const { x, y, guides } = aligned(core, held, () => this.neighbours(target), p.ctrl);
    return { box: { x, y, w, h }, guides };
  }

  /** Kept while nothing changes: the pointer moves often. */
  private neighbours(target: number): Box[] {
    const { core, kind } = this;
    const camera = core.camera.get();
    if (this.near?.target !== target || this.near.camera !== camera) {
      const container = core.scene.kinds.get(kind)?.container === true;
      const boxes = neighbours(core, { parents: new Set([target]), container });
      this.near = { target, camera, boxes };
    }
    return this.near.boxes;
  }

  private words(found: NestOffer, target: number, box: Box): string {
    const { core, kind } = this;
    const zone = found.allowed ? zoneOfNew(core, kind, box, found.parent ?? null) : undefined;
    const into = [
      ...(target >= 0 ? [`into ${core.store.title(found.parent!)}`] : []),
      ...(zone === undefined ? [] : [zoneWords(zone)]),
    ].join(", ");
    // A lane is drawn across what its region holds: it is right wherever it is pointed to.
    const because = kind === LANE && found.allowed ? "" : found.because;
    return because && found.allowed && into ? `${because}: ${into}` : because || into;
  }

  override pointerDown(p: PointerInfo): void {
    if (pansAnyway(this.core, p)) this.core.go(new Panning(this.core, p, this));
  }

  override pointerUp(p: PointerInfo): void {
    if (p.button !== 0) return;
    const { core, kind } = this;
    this.pointerMove(p);
    const { hint, ghost } = core.preview;
    core.preview = { ...core.preview, guides: [] };
    core.rest();
    if (hint?.refused) {
      core.clearPreview();
      const at = containerAt(core.scene, p.world);
      const under = at < 0 ? null : core.scene.ids[at]!;
      core.host.onNotice(hint.text, housing(core, kind, under, p.world));
      return;
    }
    void insertAt(core, kind, p.world, ghost ? { box: ghost.box } : {});
  }
}
