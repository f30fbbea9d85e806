// The editor: bars, panels and between them the drawing. The drawing is made once and stays.
import { memo, useEffect, useMemo, useRef, useState, useSyncExternalStore } from "react";
import { Popover, TabPanel, Tabs } from "react-aria-components";
import { Button, Empty, IconButton } from "../controls/button";
import { Icon } from "../controls/icon";
import { MenuList } from "../controls/menu";
import { HEAD_SLOT } from "../controls/slot";
import { type TabEntry, useTabRow } from "../controls/tabs";
import { rem } from "../controls/text_scale";
import type { Editor, EditorHost } from "../editor/editor";
import { Code } from "../panels/code/code";
import {
  useDesign,
  useReadable,
  useSelected,
  useSetting,
  useWorkbench,
  WorkbenchProvider,
} from "../panels/context";
import { Deploy } from "../panels/deploy/deploy";
import type { Facts } from "../panels/facts";
import { Figures } from "../panels/figures/figures";
import { Find } from "../panels/find/find";
import { sentence } from "../panels/finding";
import { Inspector } from "../panels/inspector/inspector";
import { Legend, ShowingBar } from "../panels/legend/legend";
import { Log } from "../panels/log/log";
import { Outline } from "../panels/outline/outline";
import { Palette } from "../panels/palette/palette";
import { Problems } from "../panels/problems/problems";
import { Proof } from "../panels/proof/proof";
import { isRunningMachine } from "../panels/terminal/open";
import { Terminal } from "../panels/terminal/terminal";
import { Versions } from "../panels/versions/versions";
import { Views } from "../panels/views/views";
import type { MakeEditor } from "./app";
import { CanvasTools } from "./canvas_tools";
import { COMMANDS, type Reach, runCommand } from "./commands";
import { cancelLayout } from "./commands/arrange";
import { DialogHost } from "./dialogs";
import { ErrorBoundary } from "./error_boundary";
import { Presentation } from "./presentation";
import { shortcutText } from "./shortcuts";
import { Splitter } from "./splitter";
import { StatusBar } from "./status_bar";
import { TopBar, titleNow } from "./top_bar";

export interface EditorScreenProps {
  reach: Reach;
  /** The start screen shows: the frame keeps its place unseen, because the web view stalls when a canvas is replaced. */
  away: boolean;
  makeEditor: MakeEditor;
  onEditor: (editor: Editor | null) => void;
}

/** Its parts watch what they show: an edit makes none of the rest anew. */
export const EditorScreen = memo(function EditorScreen(props: EditorScreenProps) {
  const { reach, away, makeEditor, onEditor } = props;
  const { workbench, desk } = reach;
  const connected = useReadable(desk.connected);
  const layingOut = useReadable(desk.layingOut);
  const { readOnly, changed } = useReadable(desk.file);
  const kept = useKept(reach);
  const presenting = useReadable(reach.screen.presenting) !== null && workbench !== null;
  // The frame stands before the panels are in it: the drawing has its size from the start, and its canvas never moves.
  return (
    <WorkbenchProvider value={workbench}>
      <div
        className={presenting ? "editor presenting" : "editor"}
        data-ready={workbench !== null}
        inert={away}
      >
        <ErrorBoundary what="The top bar" look="top-bar">
          {workbench ? <TopBar reach={reach} /> : <div className="top-bar" />}
        </ErrorBoundary>
        {readOnly !== undefined && (
          <div className="banner" role="status">
            <Icon name="locked" size={15} />
            <span className="grow">Read-only: {readOnly}</span>
            <Button small onPress={() => void desk.save(true)}>
              Save as…
            </Button>
          </div>
        )}
        {changed && (
          <div className="banner" role="status">
            <Icon name="document" size={15} />
            <span className="grow">Another program changed this file</span>
            <Button small onPress={() => void desk.readAgain()}>
              Reload
            </Button>
          </div>
        )}
        <div className="editor-main">
          {kept.left.on && (
            <aside
              className="left"
              style={{ width: rem(kept.left.size) }}
              aria-label="Parts, outline and views"
            >
              {workbench && <LeftTabs />}
              <Splitter
                label="Width of the left panel"
                along="x"
                size={kept.left.size}
                least={180}
                most={480}
                onSize={kept.left.setSize}
              />
            </aside>
          )}
          <main className="middle" key="middle">
            <Drawing reach={reach} makeEditor={makeEditor} onEditor={onEditor} />
            {kept.drawer.on && (
              <>
                <Splitter
                  label="Height of the bottom panel"
                  along="y"
                  towardsStart
                  size={kept.drawer.size}
                  least={120}
                  most={640}
                  onSize={kept.drawer.setSize}
                />
                <section
                  className="drawer"
                  style={{ height: rem(kept.drawer.size) }}
                  aria-label="Problems, deploy, proof, figures, code, versions, terminal and log"
                >
                  {workbench && <Drawer reach={reach} />}
                </section>
              </>
            )}
          </main>
          {kept.right.on && (
            <aside className="right" style={{ width: rem(kept.right.size) }} aria-label="Inspector">
              <Splitter
                label="Width of the inspector"
                along="x"
                towardsStart
                size={kept.right.size}
                least={240}
                most={560}
                onSize={kept.right.setSize}
              />
              <ErrorBoundary what="The inspector">{workbench && <Inspector />}</ErrorBoundary>
            </aside>
          )}
        </div>
        <ErrorBoundary what="The status bar" look="status-bar">
          {workbench ? (
            <StatusBar
              connected={connected}
              layingOut={layingOut}
              onCancelLayout={() => cancelLayout(reach)}
            />
          ) : (
            <div className="status-bar" />
          )}
        </ErrorBoundary>
        {workbench && <ContextMenu reach={reach} />}
        {workbench && <DialogHost reach={reach} />}
      </div>
    </WorkbenchProvider>
  );
});

