// The open design: takes the core's events into what panels watch, and does what is not an edit:
// open, save, close, reload, undo, copy. Holds no design of its own; the mirror is in document/.
import { called } from "../document/called";
import { type DesignJson, emptyDesign } from "../document/model";
import { type Readable, type Signal, signal } from "../document/signal";
import { createDocumentStore, type DocumentStore } from "../document/store";
import type { Editor, Routes, ThemeName } from "../editor/editor";
import { asBackendError, type Backend } from "../ipc/backend";
import type { AppEvent } from "../ipc/generated/AppEvent";
import type { AppInfoDto } from "../ipc/generated/AppInfoDto";
import type { CatalogDto } from "../ipc/generated/CatalogDto";
import type { DeployStatusDto } from "../ipc/generated/DeployStatusDto";
import type { DocumentDto } from "../ipc/generated/DocumentDto";
import type { HistoryDto } from "../ipc/generated/HistoryDto";
import type { JudgementDto } from "../ipc/generated/JudgementDto";
import type { LabLiveDto } from "../ipc/generated/LabLiveDto";
import type { LogLineDto } from "../ipc/generated/LogLineDto";
import { type Catalog, catalogOf, type FileState, type Notice, type Settings } from "../panels/context";
import { drawn, type Facts, judged, NO_FACTS } from "../panels/facts";
import { sentence } from "../panels/finding";
import { withLines } from "../panels/log/lines";
import { afterDrawing } from "./after_paint";
import { createDeployments } from "./deployments";
import { designPath, suggestedName } from "./file_name";
import { askForDesign, keepSession } from "./first_design";
import { createQuestions, type Questions } from "./questions";
import { sayReaped } from "./reaped";

export interface Desk {
  readonly backend: Backend;
  readonly info: AppInfoDto;
  /** What can be drawn: the user may have kinds of their own beside the design. */
  readonly catalog: Readable<Catalog>;
  readonly settings: Settings;
  readonly theme: Readable<ThemeName>;
  readonly questions: Questions;
  readonly document: DocumentStore;
  /** -1: none is open, the start screen shows. */
  readonly session: Readable<number>;
  readonly facts: Readable<Facts>;
  readonly history: Readable<HistoryDto>;
  readonly file: Readable<FileState>;
  readonly environment: Readable<string>;
  /** What runs in the chosen environment. */
  readonly deploy: Readable<DeployStatusDto | null>;
  /** What runs in each that is known of. */
  readonly deployments: Readable<ReadonlyMap<string, DeployStatusDto>>;
  /** What was drawn when it was built from here. */
  readonly built: Signal<ReadonlyMap<string, DesignJson>>;
  readonly live: Readable<LabLiveDto | null>;
  readonly log: Readable<readonly LogLineDto[]>;
  /** How far an automatic layout is that takes a while; null: none runs. */
  readonly layingOut: Readable<number | null>;
  readonly connected: Readable<boolean>;
  readonly busy: Readable<boolean>;
  /** A file dialog of the desktop is open, which not every desktop keeps before its window. */
  readonly picking: Readable<boolean>;
  readonly notice: Readable<(Notice & { key: number }) | null>;
  /** Closes the window, after what would be lost was asked about. */
  closeWindow(): Promise<void>;
  /** Whether something would be lost with the open design: the window must not go unasked. */
  mustAsk(): boolean;
  /** The drawing, once it is on screen. */
  setEditor(editor: Editor): void;
  editor(): Editor | null;
  open(load: () => Promise<DocumentDto>): Promise<boolean>;
  /** A design by its path, or `template:ID`: what the program was started with, or a second start of it. */
  openNamed(name: string): Promise<boolean>;
  /** Shows the design from before a reload of the page. */
  reopen(dto: DocumentDto): void;
  save(as?: boolean): Promise<boolean>;
  /** Reads the file again; what was edited since is asked about. */
  readAgain(): Promise<void>;
  close(): Promise<void>;
  chooseEnvironment(id: string): void;
  say(notice: Notice): void;
  ask<T>(answer: Promise<T>): Promise<T | undefined>;
  pickPath(mode: "open" | "save" | "folder", title: string, suggestion?: string): Promise<string | undefined>;
}

const MOST_LOG_LINES = 5000;
export const NO_SESSION = -1;

/** What became of a file that another program changed. */
type Settled = "open" | "saved" | "merged";
const MERGED = "The changes on disk are merged into yours; save to keep both";

/** When something is done: at once, or after the next frame. */
type When = (run: () => void) => unknown;
const now: When = (run) => run();

