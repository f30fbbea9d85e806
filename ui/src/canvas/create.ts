/** Makes an editor in an element: canvas, events, DOM layer. The one entry for the composition root. */
import type { Id } from "../document/model";
import type { DocumentStore } from "../document/store";
import { boxToScreen, framed, toWorld, viewBox } from "../editor/camera";
import { COMMANDS } from "../editor/commands";
import { EditorCore, type Surface } from "../editor/core";
import type { Editor, EditorHost, Item } from "../editor/editor";
import { insertAt } from "../editor/insert";
import { TOOLS } from "../editor/tools";
import type { Box, Point } from "../geometry/box";
import { installBridge } from "./bridge";
import { forgetText } from "./canvas_painter";
import { DomEvents } from "./dom_events";
import { DomLayer } from "./dom_layer";
import { Glide } from "./glide";
import { Minimap } from "./minimap";
import { View } from "./view";

export function createEditor(container: HTMLElement, store: DocumentStore, host: EditorHost): Editor {
  const root = document.createElement("div");
  root.className = "canvas-root";
  root.style.cssText =
    "position:absolute;inset:0;overflow:hidden;outline:none;touch-action:none;user-select:none;";
  const canvas = document.createElement("canvas");
  canvas.style.cssText = "position:absolute;left:0;top:0;display:block;";
  canvas.setAttribute("aria-hidden", "true");
  root.append(canvas);
  container.append(root);

  const client = (p: Point): Point => {
    const r = root.getBoundingClientRect();
    return { x: p.x + r.left, y: p.y + r.top };
  };
  const surface: Surface = {
    frame: () => view.request(),
    stale: (boxes) => {
      view.plate.stale(boxes);
      view.request();
      layer.refresh();
    },
    fresh: () => view.fresh(),
    announce: (text) => layer.announce(text),
    cursor: (name) => {
      if (root.style.cursor !== name) root.style.cursor = name;
    },
    travel: (move) => glide.travel(move),
    editText: (request) => layer.editText(request),
  };
  const core = new EditorCore(store, onScreen(host, client), quietSurface(), TOOLS);
  const view = new View(core, canvas);
  const layer = new DomLayer(core, root);
  core.surface = surface;
  const events = new DomEvents(core, root);
  const lessMotion = matchMedia("(prefers-reduced-motion: reduce)");
  const glide = new Glide(core.camera, () => lessMotion.matches);
  view.beforeFrame = () => {
    events.flush();
    return glide.step(performance.now());
  };
  const size = () => view.resize(Math.max(1, root.clientWidth), Math.max(1, root.clientHeight));
  const observer = new ResizeObserver(size);
  observer.observe(root);
  size();
  loadFont().then(() => {
    forgetText();
    view.staleAll();
  });
  const minimap = minimapIn(core, view, container, root);
  const see = (box: Box) => {
    // The room may have changed since the last frame.
    size();
    core.surface.travel(() => core.camera.set(framed(box, core.view)));
  };
  const editor = { ...makeEditor(core, view, events, root), setMinimap: minimap.set, see };
  const destroy = () => {
    observer.disconnect();
    minimap.set(false);
    events.destroy();
    layer.destroy();
    view.destroy();
    core.destroy();
    root.remove();
  };
  const whole: Editor = { ...editor, destroy };
  if (__TEST_BRIDGE__) installBridge(whole, core, view, root);
  return whole;
}

/** Beside the drawing's element, so that its presses are not the drawing's. */
function minimapIn(core: EditorCore, view: View, container: HTMLElement, root: HTMLElement) {
  let map: Minimap | null = null;
  const set = (on: boolean) => {
    if (on === (map !== null)) return;
    map?.destroy();
    map = on ? new Minimap(core, view.plate, container, () => root.focus({ preventScroll: true })) : null;
    // A frame leads to a picture where there is none.
    view.request();
  };
  return { set };
}

/** Before the view stands nothing can be shown. */
function quietSurface(): Surface {
  const nothing = () => {};
  return {
    frame: nothing,
    stale: nothing,
    fresh: nothing,
    announce: nothing,
    cursor: nothing,
    travel: (move) => move(),
    editText: nothing,
  };
}

/** The core thinks in view pixels; hosts place menus in client pixels. */
function onScreen(host: EditorHost, client: (p: Point) => Point): EditorHost {
  const wrapped: Pick<EditorHost, "onContextMenu" | "onInsertRequest"> = {
    onContextMenu: (request) => host.onContextMenu({ ...request, client: client(request.client) }),
    onInsertRequest: (request) => host.onInsertRequest({ ...request, client: client(request.client) }),
  };
  // The host may be an instance of a class: its other methods are found through the prototype.
  return Object.assign(Object.create(host) as EditorHost, wrapped);
}