/** Sizes and whether panels show, from the settings. */
function useKept({ desk: { settings } }: Reach) {
  const side = (name: string, size: number) => ({
    on: settings.get(`${name}.on`, true),
    size: settings.get(`${name}.size`, size),
    setSize: (next: number) => settings.set(`${name}.size`, next),
  });
  const version = useSyncExternalStore(settings.subscribe, () =>
    ["left", "right", "drawer"]
      .map((name) => `${settings.get(`${name}.on`, true)} ${settings.get(`${name}.size`, 0)}`)
      .join(),
  );
  // biome-ignore lint/correctness/useExhaustiveDependencies: the version stands for what is read
  return useMemo(
    () => ({ left: side("left", 232), right: side("right", 300), drawer: side("drawer", 196) }),
    [version],
  );
}

function Drawing({ reach, makeEditor, onEditor }: Omit<EditorScreenProps, "away">) {
  const box = useRef<HTMLDivElement>(null);
  const latest = useRef(reach);
  latest.current = reach;
  useEffect(() => {
    const element = box.current;
    if (!element) return;
    const editor = makeEditor(
      element,
      latest.current.desk.document,
      hostOf(() => latest.current),
    );
    onEditor(editor);
    return () => {
      onEditor(null);
      editor.destroy();
    };
  }, [makeEditor, onEditor]);
  return (
    <div className="drawing">
      <div className="canvas-host" ref={box} />
      {reach.workbench && <NothingDrawn />}
      {reach.workbench && <CanvasTools />}
      {reach.workbench && <Minimap />}
      {reach.workbench && <Presentation reach={reach} />}
      {reach.workbench && <FindHost reach={reach} />}
      {reach.workbench && (
        <ErrorBoundary what="The legend">
          <ShowingBar />
          <Legend />
        </ErrorBoundary>
      )}
    </div>
  );
}

/** The drawing shows it; whether it does is kept. */
function Minimap() {
  const { editor } = useWorkbench();
  const [on] = useSetting("minimap.on", false);
  useEffect(() => editor.setMinimap(on), [editor, on]);
  return null;
}

function FindHost({ reach: { screen, workbench } }: { reach: Reach }) {
  if (!useReadable(screen.find)) return null;
  const close = () => {
    screen.find.set(false);
    workbench?.editor.grabFocus();
  };
  return (
    <ErrorBoundary what="Find">
      <Find onClose={close} />
    </ErrorBoundary>
  );
}

