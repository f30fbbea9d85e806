/** A kind is in hand: a ghost of true size follows the pointer, a release or click places it. */
import type { Point } from "../../../geometry/box";
import { toGrid } from "../../../geometry/snap";
import type { EditorCore, ToolOptions } from "../../core";
import { GRID } from "../../edits";
import { containerAt } from "../../hit";
import { insertAt } from "../../insert";
import { freeLetter, LANE, laneBox, zoneOfNew } from "../../lanes";
import { housing } from "../../offers";
import { zoneWords } from "../../words";
import { Panning, pansAnyway } from "../pan/panning";
import { type PointerInfo, State } from "../state";

export class InsertIdle extends State {
  readonly name = "insert.idle";
  override readonly resting = true;
  private readonly kind: string;

  constructor(core: EditorCore, options: ToolOptions) {
    super(core);
    this.kind = options.kind ?? "server";
  }

  override enter(): void {
    this.core.surface.cursor("copy");
  }

  override pointerMove(p: PointerInfo): void {
    const { core, kind } = this;
    const size = core.scene.kinds.get(kind)?.size ?? [160, 56];
    const at: Point = { x: toGrid(p.world.x - size[0] / 2, GRID), y: toGrid(p.world.y - size[1] / 2, GRID) };
    const found = core.offer(kind, containerAt(core.scene, p.world));
    const target =
      found.allowed && found.parent !== undefined ? (core.scene.slotOf.get(found.parent) ?? -1) : -1;
    const free = { ...at, w: size[0], h: size[1] };
    const box = kind === LANE && target >= 0 ? laneBox(core.scene.box(target), p.world, size[0]) : free;
    const zone = found.allowed ? zoneOfNew(core, kind, box, found.parent ?? null) : undefined;
    const into = [
      ...(target >= 0 ? [`into ${core.store.title(found.parent!)}`] : []),
      ...(zone === undefined ? [] : [zoneWords(zone)]),
    ].join(", ");
    // A lane is drawn across what its region holds: it is right wherever it is pointed to.
    const because = kind === LANE && found.allowed ? "" : found.because;
    const text = because && found.allowed && into ? `${because}: ${into}` : because || into;
    const label = kind === LANE ? { label: `zone ${freeLetter(core.store, found.parent ?? null)}` } : {};
    core.preview = {
      ...core.preview,
      ghost: { kind, box, allowed: found.allowed, ...label },
      target,
      hint: text ? { at: p.world, text, refused: !found.allowed } : null,
    };
  }

  override pointerDown(p: PointerInfo): void {
    if (pansAnyway(this.core, p)) this.core.go(new Panning(this.core, p, this));
  }

  override pointerUp(p: PointerInfo): void {
    if (p.button !== 0) return;
    const { core, kind } = this;
    this.pointerMove(p);
    const hint = core.preview.hint;
    core.rest();
    if (hint?.refused) {
      core.clearPreview();
      const at = containerAt(core.scene, p.world);
      const under = at < 0 ? null : core.scene.ids[at]!;
      core.host.onNotice(hint.text, housing(core, kind, under, p.world));
      return;
    }
    void insertAt(core, kind, p.world, {});
  }
}
