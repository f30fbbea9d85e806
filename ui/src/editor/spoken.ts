/** What a screen reader says of an item: "server App server in subnet app, 1 error, 3 links". */

import type { EditorCore } from "./core";
import type { Item } from "./editor";
import { STATUSES } from "./scene/look";
import { inSentence } from "./words";

export function spokenName(core: EditorCore, item: Item): string {
  const { store, scene } = core;
  if (item.on === "link") {
    const link = store.link(item.id);
    if (!link) return item.id;
    const slot = scene.linkSlotOf.get(item.id);
    const label = slot === undefined ? "" : scene.label[slot];
    return `link from ${store.title(link.from)} to ${store.title(link.to)}${label ? `, ${label}` : ""}`;
  }
  const resource = store.resource(item.id);
  if (!resource) return item.id;
  const word = (kind: string) => inSentence(scene.kinds.get(kind)?.title ?? kind.replaceAll("-", " "));
  const parts = [`${word(resource.kind)} ${store.title(item.id)}`];
  const parent = core.parentOf(item.id);
  if (parent !== null) parts[0] += ` in ${word(store.resource(parent)!.kind)} ${store.title(parent)}`;
  const slot = scene.slotOf.get(item.id);
  const status = slot === undefined ? "none" : STATUSES[scene.status[slot]!]!;
  if (status === "error" || status === "warning" || status === "advice")
    parts.push(`has ${status === "advice" ? "advice" : `a ${status}`}`.replace("a error", "an error"));
  const links = store.linksOf(item.id).length;
  if (links > 0) parts.push(links === 1 ? "1 link" : `${links} links`);
  const inside = store.children(item.id).length;
  if (inside > 0) parts.push(`holds ${inside}`);
  return parts.join(", ");
}
