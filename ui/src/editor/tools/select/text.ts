/** Text edited in place: titles of shapes, ports of links. */
import type { EditJson } from "../../../document/model";
import { labelPoint } from "../../../geometry/polyline";
import type { EditorCore } from "../../core";

export function renameShape(core: EditorCore, slot: number): void {
  const id = core.scene.ids[slot]!;
  const b = core.scene.box(slot);
  const old = core.store.title(id);
  const top = core.scene.container(slot);
  core.surface.editText({
    box: top
      ? { x: b.x + 30, y: b.y + 4, w: Math.min(220, b.w - 40), h: 24 }
      : { x: b.x + 54, y: b.y + 8, w: Math.max(80, b.w - 60), h: 24 },
    text: old,
    label: `Name of ${old}`,
    align: "left",
    done: (text) => {
      const title = text?.trim();
      if (title === undefined || title === old) return;
      const edit: EditJson = title
        ? { edit: "set-attribute", resource: id, path: ["title"], value: title }
        : { edit: "unset-attribute", resource: id, path: ["title"] };
      void core.commit(
        { edit: "batch", name: `Name ${old} “${title || id}”`, edits: [edit] },
        `named ${title || id}`,
      );
    },
  });
}

/** "443, udp/53, http" → what the file says. */
export function parsePorts(text: string): string[] {
  return text
    .split(/[\s,]+/)
    .filter(Boolean)
    .map((part) => (/^\d+(-\d+)?$/.test(part) ? `tcp/${part}` : part));
}

export function editLabel(core: EditorCore, slot: number): void {
  const id = core.scene.linkIds[slot]!;
  const link = core.store.link(id);
  if (!link) return;
  const at = labelPoint(core.scene.points, core.scene.routeAt[slot], core.scene.routeLength[slot]);
  const old = (link.allow ?? []).join(", ");
  core.surface.editText({
    box: { x: at.x - 70, y: at.y - 12, w: 140, h: 24 },
    text: old,
    label: `Ports from ${core.store.title(link.from)} to ${core.store.title(link.to)}`,
    align: "center",
    done: (text) => {
      if (text === null || text.trim() === old) return;
      const name = `Allow ${text.trim() || "all services"} from ${core.store.title(link.from)} to ${core.store.title(link.to)}`;
      void core.commit({ edit: "batch", name, edits: [{ edit: "set-link", id, allow: parsePorts(text) }] });
    },
  });
}
