// Composition root: the core, the desk, the drawing and the panels put together. Start screen or editor.
import { startTransition, useCallback, useEffect, useMemo, useState } from "react";
import { type Readable, signal } from "../document/signal";
import type { DocumentStore } from "../document/store";
import type { Editor, EditorHost } from "../editor/editor";
import { catalogOf, useReadable, type Workbench } from "../panels/context";
import { Start } from "../panels/start/start";
import { afterDrawing } from "./after_paint";
import { TOOLS_COVER } from "./canvas_tools";
import { copyText } from "./clipboard";
import { COMMANDS, type Reach, runCommand } from "./commands";
import { createDesk, type Desk, NO_SESSION } from "./desk";
import { DialogHost, QuestionHost } from "./dialogs";
import { useDrop } from "./drop";
import { EditorScreen } from "./editor_screen";
import { ErrorBoundary } from "./error_boundary";
import type { Beginning } from "./first_design";
import { watchFocus } from "./focus";
import { followLab } from "./lab_live";
import { createScreen, type Screen } from "./screen";
import { createSettings } from "./settings";
import { fitsShortcut, isTyping } from "./shortcuts";
import { createShowing, followShowing } from "./showing";
import { followTheme } from "./theme";
import { Toasts } from "./toasts";
import { followWindowTitle } from "./window_title";

export type MakeEditor = (container: HTMLElement, document: DocumentStore, host: EditorHost) => Editor;

export interface Booted {
  desk: Desk;
  /** A design that the program was started with is on its way. */
  waiting: Readable<boolean>;
  screen: Screen;
  contrast: Readable<boolean>;
  textScale: Readable<number>;
}

/** Puts together what stands as long as the window, and shows the design that it begins with. */
export function boot({ backend, info, kinds, settings: kept, design }: Beginning): Booted {
  const settings = createSettings(backend, kept);
  const { theme, contrast, textScale } = followTheme(settings);
  const desk = createDesk({ backend, info, catalog: catalogOf(kinds), settings, theme });
  const screen = createScreen(settings);
  const waiting = signal(design.is === "asked");
  if (design.is === "kept") desk.reopen(design.dto);
  if (design.is === "asked") void desk.open(() => design.answer).finally(() => waiting.set(false));
  return { desk, waiting, screen, contrast, textScale };
}

