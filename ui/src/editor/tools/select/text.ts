/** Text edited in place: titles of shapes, ports of links. */
import type { EditJson } from "../../../document/model";
import type { EditorCore } from "../../core";
import { article } from "../../nesting";
import { completePorts, parsePorts } from "../../ports";

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

/** Kinds of links that carry no packets to ports of their own. */
const WITHOUT_PORTS = new Set(["attachment", "dependency", "cable", "trigger"]);

/** The ports of a link, where its label stands; what they cannot be is said in the field. */
export async function editLabel(core: EditorCore, slot: number): Promise<void> {
  const { scene, store, host } = core;
  const id = scene.linkIds[slot]!;
  const link = store.link(id);
  if (!link) return;
  if (WITHOUT_PORTS.has(scene.linkKind[slot]!))
    return host.onNotice(`${article(scene.linkKind[slot]!)} has no ports`);
  const offered = (await host.services?.(link.to)) ?? null;
  const ends = `from ${store.title(link.from)} to ${store.title(link.to)}`;
  const at = scene.labelAt(slot);
  const old = (link.allow ?? []).join(", ");
  core.surface.editText({
    box: { x: at.x - 80, y: at.y - 12, w: 160, h: 24 },
    text: old,
    label: `Ports ${ends}`,
    align: "center",
    hint:
      offered && offered.length > 0
        ? `empty: ${offered.map((one) => one.name).join(", ")}`
        : "tcp/443, https",
    check: (text) => {
      const parsed = parsePorts(text, offered);
      return "wrong" in parsed ? parsed.wrong : undefined;
    },
    complete: (text, caret) => completePorts(text, caret, offered),
    done: (text) => {
      if (text === null || text.trim() === old) return;
      const parsed = parsePorts(text, offered);
      if ("wrong" in parsed) return host.onNotice(parsed.wrong);
      const { allow } = parsed;
      const what = allow.join(", ") || "all services";
      const edit: EditJson = { edit: "set-link", id, allow };
      void core.commit(
        { edit: "batch", name: `Allow ${what} ${ends}`, edits: [edit] },
        `allowed ${what} ${ends}`,
      );
    },
  });
}