function NothingDrawn() {
  const { document, file, run } = useWorkbench();
  const empty = useDesign(() => document.counts().resources === 0);
  const { readOnly } = useReadable(file);
  if (!empty || readOnly !== undefined) return null;
  return (
    <div className="nothing-drawn">
      <Empty text="Drag a part here, or double-click where it should stand">
        <Button small icon="add" onPress={() => run("part-add")}>
          Add a part
        </Button>
      </Empty>
    </div>
  );
}

/** What the drawing may ask of the app. */
function hostOf(reach: () => Reach): EditorHost {
  const run = (command: string) => runCommand(command, reach());
  return {
    async onEdit(edit) {
      const { desk } = reach();
      try {
        return await desk.backend.call("design_edit", { session: desk.session.get(), edit });
      } catch (thrown) {
        desk.say({ text: sentence((thrown as Error).message), kind: "error" });
        throw thrown;
      }
    },
    onCommand: (command) => run(HOST_COMMANDS[command] ?? command),
    onContextMenu({ client, item }) {
      const { workbench, screen } = reach();
      if (!workbench) return;
      const { resources, links } = workbench.editor.selection.get();
      if (item?.on === "resource" && !resources.includes(item.id))
        workbench.editor.select({ resources: [item.id], links: [] });
      if (item?.on === "link" && !links.includes(item.id))
        workbench.editor.select({ resources: [], links: [item.id] });
      screen.menu.set(client);
    },
    onInsertRequest(request) {
      reach().screen.insert.set(request);
      reach().screen.dialog.set("part-add");
    },
    findings: (id) => reach().desk.facts.get().of.get(id) ?? [],
    onInspect: () => run("inspect"),
    onOpen(id) {
      const { workbench } = reach();
      if (!workbench || !isRunningMachine(workbench, id)) return false;
      runCommand("terminal", reach(), id);
      return true;
    },
    onNotice: (text, offer) =>
      reach().desk.say({
        text: sentence(text),
        ...(offer ? { action: { title: offer.title, run: offer.take }, untilEdit: true } : {}),
      }),
    async services(id) {
      const { desk } = reach();
      const facts = await desk.backend
        .call("resource_facts", { session: desk.session.get(), id })
        .catch(() => null);
      return facts?.services ?? null;
    },
    nestOffer: (kind, parent, id) => {
      const { desk } = reach();
      const args = {
        session: desk.session.get(),
        kind,
        ...(parent === null ? {} : { parent }),
        ...(id ? { id } : {}),
      };
      return desk.backend.call("nest_offer", args);
    },
    async addressOf(id) {
      const { desk } = reach();
      const args = { session: desk.session.get(), id };
      return (await desk.backend.call("resource_facts", args)).instances[0]?.ip;
    },
  };
}

const HOST_COMMANDS: Record<string, string> = { "command-palette": "palette" };

const LEFT_TABS: TabEntry[] = [
  { id: "parts", title: "Parts" },
  { id: "outline", title: "Outline" },
  { id: "views", title: "Views" },
];

function LeftTabs() {
  const [tab, setTab] = useSetting("left.tab", "parts");
  const row = useTabRow({ label: "Left panel", tabs: LEFT_TABS, chosen: tab, onChoose: setTab });
  return (
    <Tabs className="tabs" selectedKey={tab} onSelectionChange={(key) => setTab(String(key))}>
      {row}
      <Panel id="parts" what="Parts">
        <Palette />
      </Panel>
      <Panel id="outline" what="The outline">
        <Outline />
      </Panel>
      <Panel id="views" what="Views">
        <Views />
      </Panel>
    </Tabs>
  );
}

function Panel({ id, what, children }: { id: string; what: string; children: React.ReactNode }) {
  return (
    <TabPanel id={id} className="tab-panel">
      <ErrorBoundary what={what}>{children}</ErrorBoundary>
    </TabPanel>
  );
}

const countOf = (facts: Facts) => facts.diagnostics.length;

const DRAWER_TABS: TabEntry[] = [
  { id: "problems", title: "Problems", after: <ProblemCount /> },
  { id: "deploy", title: "Deploy" },
  { id: "proof", title: "Proof" },
  { id: "figures", title: "Figures" },
  { id: "code", title: "Code" },
  { id: "versions", title: "Versions" },
  { id: "terminal", title: "Terminal" },
  { id: "log", title: "Log" },
];

