/** Waiting for a press; shows what is under the pointer. */
import { containerAt, type Grip, type Hit } from "../../hit";
import { kindsFor } from "../../nesting";
import { Panning, pansAnyway } from "../pan/panning";
import { type PointerInfo, State } from "../state";
import { Bending } from "./bending";
import { PointingCanvas } from "./pointing_canvas";
import { PointingPlus } from "./pointing_plus";
import { PointingShape } from "./pointing_shape";
import { Resizing } from "./resizing";
import { editLabel, renameShape } from "./text";

export class SelectIdle extends State {
  readonly name = "select.idle";
  override readonly resting = true;

  override enter(): void {
    this.core.surface.cursor("default");
  }

  override pointerMove(p: PointerInfo): void {
    const hit = this.core.hit(p.world);
    this.core.setHover(this.core.item(hit));
    this.core.surface.cursor(this.core.spaceDown ? "grab" : cursorFor(hit));
  }

  override pointerDown(p: PointerInfo): void {
    const { core } = this;
    if (pansAnyway(core, p)) return core.go(new Panning(core, p, this));
    if (p.button !== 0) return;
    const hit = core.hit(p.world);
    switch (hit.on) {
      case "grip":
        return core.go(new Resizing(core, p, hit.slot, hit.grip));
      case "plus":
        return core.go(new PointingPlus(core, p, hit.slot));
      case "waypoint":
        return core.go(new Bending(core, p, hit.slot, hit.index));
      case "link":
        return this.pressLink(p, hit.slot);
      case "shape":
        return core.go(this.press(p, hit));
      case "nothing":
        return core.go(p.touch ? new Panning(core, p, this) : new PointingCanvas(core, p, -1));
    }
  }

  /** An unselected container is grabbed at its header or edge; a drag on its inside draws a band. */
  private press(p: PointerInfo, hit: Extract<Hit, { on: "shape" }>): State {
    const { core } = this;
    const selected = core.selection.get().resources.includes(core.scene.ids[hit.slot]!);
    if (core.scene.container(hit.slot) && hit.part === "body" && !selected)
      return p.touch ? new Panning(core, p, this) : new PointingCanvas(core, p, hit.slot);
    return new PointingShape(core, p, hit.slot);
  }

  private pressLink(p: PointerInfo, slot: number): void {
    const { core } = this;
    const id = core.scene.linkIds[slot]!;
    const { resources, links } = core.selection.get();
    if (p.shift) {
      const next = links.includes(id) ? links.filter((l) => l !== id) : [...links, id];
      core.select({ resources, links: next });
      return;
    }
    core.select({ links: [id] });
    if (!core.readOnly) core.go(new Bending(core, p, slot, null));
  }

  override doubleClick(p: PointerInfo): void {
    const { core } = this;
    const hit = core.hit(p.world);
    if (hit.on === "link" && !core.readOnly) return void editLabel(core, hit.slot);
    if (hit.on === "waypoint") return this.dropWaypoint(hit.slot, hit.index);
    if (hit.on === "shape" && core.host.onOpen?.(core.scene.ids[hit.slot]!)) return;
    if (hit.on === "shape" && !(core.scene.container(hit.slot) && hit.part === "body"))
      return core.readOnly ? core.host.onInspect(core.item(hit)!) : renameShape(core, hit.slot);
    if (core.readOnly || (hit.on !== "nothing" && hit.on !== "shape")) return;
    const at = containerAt(core.scene, p.world);
    const parent = at < 0 ? null : core.scene.ids[at]!;
    const kinds = kindsFor(
      core.scene.kinds,
      parent === null ? null : (core.store.resource(parent)?.kind ?? null),
    );
    core.host.onInsertRequest({ client: p.screen, world: p.world, parent, kinds });
  }

  private dropWaypoint(slot: number, index: number): void {
    const id = this.core.scene.linkIds[slot]!;
    const left = this.core.waypoints(id).filter((_, k) => k !== index);
    const points = left.length > 0 ? left.map((w): [number, number] => [w.x, w.y]) : null;
    void this.core.commit({
      edit: "batch",
      name: "Remove a way-point",
      edits: [{ edit: "set-layout", links: { [id]: points } }],
    });
  }
}

const RESIZE: { [grip in Grip]: string } = {
  n: "ns-resize",
  s: "ns-resize",
  e: "ew-resize",
  w: "ew-resize",
  nw: "nwse-resize",
  se: "nwse-resize",
  ne: "nesw-resize",
  sw: "nesw-resize",
};

function cursorFor(hit: Hit): string {
  switch (hit.on) {
    case "grip":
      return RESIZE[hit.grip];
    case "plus":
      return "crosshair";
    case "waypoint":
      return "move";
    case "link":
      return hit.part === "label" ? "text" : "pointer";
    case "shape":
      return hit.part === "edge" || hit.part === "header" ? "move" : "default";
    case "nothing":
      return "default";
  }
}