async function loadFont(): Promise<void> {
  const wanted = ["400 12px", "600 12px"].map((f) => document.fonts.load(`${f} "Inter Variable"`));
  await Promise.allSettled(wanted);
}

function makeEditor(
  core: EditorCore,
  view: View,
  events: DomEvents,
  root: HTMLElement,
): Omit<Editor, "destroy" | "setMinimap" | "see"> {
  return {
    selection: core.selection,
    camera: core.camera,
    tool: core.tool,
    toolLock: core.toolLock,
    hover: core.hover,
    select: (selection) => core.select(selection),
    setTool: (tool, options) => core.setTool(tool, options),
    setTheme: (theme, contrast = false, textScale = 1) => view.setTheme(theme, contrast, textScale),
    setReadOnly: (readOnly) => {
      core.readOnly = readOnly;
      view.request();
    },
    setCovered: (bottom) => {
      core.covered = bottom;
    },
    setCatalog: (kinds, icons) => {
      view.setIcons(icons);
      core.setKinds(kinds);
    },
    setJudgement: (judgement) => core.setJudgement(judgement),
    setRoutes: (routes) => core.setRoutes(routes),
    highlight: (ids) => {
      core.highlighted = ids ? new Set(core.scene.slots(ids)) : null;
      view.request();
    },
    show: (ids, options) => core.show(ids, options ?? {}),
    mark: (marks) => {
      const slots = marks && [...marks].map(([id, mark]) => [core.scene.slotOf.get(id) ?? -1, mark] as const);
      core.marks = slots && new Map(slots.filter(([slot]) => slot >= 0));
      view.request();
    },
    setLab: (shown) => {
      if (core.live === null && shown === null) return;
      core.live = shown;
      view.request();
    },
    startAnew: () => core.startAnew(),
    whenLoaded: (run) => core.whenLoaded(run),
    reveal: (id) => void reveal(core, id),
    focus: (id) => {
      if (reveal(core, id)) root.focus({ preventScroll: true });
    },
    setCamera: (camera) => core.camera.set(camera),
    seen: () => viewBox(core.camera.get(), core.view),
    run: (command) => {
      if (COMMANDS[command].can(core)) COMMANDS[command].run(core);
    },
    can: (command) => COMMANDS[command].can(core),
    startInsert: (kind, event) => events.startInsert(kind, event),
    insert: (kind, at, options) => insertAt(core, kind, at, options ?? {}),
    pointer: () => core.pointed(),
    middle: () => toWorld(core.camera.get(), { x: core.view.w / 2, y: core.view.h / 2 }),
    bringIntoView: (ids) => core.bringIntoView(ids),
    clientToWorld: (p) => {
      const r = root.getBoundingClientRect();
      return toWorld(core.camera.get(), { x: p.x - r.left, y: p.y - r.top });
    },
    clientRect: (item) => clientRect(core, root, item),
    stats: () => view.stats(),
    grabFocus: () => root.focus({ preventScroll: true }),
  };
}

/** False where there is no such thing. */
function reveal(core: EditorCore, id: Id): boolean {
  const slot = core.scene.slotOf.get(id);
  const link = core.scene.linkSlotOf.get(id);
  if (slot === undefined && link === undefined) return false;
  if (!(slot !== undefined ? core.scene.shown(slot) : core.scene.linkShown(link!)))
    core.host.onNotice(`${slot !== undefined ? core.store.title(id) : "the link"} is not in this view`, {
      title: "Show all parts",
      take: () => core.host.onCommand("show-hidden"),
    });
  core.select(slot !== undefined ? { resources: [id] } : { links: [id] });
  core.reveal(slot ?? core.scene.from[link!]!);
  return true;
}

function clientRect(core: EditorCore, root: HTMLElement, item: Item): Box | null {
  const b = worldBox(core, item);
  if (!b) return null;
  const r = root.getBoundingClientRect();
  const s = boxToScreen(core.camera.get(), b);
  return { ...s, x: s.x + r.left, y: s.y + r.top };
}

function worldBox(core: EditorCore, item: Item): Box | null {
  const { scene } = core;
  if (item.on === "resource") {
    const slot = scene.slotOf.get(item.id);
    return slot === undefined ? null : scene.box(slot);
  }
  const slot = scene.linkSlotOf.get(item.id);
  if (slot === undefined || !scene.linkAlive[slot]) return null;
  return core.labelBox(slot);
}
