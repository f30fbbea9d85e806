// The commands that play with a running lab: no edits, and nothing for Undo.
import { isOff, LIVE, nameOf } from "../../panels/lab_live";
import { type Command, open, type Reach } from "./command";

const runs = ({ desk }: Reach) => desk.deploy.get()?.state === "running";
const off = ({ desk }: Reach) => desk.deploy.get()?.off ?? [];

/** By what the selected things are switched. */
function names({ desk, workbench }: Reach): string[] {
  const { resources, links } = workbench?.editor.selection.get() ?? { resources: [], links: [] };
  const design = desk.document.design();
  return [...resources, ...links].map((id) => nameOf(design, id));
}

const thatAre = (reach: Reach, on: boolean) => names(reach).filter((name) => isOff(off(reach), name) !== on);

async function turn({ desk }: Reach, things: string[], on: boolean): Promise<void> {
  const at = { session: desk.session.get(), environment: desk.environment.get() };
  await desk.ask(desk.backend.call("lab_switch", { ...at, things, on }));
}

export const LAB: readonly Command[] = [
  {
    id: "lab-off",
    title: "Switch off in the lab",
    group: "Deploy",
    shortcut: "Ctrl+Shift+O",
    search: "unplug fail kill link server zone outage power",
    when: (reach) => runs(reach) && thatAre(reach, true).length > 0,
    run: (reach) => void turn(reach, thatAre(reach, true), false),
  },
  {
    id: "lab-on",
    title: "Switch on in the lab",
    group: "Deploy",
    shortcut: "Ctrl+Alt+O",
    search: "plug back repair power",
    when: (reach) => runs(reach) && thatAre(reach, false).length > 0,
    run: (reach) => void turn(reach, thatAre(reach, false), true),
  },
  {
    id: "lab-all-on",
    title: "Switch everything on in the lab",
    group: "Deploy",
    search: "plug back repair power",
    when: (reach) => off(reach).length > 0,
    run: (reach) => void turn(reach, [], true),
  },
  {
    id: "live",
    title: "Live traffic on or off",
    group: "View",
    search: "lab packets counters probes answers",
    when: open,
    run: ({ desk }) => desk.settings.set(LIVE, !desk.settings.get(LIVE, true)),
  },
];
