// The commands of the group View.
import type { Workbench } from "../../panels/context";
import { EVERYTHING, focusOn, isPartial, OVERLAYS, type Showing } from "../../panels/showing";
import { focusInspector, focusNextPanel } from "../focus";
import { present, step } from "../presenting";
import type { Screen } from "../screen";
import { TEXT_SCALES } from "../theme";
import { type Command, drawing, onDrawing, onShapes, open, type Reach, tab } from "./command";

const presenting = ({ screen }: Reach) => screen.presenting.get() !== null;

export const VIEW: readonly Command[] = [
  drawing("zoom-in", "Zoom in", "View", { shortcut: "Ctrl+Plus" }),
  drawing("zoom-out", "Zoom out", "View", { shortcut: "Ctrl+-" }),
  drawing("zoom-100", "Zoom to 100 %", "View", { shortcut: "Ctrl+0" }),
  drawing("zoom-fit", "Show everything", "View", { shortcut: "Shift+1" }),
  drawing("zoom-selection", "Show selection", "View", { shortcut: "Shift+2" }),
  drawing("pan-up", "Move the view up", "View", { shortcut: "PgUp", keyWhen: onDrawing }),
  drawing("pan-down", "Move the view down", "View", { shortcut: "PgDn", keyWhen: onDrawing }),
  drawing("pan-left", "Move the view left", "View", { shortcut: "Shift+PgUp", keyWhen: onDrawing }),
  drawing("pan-right", "Move the view right", "View", { shortcut: "Shift+PgDn", keyWhen: onDrawing }),
  {
    id: "minimap",
    title: "Mini-map on or off",
    group: "View",
    shortcut: "M",
    when: open,
    run: ({ desk }) => desk.settings.set("minimap.on", !desk.settings.get("minimap.on", false)),
  },
  {
    id: "present",
    title: "Present",
    group: "View",
    shortcut: "Shift+P",
    search: "presentation full screen views show",
    when: (reach) => open(reach) && !presenting(reach),
    run: present,
  },
  {
    id: "present-next",
    title: "Next view of the presentation",
    group: "View",
    when: presenting,
    run: (reach) => step(reach, 1),
  },
  {
    id: "present-previous",
    title: "View before in the presentation",
    group: "View",
    when: presenting,
    run: (reach) => step(reach, -1),
  },
  {
    id: "present-end",
    title: "End the presentation",
    group: "View",
    when: presenting,
    run: ({ screen }) => screen.presenting.set(null),
  },
  drawing("next-link", "Next link", "View", { shortcut: "K", keyWhen: onDrawing, search: "walk follow" }),
  drawing("previous-link", "Previous link", "View", { shortcut: "Shift+K", keyWhen: onDrawing }),
  {
    id: "find",
    title: "Find…",
    group: "View",
    shortcut: "Ctrl+F",
    always: true,
    search: "query search filter highlight",
    when: open,
    run: ({ screen }) => showFind(screen),
  },
  {
    id: "show-hidden",
    title: "Show all parts",
    group: "View",
    search: "everything hidden filter layers focus off",
    when: ({ workbench }) => workbench !== null && isPartial(workbench.showing.get()),
    run: (reach) => change(reach, { ...EVERYTHING, overlay: reach.workbench?.showing.get().overlay ?? null }),
  },
  {
    id: "focus-container",
    title: "Work in this container",
    group: "View",
    search: "focus isolate fade the rest",
    when: ({ workbench }) => workbench !== null && containerOf(workbench) !== null,
    run: ({ workbench }) => workbench && focusOn(workbench, containerOf(workbench) as string),
  },
  {
    id: "leave-focus",
    title: "Leave the container",
    group: "View",
    search: "focus end all",
    when: ({ workbench }) => workbench !== null && workbench.showing.get().focus !== null,
    run: (reach) => change(reach, { focus: null }),
  },
  {
    id: "hide-unconnected",
    title: "Hide what is not connected",
    group: "View",
    search: "links only isolated",
    when: open,
    run: (reach) => {
      const now = reach.workbench?.showing.get().connected ?? null;
      const chosen = reach.workbench?.editor.selection.get().resources ?? [];
      change(reach, { connected: now === null ? [...chosen] : null });
    },
  },
  ...OVERLAYS.map(
    ({ id, title, help }): Command => ({
      id: `overlay-${id}`,
      title: `Overlay: ${title.toLowerCase()}`,
      group: "View",
      search: help,
      when: open,
      run: (reach) => change(reach, { overlay: reach.workbench?.showing.get().overlay === id ? null : id }),
    }),
  ),
  tab("parts", "parts"),
  tab("outline", "outline"),
  tab("views", "views"),
  tab("problems", "problems"),
  tab("deploy", "deploy"),
  tab("proof", "proof"),
  tab("figures", "figures"),
  tab("code", "code"),
  tab("versions", "versions"),
  tab("terminal", "terminal"),
  tab("log", "log"),
  {
    id: "panel-next",
    title: "Go to the next panel",
    group: "View",
    shortcut: "F6",
    always: true,
    movesFocus: true,
    search: "focus keyboard",
    when: open,
    run: () => focusNextPanel(1),
  },
  {
    id: "panel-previous",
    title: "Go to the panel before",
    group: "View",
    shortcut: "Shift+F6",
    always: true,
    movesFocus: true,
    search: "focus keyboard",
    when: open,
    run: () => focusNextPanel(-1),
  },
  {
    id: "inspect",
    title: "Go to its fields",
    group: "View",
    shortcut: "Alt+Enter",
    search: "inspector properties edit",
    keyWhen: onShapes,
    when: open,
    run: ({ desk }) => {
      desk.settings.set("right.on", true);
      focusInspector();
    },
  },
  {
    id: "toggle-left",
    title: "Left panel on or off",
    group: "View",
    shortcut: "Ctrl+B",
    when: open,
    run: ({ screen }) => screen.toggle("left"),
  },
  {
    id: "toggle-right",
    title: "Inspector on or off",
    group: "View",
    shortcut: "Ctrl+I",
    when: open,
    run: ({ screen }) => screen.toggle("right"),
  },
  {
    id: "toggle-drawer",
    title: "Bottom panel on or off",
    group: "View",
    shortcut: "Ctrl+J",
    when: open,
    run: ({ screen }) => screen.toggle("drawer"),
  },
  {
    id: "theme-light",
    title: "Light theme",
    group: "View",
    run: ({ desk }) => desk.settings.set("theme", "light"),
  },
  {
    id: "theme-dark",
    title: "Dark theme",
    group: "View",
    run: ({ desk }) => desk.settings.set("theme", "dark"),
  },
  {
    id: "theme-system",
    title: "Theme of the system",
    group: "View",
    run: ({ desk }) => desk.settings.set("theme", "system"),
  },
  {
    id: "text-larger",
    title: "Larger text",
    group: "View",
    search: "font size zoom accessibility",
    when: ({ desk }) => desk.settings.get("text.scale", 1) < 2,
    run: (reach) => scaleText(reach, 1),
  },
  {
    id: "text-smaller",
    title: "Smaller text",
    group: "View",
    search: "font size zoom accessibility",
    when: ({ desk }) => desk.settings.get("text.scale", 1) > 1,
    run: (reach) => scaleText(reach, -1),
  },
  {
    id: "contrast",
    title: "High contrast on or off",
    group: "View",
    run: ({ desk }) => desk.settings.set("contrast", !desk.settings.get("contrast", false)),
  },
];

function scaleText({ desk }: Reach, by: 1 | -1): void {
  const now = desk.settings.get("text.scale", 1);
  const nearest = TEXT_SCALES.findLastIndex((scale) => scale <= now + 0.01);
  const next = TEXT_SCALES[Math.min(TEXT_SCALES.length - 1, Math.max(0, nearest + by))]!;
  desk.settings.set("text.scale", next);
  desk.say({ text: `Text at ${Math.round(next * 100)} %` });
}

/** Asked for again, it takes the keyboard back. */
function showFind(screen: Screen): void {
  if (screen.find.get()) document.querySelector<HTMLElement>(".find input")?.focus();
  else screen.find.set(true);
}

function change({ workbench }: Reach, to: Partial<Showing>): void {
  workbench?.showing.set({ ...workbench.showing.get(), ...to });
}

/** The selected container, or the one around what is selected. */
function containerOf({ editor, document, catalog }: Workbench): string | null {
  const [id] = editor.selection.get().resources;
  if (id === undefined) return null;
  const holds = (one: string) => catalog.kind(document.resource(one)?.kind ?? "")?.container === true;
  return [id, ...document.ancestors(id)].find(holds) ?? null;
}