function Drawer({ reach }: { reach: Reach }) {
  const [tab, setTab] = useSetting("drawer.tab", "problems");
  const row = useTabRow({ label: "Bottom panel", tabs: DRAWER_TABS, chosen: tab, onChoose: setTab });
  return (
    <Tabs className="tabs" selectedKey={tab} onSelectionChange={(key) => setTab(String(key))}>
      <div className="drawer-head">
        {row}
        <div id={HEAD_SLOT} className="drawer-slot" />
        <IconButton
          icon="down"
          label="Close the bottom panel"
          onPress={() => reach.screen.toggle("drawer")}
        />
      </div>
      <Panel id="problems" what="Problems">
        <Problems />
      </Panel>
      <Panel id="deploy" what="Deploy">
        <Deploy />
      </Panel>
      <Panel id="proof" what="Proof">
        <Proof />
      </Panel>
      <Panel id="figures" what="Figures">
        <Figures />
      </Panel>
      <Panel id="versions" what="Versions">
        <Versions />
      </Panel>
      <Panel id="code" what="Code">
        <Code />
      </Panel>
      <Panel id="terminal" what="The terminal">
        <Terminal />
      </Panel>
      <Panel id="log" what="The log">
        <Log />
      </Panel>
    </Tabs>
  );
}

/** By itself: the tabs are not made anew with every judgement. */
function ProblemCount() {
  const { facts } = useWorkbench();
  const problems = useSelected(facts, countOf);
  return problems > 0 && <span className="count">{problems}</span>;
}

const MENU = [
  ["terminal", "part-add", "link-to", "move-to", "rename", "edit-ports", "reset-waypoints"],
  ["cut", "copy", "paste", "duplicate", "lock", "unlock", "delete"],
  ["select-same-kind", "select-same-tag", "select-connected", "next-link"],
  ["tidy", "reset-waypoints", "layout-selection", "zoom-selection", "focus-container"],
  ["lab-off", "lab-on"],
  ["undo", "redo", "zoom-fit", "explain"],
];

/** The menu of a right click, on the drawing and in the outline. */
function ContextMenu({ reach }: { reach: Reach }) {
  const { screen } = reach;
  const at = useReadable(screen.menu);
  const anchor = useRef<HTMLSpanElement>(null);
  const [shown, setShown] = useState(0);
  useEffect(() => {
    const fromPanel = (event: Event) => {
      const { id, x, y } = (event as CustomEvent<{ id: string; x: number; y: number }>).detail;
      const editor = reach.workbench?.editor;
      const selection = editor?.selection.get();
      if (selection && !selection.resources.includes(id) && !selection.links.includes(id))
        editor?.select({ resources: [id], links: [] });
      screen.menu.set({ x, y });
    };
    window.addEventListener("groundplan:menu", fromPanel);
    return () => window.removeEventListener("groundplan:menu", fromPanel);
  }, [reach, screen]);
  useEffect(() => {
    if (at) setShown((count) => count + 1);
  }, [at]);
  const groups = MENU.map((ids) =>
    ids.flatMap((id) => {
      const command = COMMANDS.find((one) => one.id === id);
      if (!command || !(command.when?.(reach) ?? true)) return [];
      const hint = command.shortcut ? { hint: shortcutText(command.shortcut) } : {};
      return [
        {
          id,
          title: titleNow(command, reach),
          run: () => command.run(reach),
          danger: id === "delete",
          ...hint,
        },
      ];
    }),
  );
  return (
    <>
      <span ref={anchor} className="menu-anchor" style={{ left: at?.x ?? 0, top: at?.y ?? 0 }} />
      {at && (
        <Popover
          key={shown}
          className="popover"
          aria-label="What can be done here"
          triggerRef={anchor}
          isOpen
          // Beside the pointer, so that near the lower edge it slides up and stays whole.
          placement="right top"
          offset={2}
          onOpenChange={(open) => !open && screen.menu.set(null)}
        >
          <MenuList
            alone
            label="What can be done here"
            groups={groups.map((group) =>
              group.map((entry) => ({
                ...entry,
                run: () => {
                  screen.menu.set(null);
                  window.setTimeout(entry.run, 0);
                },
              })),
            )}
          />
        </Popover>
      )}
    </>
  );
}
