/** Shortcuts of the drawing. They act only while it has the focus, so never while somebody types. */
import { panBy } from "./camera";
import { COMMANDS } from "./commands";
import type { EditorCore } from "./core";
import type { EditorCommand, HostCommand } from "./editor";
import { GRID } from "./edits";
import { insertNow } from "./insert";
import { firstShape, neighbourIn } from "./navigate";
import { nudge } from "./steps";
import { bendBy } from "./tools/select/bending";
import type { KeyInfo } from "./tools/state";

/** `Ctrl+` stands for the command key on a Mac as well. */
const EDITOR_KEYS: { [key: string]: EditorCommand } = {
  "Ctrl+a": "select-all",
  "Ctrl+d": "duplicate",
  "Shift+!": "zoom-fit",
  "Shift+1": "zoom-fit",
  "Shift+@": "zoom-selection",
  "Shift+2": "zoom-selection",
  "Ctrl+0": "zoom-100",
  "Shift+0": "zoom-100",
  "Shift+)": "zoom-100",
  "Ctrl+=": "zoom-in",
  "Ctrl++": "zoom-in",
  "+": "zoom-in",
  "Shift++": "zoom-in",
  "Ctrl+-": "zoom-out",
  "-": "zoom-out",
  PageUp: "pan-up",
  PageDown: "pan-down",
  "Shift+PageUp": "pan-left",
  "Shift+PageDown": "pan-right",
  "Alt+Shift+ArrowLeft": "narrower",
  "Alt+Shift+ArrowRight": "wider",
  "Alt+Shift+ArrowUp": "shorter",
  "Alt+Shift+ArrowDown": "taller",
  Delete: "delete",
  Backspace: "delete",
  F2: "rename",
  q: "tool-lock",
  ContextMenu: "menu",
  "Shift+F10": "menu",
  k: "next-link",
  "Shift+k": "previous-link",
  "/": "insert",
  Insert: "insert",
};

const HOST_KEYS: { [key: string]: HostCommand } = {
  "Ctrl+c": "copy",
  "Ctrl+f": "find",
  "Ctrl+k": "command-palette",
  "Ctrl+s": "save",
  "Ctrl+Shift+z": "redo",
  "Ctrl+v": "paste",
  "Ctrl+x": "cut",
  "Ctrl+y": "redo",
  "Ctrl+z": "undo",
  "Shift+?": "help",
};

const TOOL_KEYS: { [key: string]: "select" | "pan" | "link" | "note" } = {
  h: "pan",
  l: "link",
  n: "note",
  v: "select",
};

const DIRECTIONS: { [key: string]: [number, number] } = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

/** Pixels that an arrow moves the view by. */
const PAN_STEP = 64;

/** Room for a link and its label. */
const SPROUT_GAP = 56;

export function chord(k: KeyInfo): string {
  const key = k.key.length === 1 ? k.key.toLowerCase() : k.key;
  return `${k.ctrl ? "Ctrl+" : ""}${k.alt ? "Alt+" : ""}${k.shift ? "Shift+" : ""}${key}`;
}

/** Answers whether the key meant something here. */
export function pressKey(core: EditorCore, k: KeyInfo): boolean {
  if (core.key(k)) return true;
  if (!k.down) return false;
  if (k.key === "Escape") {
    goBack(core);
    return true;
  }
  // In the middle of a gesture only Escape and the gesture's own keys count.
  if (!core.state.resting) return false;
  if (bend(core, k)) return true;
  const name = chord(k);
  const command = EDITOR_KEYS[name];
  if (name === "Ctrl+Shift+l") {
    const act = COMMANDS.lock.can(core) ? COMMANDS.lock : COMMANDS.unlock;
    if (act.can(core)) act.run(core);
    return true;
  }
  if (command) {
    if (COMMANDS[command].can(core)) COMMANDS[command].run(core);
    return true;
  }
  const asked = HOST_KEYS[name];
  if (asked) {
    core.host.onCommand(asked);
    return true;
  }
  const tool = TOOL_KEYS[name];
  if (tool) {
    if (!core.readOnly || tool === "pan" || tool === "select") core.setTool(tool);
    return true;
  }
  if (k.key === "Enter" && !k.ctrl && !k.alt) return enter(core, k.shift);
  if (k.key.startsWith("Arrow")) return arrow(core, k);
  return false;
}

