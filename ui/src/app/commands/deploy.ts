// The commands of the group Deploy.

import { openTerminal, SPOKEN, selectedInLab } from "../../panels/terminal/open";
import type { Screen } from "../screen";
import { type Command, onShapes, open } from "./command";

export const DEPLOY: readonly Command[] = [
  {
    id: "deploy",
    title: "Deploy…",
    group: "Deploy",
    search: "plan apply lab",
    when: open,
    run: ({ screen }) => deployEvent(screen, "deploy"),
  },
  {
    id: "destroy",
    title: "Destroy…",
    group: "Deploy",
    search: "tear down",
    when: open,
    run: ({ screen }) => deployEvent(screen, "destroy"),
  },
  {
    id: "verify",
    title: "Verify again",
    group: "Deploy",
    when: ({ desk }) => desk.deploy.get()?.state === "running",
    run: ({ desk }) =>
      void desk.ask(
        desk.backend.call("deploy_verify", {
          session: desk.session.get(),
          environment: desk.environment.get(),
        }),
      ),
  },
  {
    id: "terminal",
    title: "Open terminal",
    group: "Deploy",
    shortcut: "Shift+T",
    keyWhen: onShapes,
    search: "shell console ssh bash log in",
    when: ({ workbench }) => workbench !== null && selectedInLab(workbench) !== null,
    run: ({ screen, workbench }, about) => {
      const id = workbench && (about ?? selectedInLab(workbench));
      if (!id) return;
      screen.show("terminal");
      void openTerminal(workbench, id);
    },
  },
  {
    id: "terminal-spoken",
    title: "Terminal for screen readers on or off",
    group: "Deploy",
    search: "accessibility read aloud",
    run: ({ desk }) => {
      const next = !desk.settings.get(SPOKEN, false);
      desk.settings.set(SPOKEN, next);
      desk.say({
        text: next ? "Screen readers hear what terminals show" : "Screen readers hear no terminals",
      });
    },
  },
  {
    id: "proof-ask",
    title: "Ask what reaches what",
    group: "Deploy",
    search: "proof reach",
    when: open,
    run: ({ screen }) => screen.show("proof"),
  },
];

function deployEvent(screen: Screen, what: "deploy" | "destroy"): void {
  screen.show("deploy");
  // The panel may only now be made: it listens after this turn.
  window.setTimeout(() => window.dispatchEvent(new CustomEvent(`groundplan:${what}`)), 50);
}
