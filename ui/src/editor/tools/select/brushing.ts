/** The rubber band: to the right it takes what it encloses, to the left all that it touches. */
import { boxOf, contains, containsPoint, touches } from "../../../geometry/box";
import { bounds } from "../../../geometry/polyline";
import type { EditorCore } from "../../core";
import type { Selection } from "../../editor";
import { type PointerInfo, State } from "../state";

export class Brushing extends State {
  readonly name = "select.brushing";
  private readonly from: PointerInfo;

  constructor(core: EditorCore, from: PointerInfo, now: PointerInfo) {
    super(core);
    this.from = from;
    this.pointerMove(now);
  }

  /** The selection waits for the release: panels and screen readers have nothing from a band that still moves. */
  override pointerMove(p: PointerInfo): void {
    const { core, from } = this;
    const box = boxOf(from.world, p.world);
    const touching = p.world.x < from.world.x;
    const found = this.within(box, touching);
    const keep = from.shift ? core.selection.get() : { resources: [], links: [] };
    const taken = {
      resources: [...new Set([...keep.resources, ...found.resources])],
      links: [...new Set([...keep.links, ...found.links])],
    };
    core.preview = { ...core.preview, band: { box, touching, taken } };
  }

  /** Containers that the band started in, or that are only touched, are not meant. */
  private within(box: ReturnType<typeof boxOf>, touching: boolean): Selection {
    const { scene } = this.core;
    const resources = scene
      .shapesIn(box)
      .filter((s) => {
        const b = scene.box(s);
        if (contains(box, b)) return true;
        return touching && !scene.ground(s) && touches(box, b) && !containsPoint(b, this.from.world);
      })
      .map((s) => scene.ids[s]!);
    const links = scene
      .linksIn(box)
      .filter((l) => contains(box, bounds(scene.points, scene.routeAt[l], scene.routeLength[l])))
      .map((l) => scene.linkIds[l]!);
    return { resources, links };
  }

  override pointerUp(): void {
    const { core } = this;
    core.select(core.marked());
    core.clearPreview();
    const n = core.selection.get().resources.length;
    core.surface.announce(n === 1 ? "1 selected" : `${n} selected`);
    core.rest();
  }
}