/** What was walked to is left for what holds it; else Escape ends the gesture, the tool, the selection. */
function goBack(core: EditorCore): void {
  const chosen = core.selection.get();
  const [id] = chosen.resources;
  const walked = core.walked === chosen && core.state.resting && core.tool.get() === "select";
  if (walked && id !== undefined && core.parentOf(id) !== null) COMMANDS["leave-container"].run(core);
  else core.cancel();
}

/** Enter goes into a container, or to a shape's fields; Shift+Enter goes out. */
function enter(core: EditorCore, out: boolean): boolean {
  const { resources, links } = core.selection.get();
  const [id] = resources;
  if (id !== undefined) {
    const slot = core.scene.slotOf.get(id);
    if (out) COMMANDS["leave-container"].run(core);
    else if (slot !== undefined && core.scene.container(slot)) COMMANDS["enter-container"].run(core);
    else core.host.onInspect({ on: "resource", id });
  } else if (COMMANDS["edit-ports"].can(core)) COMMANDS["edit-ports"].run(core);
  else if (links[0] !== undefined) core.host.onInspect({ on: "link", id: links[0] });
  else return false;
  return true;
}

/** Ctrl with an arrow: one more like it on that side, linked from the selected one where the catalog allows. */
function sprout(core: EditorCore, key: string): boolean {
  const [slot, more] = core.selectedSlots();
  if (slot === undefined || more !== undefined || core.readOnly) return false;
  void core.turns.take({ run: () => growFrom(core, key) });
  return true;
}

async function growFrom(core: EditorCore, key: string): Promise<void> {
  const [slot] = core.selectedSlots();
  if (slot === undefined) return;
  const id = core.scene.ids[slot]!;
  const b = core.scene.box(slot);
  const [dx, dy] = DIRECTIONS[key] ?? [0, 0];
  const at = {
    x: b.x + b.w / 2 + dx * (b.w + SPROUT_GAP),
    y: b.y + b.h / 2 + dy * (b.h + SPROUT_GAP),
  };
  const size = [b.w, b.h] as const;
  await insertNow(core, core.store.resource(id)!.kind, at, { parent: core.parentOf(id), linkFrom: id, size });
}

/** Plain arrows move a selection and walk where there is none, with the hand they pan; Alt always walks. */
function arrow(core: EditorCore, k: KeyInfo): boolean {
  const chosen = core.selectedSlots();
  if (k.ctrl) return sprout(core, k.key);
  if (core.tool.get() === "pan" && !k.alt) {
    const [x, y] = DIRECTIONS[k.key] ?? [0, 0];
    const step = k.shift ? GRID : PAN_STEP;
    core.camera.set(panBy(core.camera.get(), -x * step, -y * step));
    return true;
  }
  if (chosen.length > 0 && !k.alt) {
    const step = k.shift ? 1 : GRID;
    const [dx, dy] = DIRECTIONS[k.key] ?? [0, 0];
    nudge(core, dx * step, dy * step);
    return true;
  }
  const next = nextInDirection(core, chosen[chosen.length - 1], k.key);
  if (next < 0) core.surface.announce("nothing further in this direction");
  else core.walkTo({ on: "resource", id: core.scene.ids[next]! });
  return true;
}

/** From a link the arrows go to the end that lies there. */
function nextInDirection(core: EditorCore, from: number | undefined, key: string): number {
  const { scene } = core;
  if (from !== undefined) return neighbourIn(scene, from, key);
  const [link] = core.selection.get().links;
  const slot = link === undefined ? undefined : scene.linkSlotOf.get(link);
  if (slot === undefined) return firstShape(scene);
  const [dx, dy] = DIRECTIONS[key] ?? [0, 0];
  const along = (s: number) => (scene.x[s]! + scene.w[s]! / 2) * dx + (scene.y[s]! + scene.h[s]! / 2) * dy;
  const [a, b] = [scene.from[slot]!, scene.to[slot]!];
  return along(a) > along(b) ? a : b;
}

/** Alt+Shift with an arrow resizes a shape, and bends a link. */
function bend(core: EditorCore, k: KeyInfo): boolean {
  const { resources, links } = core.selection.get();
  const direction = k.alt && k.shift && !k.ctrl ? DIRECTIONS[k.key] : undefined;
  if (!direction || links.length !== 1 || resources.length > 0 || core.readOnly) return false;
  bendBy(core, links[0]!, direction[0] * GRID, direction[1] * GRID);
  return true;
}