interface State {
  catalog: Signal<Catalog>;
  session: Signal<number>;
  facts: Signal<Facts>;
  history: Signal<HistoryDto>;
  file: Signal<FileState>;
  environment: Signal<string>;
  deploy: Signal<DeployStatusDto | null>;
  live: Signal<LabLiveDto | null>;
  log: Signal<readonly LogLineDto[]>;
  layingOut: Signal<number | null>;
  connected: Signal<boolean>;
  busy: Signal<boolean>;
  picking: Signal<boolean>;
  notice: Signal<(Notice & { key: number }) | null>;
}

export interface Ground {
  backend: Backend;
  info: AppInfoDto;
  /** What the program brings. */
  catalog: Catalog;
  settings: Settings;
  theme: Readable<ThemeName>;
}

export function createDesk(ground: Ground): Desk {
  const { backend } = ground;
  const document = createDocumentStore();
  const questions = createQuestions();
  const deployments = createDeployments(backend);
  const state: State = {
    catalog: signal(ground.catalog),
    session: signal(NO_SESSION),
    facts: signal<Facts>(NO_FACTS),
    history: signal<HistoryDto>({ dirty: false }),
    file: signal<FileState>({ diagnostics: [] }),
    environment: signal("lab"),
    deploy: signal<DeployStatusDto | null>(null),
    live: signal<LabLiveDto | null>(null),
    log: signal<readonly LogLineDto[]>([]),
    layingOut: signal<number | null>(null),
    connected: signal(true),
    busy: signal(false),
    picking: signal(false),
    notice: signal<(Notice & { key: number }) | null>(null),
  };
  let editor: Editor | null = null;
  let spoken = 0;
  let closing = false;
  /** Files that another program changed, with the question that stands about each. */
  const asking = new Map<string, Promise<Settled>>();
  let opening = Promise.resolve(false);
  /** Closed from here: no news. */
  let left = NO_SESSION;
  /** What the core thinks of a design that has just come, until the design itself is on the screen. */
  let held: AppEvent[] | null = null;
  /** Where links run, until there is a drawing to run in. */
  let early: Routes[] = [];
  /** What becomes of edits of an earlier run is being asked. */
  let settling: Promise<void> | undefined;

  const say = (notice: Notice) => {
    spoken += 1;
    state.notice.set({ ...notice, key: spoken });
  };
  const refuse = (thrown: unknown) => {
    const error = asBackendError(thrown);
    say({ text: sentence(error.message), kind: "error", ...(error.detail ? { detail: error.detail } : {}) });
  };
  const ask = async <T>(answer: Promise<T>): Promise<T | undefined> => {
    try {
      return await answer;
    } catch (thrown) {
      refuse(thrown);
      return undefined;
    }
  };

  const takeCatalog = (own: CatalogDto | undefined) => {
    const next = own ? catalogOf(own) : ground.catalog;
    if (next === state.catalog.get()) return;
    state.catalog.set(next);
    editor?.setCatalog(next.kinds, next.icons);
  };

  const show = (dto: DocumentDto) => {
    const fresh = dto.session !== state.session.get();
    state.session.set(dto.session);
    keepSession(dto.session);
    if (fresh) {
      state.facts.set(NO_FACTS);
      deployments.forget();
      state.live.set(null);
      early = [];
    }
    ground.settings.ofDesign(dto.design.id ?? dto.path ?? null);
    takeCatalog(dto.catalog);
    document.load(dto.design, dto.revision, dto.view ?? null);
    if (fresh) hold();
    const once: When = fresh ? (run) => afterDrawing(editor, run) : now;
    state.history.set(dto.history);
    state.file.set({
      diagnostics: dto.diagnostics,
      ...(dto.path === undefined ? {} : { path: dto.path }),
      ...(dto.readOnly === undefined ? {} : { readOnly: dto.readOnly }),
    });
    editor?.setReadOnly(dto.readOnly !== undefined);
    if (fresh) editor?.startAnew();
    chooseFitting(once);
    if (fresh) void deployments.look(dto.session, environmentsBeside(state.environment.get()));
    // Nothing can be done with the design before that, so every window that shows it asks.
    if (dto.recovery) settling ??= recover(dto).finally(() => (settling = undefined));
  };
  const environmentsBeside = (chosen: string) =>
    Object.keys(document.design().environments).filter((id) => id !== chosen);

  /** Environment: the one used last with this design if it is still there, else a lab: it can run here. */
  const chooseFitting = (when: When = now) => {
    const { id, name, environments } = document.design();
    const all = Object.keys(environments);
    const remembered = ground.settings.get(`environment.${id ?? name ?? ""}`, "");
    const lab = all.find((id) => environments[id]?.provider === "lab");
    const chosen = all.includes(remembered) ? remembered : (lab ?? all[0] ?? "lab");
    chooseEnvironment(chosen, false, when);
  };
  const chooseEnvironment = (environment: string, remember = true, when: When = now) => {
    const session = state.session.get();
    const { id, name } = document.design();
    if (remember) ground.settings.set(`environment.${id ?? name ?? ""}`, environment);
    state.environment.set(environment);
    showDeployment();
    // The core looks at the design anew, which would hold up the frame that shows it. What it thinks of a large one
    // may have come before that frame: it need not say all of it twice.
    when(() => {
      const { facts, environment } = state;
      const isSaid = when !== now && facts.get().environment === environment.get();
      if (session !== state.session.get() || isSaid) return;
      awaited = environment.get();
      void ask(backend.call("environment_choose", { session, environment: awaited }));
    });
    void deployments.look(session, [environment]);
  };
  document.subscribe(() => {
    if (state.notice.get()?.untilEdit) state.notice.set(null);
  });
  const showDeployment = () => state.deploy.set(deployments.in(state.environment.get()));
  deployments.all.subscribe(showDeployment);

  const snapshot = async () => {
    const session = state.session.get();
    if (session === NO_SESSION) return;
    const dto = await ask(backend.call("design_snapshot", { session }));
    if (dto && dto.session === state.session.get()) show(dto);
  };

  /** What was chosen here and not judged yet: what comes before that says nothing of another window. */
  let awaited: string | null = null;
  /** Every window of a design looks at it in one environment. */
  const follow = (environment: string) => {
    state.environment.set(environment);
    showDeployment();
    say({ text: `Another window went to environment “${environment}”` });
  };

  const judge = (dto: JudgementDto) => {
    const before = state.facts.get();
    const facts = judged(before, dto);
    if (facts === before) return;
    const chosen = state.environment.get();
    if (facts.environment === awaited) awaited = null;
    // What was chosen here had been answered: another window chose since.
    const isOther = before.environment === chosen && facts.environment !== chosen;
    if (isOther && awaited === null) follow(facts.environment);
    state.facts.set(facts);
    editor?.setJudgement(drawn(facts, document.design().links, dto, before));
  };

  const hold = () => {
    held = [];
    afterDrawing(editor, () => {
      const events = held ?? [];
      held = null;
      for (const event of events) take(event);
    });
  };

  const take = (event: AppEvent) => {
    if (event.event === "log") return state.log.set([...state.log.get(), event].slice(-MOST_LOG_LINES));
    if (event.event === "open-requested") return void openNamed(event.path);
    if (event.event === "close-requested") return void closeWindow();
    if (event.event === "reaped") {
      return sayReaped(event, say, ({ design, environment }) =>
        ask(backend.call("deploy_reap", { one: { design, environment } })),
      );
    }
    if (event.event === "terminal-output" || event.event === "terminal-ended") return;
    if (event.session !== state.session.get()) return;
    if (held && (event.event === "judged" || event.event === "routed")) {
      held.push(event);
      return;
    }
    switch (event.event) {
      case "document-patched":
        if (document.apply(event.patch, event.revision) === "gap") void snapshot();
        state.history.set(event.history);
        if (!(state.environment.get() in document.design().environments)) chooseFittingAgain();
        break;
      case "view-chosen":
        document.lookAt(event.view ?? null, event.places);
        break;
      case "document-closed":
        if (event.session !== left) closedElsewhere();
        break;
      case "document-saved":
        state.history.set(event.history);
        state.file.set({ ...state.file.get(), path: event.path, changed: false });
        break;
      case "journal-failed":
        say({ text: sentence(event.message), kind: "error" });
        break;
      case "kinds-changed":
        takeCatalog(event.catalog);
        state.file.set({ ...state.file.get(), diagnostics: event.diagnostics });
        break;
      case "file-changed":
        void changedOnDisk(event.path);
        break;
      case "judged":
        judge(event);
        break;
      case "routed":
        if (editor) editor.setRoutes(event);
        else early.push(event);
        break;
      case "laying-out":
        state.layingOut.set(event.done < event.of ? event.done / event.of : null);
        break;
      case "deploy":
        deployments.take(event);
        break;
      case "lab-live":
        state.live.set(event);
        break;
    }
  };

  const chooseFittingAgain = () => {
    const all = Object.keys(document.design().environments);
    if (all.length > 0 || state.environment.get() !== "lab") chooseFitting();
  };

  const reload = async () => {
    const dto = await ask(backend.call("design_reload", { session: state.session.get() }));
    if (dto) show(dto);
  };

  /** Nothing of ours can be lost: then a bar offers to read it again for as long as it differs. */
  const changedOnDisk = async (path: string) => {
    if (!state.history.get().dirty) state.file.set({ ...state.file.get(), changed: true });
    else if ((await askDisk(path)) === "merged") say({ text: MERGED, kind: "ok" });
  };

  const readAgain = async () => {
    const { path } = state.file.get();
    if (path !== undefined && state.history.get().dirty) return void (await changedOnDisk(path));
    await reload();
  };

  /** The file's watcher and a save may both find the change: whoever comes second gets the first one's answer. */
  const askDisk = (path: string): Promise<Settled> => {
    const asked = asking.get(path);
    if (asked) return asked;
    const settled = askNow(path).finally(() => asking.delete(path));
    asking.set(path, settled);
    return settled;
  };

  const askNow = async (path: string): Promise<Settled> => {
    const args = { session: state.session.get() };
    // What cannot be read to its end cannot be merged; the other ways out are still there.
    const merge = await backend.call("design_merge_preview", args).catch(() => undefined);
    const answer = await questions.ask({ is: "changed-on-disk", path, merge });
    if (answer === "reload") await reload();
    if (answer === "keep") return (await write({ overwrite: true })) ? "saved" : "open";
    if (answer === "save-as") return (await save(true)) ? "saved" : "open";
    if (typeof answer === "string") return "open";
    try {
      await backend.call("design_merge", { ...args, seen: answer.merge, choices: answer.choices });
      return "merged";
    } catch (thrown) {
      // It was changed once more while the question stood.
      if (asBackendError(thrown).code === "changed-on-disk") return askNow(path);
      refuse(thrown);
      return "open";
    }
  };

  const pickPath: Desk["pickPath"] = async (mode, title, suggestion) => {
    if (ground.info.shell === "browser") return questions.ask({ is: "path", mode, title, suggestion });
    // One at a time: a second key press does not open a second dialog.
    if (state.picking.get()) return undefined;
    state.picking.set(true);
    const answer = await ask(
      backend.call("path_pick", { mode, title, ...(suggestion ? { suggestion } : {}) }),
    );
    state.picking.set(false);
    // The core says a missing path as null: nobody chose one.
    return answer?.path ?? undefined;
  };

  const write = async (how: { path?: string; overwrite?: boolean }): Promise<boolean> => {
    try {
      const { path, anew } = await backend.call("design_save", { session: state.session.get(), ...how });
      if (anew) say({ text: `${path} had to be written anew: comments in it are lost`, kind: "error" });
      else say({ text: `Saved to ${path}`, kind: "ok" });
      return true;
    } catch (thrown) {
      const error = asBackendError(thrown);
      if (error.code === "changed-on-disk") {
        const path = how.path ?? state.file.get().path ?? "";
        const settled = await askDisk(path);
        return settled === "merged" ? write(how) : settled === "saved";
      }
      if (error.code === "exists" && how.path !== undefined) {
        const answer = await questions.ask({ is: "replace", path: how.path });
        if (answer === "replace") return write({ ...how, overwrite: true });
        return answer === "save-as" ? save(true) : false;
      }
      const away = error.code === "cannot-write" || error.code === "read-only";
      const action = { title: "Save as…", run: () => void save(true) };
      say({ text: sentence(error.message), kind: "error", ...(away ? { action } : {}) });
      return false;
    }
  };

  const save = async (as = false): Promise<boolean> => {
    const known = state.file.get().path;
    if (known !== undefined && !as) return write({});
    const picked = await pickPath(
      "save",
      "Save the design as",
      known ?? suggestedName(document.design().name),
    );
    if (picked === undefined) return false;
    const path = designPath(picked);
    // A native dialog asked whether to replace what is there, but does not know that it changed, and has asked
    // about the name as it was typed.
    const asked = ground.info.shell !== "browser" && path === picked && path !== known;
    return write({ path, ...(asked ? { overwrite: true } : {}) });
  };

  /** What runs is found again by the id that only a file keeps. */
  const runsWithoutFile = () => state.file.get().path === undefined && deployments.somethingRuns();
  const mustAsk = () =>
    state.session.get() !== NO_SESSION &&
    (state.history.get().dirty || deployments.underWay().length > 0 || runsWithoutFile());

  const nameNow = () => called(document.design().name, state.file.get().path);

  /** True if the open design may go away. */
  const mayLeave = async (): Promise<boolean> => {
    if (!mustAsk()) return true;
    const name = nameNow();
    if (deployments.underWay().length > 0 && !(await mayStop(name))) return false;
    const { dirty } = state.history.get();
    if (!dirty && !runsWithoutFile()) return true;
    const answer = await questions.ask({ is: "unsaved", name, why: dirty ? "edits" : "runs" });
    if (answer === "save") return save();
    return answer === "discard";
  };

  const mayStop = async (name: string): Promise<boolean> => {
    const environment = deployments.underWay().join(" and ");
    if ((await questions.ask({ is: "deploying", name, environment })) === "cancel") return false;
    const session = state.session.get();
    // Some may have ended while the question stood.
    for (const one of deployments.underWay())
      await ask(backend.call("deploy_cancel", { session, environment: one }));
    return true;
  };

  const leave = async () => {
    const session = state.session.get();
    if (session === NO_SESSION) return;
    left = session;
    await ask(backend.call("design_close", { session }));
  };

  const showNone = () => {
    keepSession(null);
    ground.settings.ofDesign(null);
    state.session.set(NO_SESSION);
    state.history.set({ dirty: false });
    state.file.set({ diagnostics: [] });
    deployments.forget();
    takeCatalog(undefined);
    document.load(emptyDesign(), 0);
    editor?.setReadOnly(false);
  };

  /** Windows on one file show one design. Whoever closed it was asked what becomes of its edits. */
  const closedElsewhere = () => {
    const { path } = state.file.get();
    const name = nameNow();
    showNone();
    say({
      text: `“${name}” was closed in another window`,
      ...(path === undefined ? {} : { action: { title: "Open again", run: () => void openNamed(path) } }),
    });
  };

  /** One after the other: of designs that are asked for at once, the last one is shown. */
  const open = (load: () => Promise<DocumentDto>): Promise<boolean> => {
    const done = opening.then(() => openNow(load));
    opening = done.catch(() => false);
    return done;
  };

  const openNow = async (load: () => Promise<DocumentDto>): Promise<boolean> => {
    if (!(await mayLeave())) return false;
    state.busy.set(true);
    const dto = await ask(load());
    state.busy.set(false);
    if (!dto) return false;
    if (dto.session !== state.session.get()) await leave();
    show(dto);
    await settling;
    return true;
  };

  const openNamed = (name: string) => open(() => askForDesign(backend, name));

  /** The window is wanted closed. Asked twice, it asks once. */
  const closeWindow = async () => {
    if (closing) return;
    closing = true;
    try {
      if (!(await mayLeave())) return;
      await leave();
      await ask(backend.call("window_close", undefined));
    } finally {
      closing = false;
    }
  };

  const recover = async (dto: DocumentDto) => {
    if (!dto.recovery) return;
    const answer = await questions.ask({ is: "recovery", recovery: dto.recovery, path: dto.path });
    const keep = answer !== "saved";
    const next = await ask(backend.call("design_recover", { session: dto.session, keep }));
    if (next) show(next);
    if (next && answer === "save-as") await save(true);
  };

  backend.events(take);
  // Asked for again when events begin to come: lines from before them would be missing. The answer may come after
  // events of later lines, so what is known already stays.
  const readLog = () =>
    backend.call("log_tail", { lines: MOST_LOG_LINES }).then(
      (lines) => state.log.set(withLines(state.log.get(), lines, MOST_LOG_LINES)),
      () => undefined,
    );
  backend.connection((connection) => {
    state.connected.set(connection !== "lost");
    if (connection === "again") void snapshot();
    if (connection !== "lost") void readLog();
  });
  void readLog();

  return {
    ...ground,
    ...state,
    deployments: deployments.all,
    built: deployments.built,
    document,
    questions,
    say,
    ask,
    open,
    openNamed,
    reopen: show,
    save,
    readAgain,
    closeWindow,
    pickPath,
    chooseEnvironment,
    mustAsk,
    editor: () => editor,
    setEditor(next) {
      const isAnother = editor !== null;
      editor = next;
      next.setReadOnly(state.file.get().readOnly !== undefined);
      for (const one of early) next.setRoutes(one);
      early = [];
      const facts = state.facts.get();
      if (facts !== NO_FACTS) next.setJudgement(drawn(facts, document.design().links));
      // Its lines went with the drawing before it: the core says all of it once more.
      if (isAnother && state.session.get() !== NO_SESSION) chooseEnvironment(state.environment.get(), false);
    },
    async close() {
      if (!(await mayLeave())) return;
      await leave();
      showNone();
    },
  };
}
