// The bar at the top: name and file state, what is proven, what was found, Do anything, environment, Export, Deploy.
import { useState } from "react";
import { Button as AriaButton } from "react-aria-components";
import { Button } from "../controls/button";
import { Icon } from "../controls/icon";
import { MenuButton, type MenuEntry } from "../controls/menu";
import { called } from "../document/called";
import type { DesignJson } from "../document/model";
import { useDesign, useReadable, useSelected, useWorkbench } from "../panels/context";
import { BUSY } from "../panels/elapsed";
import { type Facts, plural, tally } from "../panels/facts";
import { COMMANDS, type Command, type Reach } from "./commands";
import { shortcutText } from "./shortcuts";

const nameOf = (design: DesignJson) => design.name;
const environmentsOf = (design: DesignJson) => design.environments;

export function TopBar({ reach }: { reach: Reach }) {
  const { run, file } = useWorkbench();
  const name = called(useDesign(nameOf), useReadable(file).path);
  return (
    <header className="top-bar">
      <MainMenu reach={reach} />
      <h1 className="cut">{name}</h1>
      <FileWords />
      <span className="grow" />
      <IntentPill />
      <FindingPill />
      <Button icon="search" aria-label="Do anything Ctrl K" onPress={() => run("palette")}>
        <span className="spare">Do anything</span> <kbd className="kbd">Ctrl K</kbd>
      </Button>
      <EnvironmentMenu />
      <span className="spare-late">
        <Button onPress={() => run("export")}>Export</Button>
      </span>
      <DeployButton />
    </header>
  );
}

/** Not the first thing to press where what runs is protected. */
function DeployButton() {
  const { run, environment } = useWorkbench();
  const guarded = useDesign(environmentsOf)[useReadable(environment)]?.protect === true;
  const words = guarded ? "Deploy…" : "Deploy";
  const look = guarded ? "normal" : "primary";
  return (
    <Button look={look} icon="play" aria-label={words} onPress={() => run("deploy")}>
      <span className="spare-last">{words}</span>
    </Button>
  );
}

function FileWords() {
  const { file, history } = useWorkbench();
  const { dirty } = useReadable(history);
  const { path } = useReadable(file);
  const state = path === undefined ? "not saved yet" : dirty ? "changed" : "saved";
  const name = path?.split(/[/\\]/).pop();
  return (
    <span className="file-words cut" title={path ?? ""} data-dirty={dirty}>
      {name ? `${name} · ${state}` : state}
    </span>
  );
}

const MENU_GROUPS: Command["group"][] = ["File", "Edit", "View", "Help"];
const IN_MENU = new Set([
  ..."design-new design-open save save-as export close undo redo cut copy paste part-add intent-add environment-add".split(
    " ",
  ),
  ..."layout toggle-left toggle-right toggle-drawer live theme-light theme-dark theme-system contrast text-larger text-smaller palette explain help".split(
    " ",
  ),
]);

function MainMenu({ reach }: { reach: Reach }) {
  // Opening draws the menu anew: what can be done now is read at that moment.
  const [opened, setOpened] = useState(0);
  const entries = (group: Command["group"]): MenuEntry[] =>
    COMMANDS.filter(
      (one) => IN_MENU.has(one.id) && (one.group === group || (group === "Edit" && one.group === "Arrange")),
    ).map((command) => ({
      id: command.id,
      title: titleNow(command, reach),
      disabled: !(command.when?.(reach) ?? true),
      run: () => command.run(reach),
      ...(command.shortcut ? { hint: shortcutText(command.shortcut) } : {}),
    }));
  return (
    <MenuButton label="Main menu" groups={MENU_GROUPS.map(entries)}>
      <AriaButton
        className="button plain icon-only logo"
        aria-label="Main menu"
        onPress={() => setOpened(opened + 1)}
      >
        <Icon name="logo" size={20} />
      </AriaButton>
    </MenuButton>
  );
}

/** "Undo Move Worker to app" where there is something to undo. */
export function titleNow(command: Command, { desk }: Reach): string {
  const { undo, redo } = desk.history.get();
  if (command.id === "undo" && undo) return `Undo: ${undo}`;
  if (command.id === "redo" && redo) return `Redo: ${redo}`;
  return command.title;
}

const provenOf = (facts: Facts) => facts.intents;
const diagnosticsOf = (facts: Facts) => facts.diagnostics;

function IntentPill() {
  const { facts, run } = useWorkbench();
  const intents = useSelected(facts, provenOf);
  const holding = intents.filter((intent) => intent.holds).length;
  if (intents.length === 0) return null;
  const share = `${holding} of ${intents.length}`;
  return (
    <button
      type="button"
      className={`pill focus-ring ${holding === intents.length ? "ok" : "error"}`}
      aria-label={`${share} intents proven`}
      onClick={() => run("show-proof")}
    >
      <span>
        {share}
        <span className="spare"> intents proven</span>
      </span>
    </button>
  );
}

function FindingPill() {
  const { facts, file, run } = useWorkbench();
  const found = useSelected(facts, diagnosticsOf);
  // What cannot be read is judged by nobody.
  const diagnostics = [...useReadable(file).diagnostics, ...found];
  const judged = useSelected(facts, (value) => value.revision >= 0);
  const counts = tally(diagnostics);
  if (!judged) return null;
  const worst = counts.error > 0 ? "error" : counts.warning > 0 ? "warning" : counts.advice > 0 ? "" : "ok";
  const [words, more] = inWords(counts);
  return (
    <button
      type="button"
      className={`pill focus-ring ${worst}`}
      aria-label={words + more}
      onClick={() => run("show-problems")}
    >
      <span>
        {words}
        <span className="spare-late">{more}</span>
      </span>
    </button>
  );
}

/** What is worst, and what comes after it where there is room. */
function inWords({ error, warning, advice }: ReturnType<typeof tally>): [string, string] {
  if (error > 0) return [plural(error, "error"), warning > 0 ? `, ${plural(warning, "warning")}` : ""];
  if (warning > 0) return [plural(warning, "warning"), ""];
  return [advice > 0 ? `${advice} advice` : "no problems", ""];
}

const RUNNING: Record<string, string> = { running: "on", failed: "error", interrupted: "warning" };

function EnvironmentMenu() {
  const { environment, chooseEnvironment, deployments, run } = useWorkbench();
  const environments = useDesign(environmentsOf);
  const chosen = useReadable(environment);
  const all = useReadable(deployments);
  const stateOf = (id: string) => all.get(id)?.state ?? "nothing";
  const ids = Object.keys(environments);
  const entries: MenuEntry[] = (ids.length > 0 ? ids : ["lab"]).map((id) => ({
    id,
    title: id,
    hint: [environments[id]?.provider ?? "lab", ...(stateOf(id) === "nothing" ? [] : [stateOf(id)])].join(
      " · ",
    ),
    chosen: id === chosen,
    run: () => chooseEnvironment(id),
  }));
  const add: MenuEntry = { id: "+", title: "Add environment…", run: () => run("environment-add") };
  const state = stateOf(chosen);
  return (
    <MenuButton label="Environment" groups={[entries, [add]]}>
      <AriaButton className="button environment" aria-label={`Environment: ${chosen}`}>
        <span className={`dot ${BUSY.has(state) ? "busy" : (RUNNING[state] ?? "")}`} />
        <span className="cut">{chosen}</span>
        <Icon name="down" size={14} />
      </AriaButton>
    </MenuButton>
  );
}
