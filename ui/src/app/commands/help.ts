// The commands of the group Help.
import type { Command, Reach } from "./command";

/** The kind that is meant: of the part under the keyboard, else of what is selected. */
function kindOf({ workbench }: Reach): string | null {
  if (!workbench) return null;
  const part = document.activeElement?.closest<HTMLElement>("[data-kind]")?.dataset.kind;
  const [picked] = workbench.editor.selection.get().resources;
  return part ?? (picked === undefined ? undefined : workbench.document.resource(picked)?.kind) ?? null;
}

export const HELP: readonly Command[] = [
  {
    id: "palette",
    title: "Do anything",
    group: "Help",
    shortcut: "Ctrl+K",
    always: true,
    run: ({ screen }) => screen.dialog.set("palette"),
  },
  {
    id: "explain",
    title: "Explain this kind",
    group: "Help",
    shortcut: "F1",
    always: true,
    search: "help what is this attributes documentation reference",
    when: ({ workbench }) => workbench !== null,
    run: (reach) => {
      const kind = kindOf(reach);
      reach.screen.about.set(kind);
      reach.screen.dialog.set(kind === null ? "help" : "explain");
    },
  },
  {
    id: "coverage",
    title: "Coverage",
    group: "Help",
    search: "matrix kinds providers counterparts catalog aws azure google what becomes of",
    when: ({ workbench }) => workbench !== null,
    run: ({ screen }) => screen.dialog.set("coverage"),
  },
  {
    id: "help",
    title: "Shortcuts",
    group: "Help",
    shortcut: "?",
    search: "keys keyboard",
    run: ({ screen }) => screen.dialog.set("help"),
  },
];
