/** Drags a way-point of a link, or makes one where the line was pressed. */
import type { EditJson, Id } from "../../../document/model";
import type { Point } from "../../../geometry/box";
import { nearest, routeThrough } from "../../../geometry/polyline";
import { toGrid } from "../../../geometry/snap";
import type { EditorCore } from "../../core";
import { GRID } from "../../edits";
import { type PointerInfo, State } from "../state";

function bendEdit(core: EditorCore, id: Id, via: readonly Point[]): EditJson {
  const link = core.store.link(id)!;
  return {
    edit: "batch",
    name: `Bend ${core.store.title(link.from)} → ${core.store.title(link.to)}`,
    edits: [{ edit: "set-layout", links: { [id]: via.map((w): [number, number] => [w.x, w.y]) } }],
  };
}

/** By keyboard: moves the way-points of a link, or gives it its first one where its label stands. */
export function bendBy(core: EditorCore, id: Id, dx: number, dy: number): void {
  void core.turns.take({
    run: () => {
      const slot = core.scene.linkSlotOf.get(id);
      if (slot === undefined || !core.scene.linkAlive[slot]) return Promise.resolve(false);
      const { x, y } = core.scene.labelAt(slot);
      const own = core.waypoints(id);
      const via = own.length > 0 ? own : [{ x: toGrid(x, GRID), y: toGrid(y, GRID) }];
      const moved = via.map((w) => ({ x: w.x + dx, y: w.y + dy }));
      return core.commit(bendEdit(core, id, moved), "bent the link");
    },
  });
}

export class Bending extends State {
  readonly name = "select.bending";
  private readonly from: PointerInfo;
  private readonly link: number;
  private readonly index: number | null;
  private via: Point[] | null = null;

  constructor(core: EditorCore, from: PointerInfo, link: number, index: number | null) {
    super(core);
    this.from = from;
    this.link = link;
    this.index = index;
  }

  override pointerMove(p: PointerInfo): void {
    const { core, link } = this;
    if (!this.via && !this.dragged(this.from, p)) return;
    const { scene } = core;
    if (!this.via) core.hide([], [link]);
    const at = p.ctrl
      ? { x: Math.round(p.world.x), y: Math.round(p.world.y) }
      : { x: toGrid(p.world.x, GRID), y: toGrid(p.world.y, GRID) };
    const via = core.waypoints(scene.linkIds[link]!);
    if (this.index !== null) via[this.index] = at;
    else via.splice(this.place(via), 0, at);
    this.via = via;
    const points = routeThrough(scene.box(scene.from[link]!), via, scene.box(scene.to[link]!));
    core.preview = { ...core.preview, bend: { link, points } };
  }

  /** Between which way-points the line was pressed: by the order in which the route passes them. */
  private place(via: readonly Point[]): number {
    const route = this.core.scene.route(this.link);
    const pressed = nearest(this.from.world, route).segment;
    return via.filter((w) => nearest(w, route).segment < pressed).length;
  }

  override pointerUp(): void {
    const { core, via } = this;
    core.rest();
    if (!via) return core.clearPreview();
    void core
      .commit(bendEdit(core, core.scene.linkIds[this.link]!, via), "bent the link")
      .then(() => core.unhide());
  }

  override cancel(): void {
    this.core.unhide();
  }
}
