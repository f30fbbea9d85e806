// The shells of this window, and how one is opened in a thing of the drawing.
import type { Backend } from "../../ipc/backend";
import type { Workbench } from "../context";
import { createShells, type Shells } from "./shells";

const known = new WeakMap<Backend, Shells>();

/** Those of this window. */
export function shellsOf({ backend, copy, settings, theme }: Workbench): Shells {
  const there = known.get(backend);
  if (there) return there;
  const options = {
    copy: (text: string) => void copy(text, "Copied"),
    spoken: () => settings.get(SPOKEN, false),
    onChange(listener: () => void) {
      // The page has the new colours after this turn.
      const later = () => window.setTimeout(listener, 0);
      const stop = [settings.subscribe(later), theme.subscribe(later)];
      return () => {
        for (const one of stop) one();
      };
    },
  };
  const shells = createShells(backend, async (on) => {
    const { screenMaker } = await import("./screen");
    return screenMaker(options)(on);
  });
  known.set(backend, shells);
  return shells;
}

export const SPOKEN = "terminal.spoken";

/** Kinds that are machines: a double click on one that runs opens its terminal. */
const MACHINES = new Set(["server", "server-group", "physical-server", "hypervisor", "bastion"]);

/** Whether there is a running lab to open a terminal in. */
export function labRuns({ deploy, environment, document }: Workbench): boolean {
  const state = deploy.get()?.state;
  const provider = document.design().environments[environment.get()]?.provider ?? "lab";
  return provider === "lab" && (state === "running" || state === "verifying");
}

export function isRunningMachine(workbench: Workbench, id: string): boolean {
  return labRuns(workbench) && MACHINES.has(workbench.document.resource(id)?.kind ?? "");
}

/** The selected thing, if it may have a machine in the running lab. */
export function selectedInLab(workbench: Workbench): string | null {
  const [id, more] = workbench.editor.selection.get().resources;
  if (id === undefined || more !== undefined || !labRuns(workbench)) return null;
  const kind = workbench.catalog.kind(workbench.document.resource(id)?.kind ?? "");
  return kind && !kind.container ? id : null;
}

/** Opens a shell in it: in the first of several, unless all are open; in one that has none yet. */
export async function openTerminal(workbench: Workbench, id: string): Promise<void> {
  const session = workbench.session.get();
  const environment = workbench.environment.get();
  const facts = await workbench.ask(workbench.backend.call("resource_facts", { session, id }));
  const addresses = facts?.instances.map((one) => one.address) ?? [];
  const shells = shellsOf(workbench);
  await shells.open(session, environment, addresses[0] ?? id);
}

/** All of the instances of what a shell is in. */
export async function siblings(workbench: Workbench, server: string): Promise<string[]> {
  const id = server.replace(/\[\d+\]$/, "");
  const facts = await workbench.backend
    .call("resource_facts", { session: workbench.session.get(), id })
    .catch(() => null);
  return facts?.instances.map((one) => one.address) ?? [];
}