export function App(props: Booted & { makeEditor: MakeEditor }) {
  const { desk, screen, contrast, textScale, makeEditor } = props;
  const session = useReadable(desk.session);
  const waiting = useReadable(props.waiting);
  const theme = useReadable(desk.theme);
  const busy = useReadable(desk.busy);
  const picking = useReadable(desk.picking);
  const [editor, setEditor] = useState<Editor | null>(null);
  const [workbench, setWorkbench] = useState<Workbench | null>(null);
  // The drawing first, then the panels round it.
  useEffect(() => {
    if (!editor || session === NO_SESSION) return;
    const show = () => setWorkbench(workbenchOf(desk, screen, editor));
    // All panels at once would hold up whoever already drags.
    const stop = afterDrawing(editor, () => startTransition(show));
    return () => {
      stop();
      setWorkbench(null);
    };
  }, [desk, screen, editor, session]);
  // Another identity for who watches the workbench; everything else of it stays.
  useEffect(
    () =>
      desk.catalog.subscribe(() =>
        setWorkbench((now) => now && Object.create(null, Object.getOwnPropertyDescriptors(now))),
      ),
    [desk],
  );
  const reach = useMemo<Reach>(() => ({ desk, screen, workbench }), [desk, screen, workbench]);
  // A dialog or menu over one design says nothing about the next.
  // biome-ignore lint/correctness/useExhaustiveDependencies: the session stands for the design
  useEffect(() => screen.clear(), [screen, session]);
  useEffect(() => watchFocus(workbench?.editor), [workbench]);
  useEffect(() => (workbench ? followShowing(workbench) : undefined), [workbench]);
  useEffect(() => (workbench ? followLab(workbench) : undefined), [workbench]);
  useShortcuts(reach);
  useUnloadGuard(desk);
  useEffect(() => followWindowTitle(desk), [desk]);
  const dropping = useDrop(desk);
  const more = useReadable(contrast);
  const larger = useReadable(textScale);
  useEffect(() => editor?.setTheme(theme, more, larger), [editor, theme, more, larger]);
  const refuse = useCallback((thrown: unknown) => void desk.ask(Promise.reject(thrown)), [desk]);
  const ready = useCallback(
    (made: Editor | null) => {
      if (made) {
        const { kinds, icons } = desk.catalog.get();
        made.setCatalog(kinds, icons);
        made.setTheme(desk.theme.get(), contrast.get(), textScale.get());
        made.setCovered(TOOLS_COVER);
        desk.setEditor(made);
        made.startAnew();
      }
      setEditor(made);
    },
    [desk, contrast, textScale],
  );
  return (
    <>
      <ErrorBoundary what="Groundplan">
        <EditorScreen reach={reach} away={session === NO_SESSION} makeEditor={makeEditor} onEditor={ready} />
        {session === NO_SESSION && waiting && (
          <p className="gate muted" role="status">
            Opening…
          </p>
        )}
        {session === NO_SESSION && !waiting && (
          <Start
            backend={desk.backend}
            theme={theme}
            busy={busy}
            onError={refuse}
            onNew={() => runCommand("design-new", reach)}
            onOpen={() => runCommand("design-open", reach)}
            onTemplate={(template) =>
              void desk.open(() => desk.backend.call("design_from_template", { template }))
            }
            onRecent={(path) => void desk.open(() => desk.backend.call("design_open", { path }))}
          />
        )}
        {session === NO_SESSION && <DialogHost reach={reach} />}
      </ErrorBoundary>
      {/* Outside: whatever else fails, the question before closing can be answered. */}
      <QuestionHost desk={desk} />
      <Toasts desk={desk} />
      {picking && (
        <div className="picking" role="status">
          <span>A file dialog is open</span>
        </div>
      )}
      {dropping && <div className="drop-here">Drop a design, or a picture that carries one</div>}
    </>
  );
}

/** What panels may use. Built anew when another design opens, so that they forget its answers. */
function workbenchOf(desk: Desk, screen: Screen, editor: Editor): Workbench {
  const workbench: Workbench = {
    ...desk,
    ...createShowing(),
    get catalog() {
      return desk.catalog.get();
    },
    editor,
    async edit(edit) {
      const session = desk.session.get();
      return (await desk.ask(desk.backend.call("design_edit", { session, edit }))) !== undefined;
    },
    copy: (text, said) => copyText(desk, text, said),
    run: (command, about) => runCommand(command, { desk, screen, workbench }, about),
  };
  return workbench;
}

function useShortcuts(reach: Reach): void {
  useEffect(() => {
    const listen = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.isComposing || reach.desk.picking.get()) return;
      const typing = isTyping(event.target);
      const inDialog = (event.target as Element | null)?.closest?.(
        "[role=dialog],[role=alertdialog],[role=menu],[role=listbox]",
      );
      const command = COMMANDS.find(
        (one) =>
          one.shortcut !== undefined &&
          (!typing || one.always) &&
          (!inDialog || one.id === "palette") &&
          fitsShortcut(one.shortcut, event),
      );
      if (!command || !(command.keyWhen?.() ?? true) || !(command.when?.(reach) ?? true)) return;
      event.preventDefault();
      // A field hands its text over when the focus leaves: what is saved is what is seen.
      if (typing && !command.movesFocus) (document.activeElement as HTMLElement | null)?.blur();
      command.run(reach);
    };
    window.addEventListener("keydown", listen);
    return () => window.removeEventListener("keydown", listen);
  }, [reach]);
}

/** A browser asks before it drops what would be lost. (The journal has the edits all the same.) */
function useUnloadGuard(desk: Desk): void {
  useEffect(() => {
    const guard = (event: BeforeUnloadEvent) => {
      if (desk.info.shell === "browser" && desk.mustAsk()) event.preventDefault();
    };
    window.addEventListener("beforeunload", guard);
    return () => window.removeEventListener("beforeunload", guard);
  }, [desk]);
}
