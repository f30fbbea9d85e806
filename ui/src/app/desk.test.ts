// @vitest-environment jsdom
import { expect, it, vi } from "vitest";
import { type DesignJson, emptyDesign } from "../document/model";
import { signal } from "../document/signal";
import { BackendError } from "../ipc/backend";
import { type Answers, fakeBackend } from "../ipc/fake";
import type { DiagnosticDto } from "../ipc/generated/DiagnosticDto";
import type { DocumentDto } from "../ipc/generated/DocumentDto";
import type { KindDto } from "../ipc/generated/KindDto";
import { createDesk, NO_SESSION } from "./desk";
import { designPath, suggestedName } from "./file_name";
import { createSettings } from "./settings";

const server = { kind: "server", attributes: {} };
const FINDING: DiagnosticDto = {
  key: "k",
  rule: "bad-kind-file",
  severity: "error",
  on: "design",
  message: "",
  related: [],
  fixes: [],
  controls: [],
};

function deskWith(
  answers: Answers = {},
  start: DesignJson = { ...emptyDesign(), resources: { app: server } },
) {
  const backend = fakeBackend(start, answers);
  const desk = createDesk({
    backend,
    info: { version: "1", shell: "browser", folder: "/designs" },
    catalog: { kinds: [], icons: {}, kind: () => undefined },
    settings: createSettings(backend, {}, 0),
    theme: signal("light" as const),
  });
  const open = () => desk.open(() => backend.call("design_new", undefined));
  return { backend, desk, open };
}

it("shows the document that was opened", async () => {
  const { desk, open } = deskWith();
  expect(await open()).toBe(true);
  expect(desk.session.get()).toBe(1);
  expect(desk.document.resource("app")).toEqual(server);
  expect(desk.environment.get()).toBe("lab");
});

it("changes its mirror only by a patch from the core", async () => {
  const { backend, desk, open } = deskWith();
  await open();
  const edit = { edit: "set-attribute", resource: "app", path: ["cpu"], value: 4 } as const;
  await backend.call("design_edit", { session: 1, edit: { ...edit, path: [...edit.path] } });
  expect(desk.document.resource("app")?.attributes?.cpu).toBe(4);
  expect(desk.history.get().dirty).toBe(true);
});

it("asks what the core thinks once the drawing is painted, unless that has come by then", async () => {
  const asked = (backend: { calls: { name: string }[] }) =>
    backend.calls.filter(({ name }) => name === "environment_choose").length;
  const [first, second] = [deskWith(), deskWith()];
  await first.open();
  await second.open();
  expect([asked(first.backend), asked(second.backend)]).toEqual([0, 0]);
  second.backend.tell({
    event: "judged",
    session: 1,
    revision: 0,
    environment: "lab",
    diagnostics: [],
    waived: [],
    summaries: { app: "server" },
    facts: {},
    links: {},
    intents: [],
    partial: false,
    milliseconds: 1,
  });
  await vi.waitFor(() => expect(asked(first.backend)).toBe(1));
  await vi.waitFor(() => expect(second.desk.facts.get().summaries.get("app")).toBe("server"));
  expect(asked(second.backend)).toBe(0);
});

it("asks for a snapshot when revisions are missing", async () => {
  const { backend, open } = deskWith();
  await open();
  backend.tell({
    event: "document-patched",
    session: 1,
    revision: 9,
    patch: { changes: [] },
    history: { dirty: true },
  });
  await vi.waitFor(() => expect(backend.calls.map((call) => call.name)).toContain("design_snapshot"));
});

it("ignores events of a design that is not open", async () => {
  const { backend, desk, open } = deskWith();
  await open();
  backend.tell({ event: "document-saved", session: 7, path: "/other", history: { dirty: false } });
  expect(desk.file.get().path).toBeUndefined();
});

it("asks before it drops edits that are in no file", async () => {
  const { backend, desk, open } = deskWith();
  await open();
  await backend.call("design_edit", { session: 1, edit: { edit: "set-name", name: "X" } });
  const left = desk.close();
  await vi.waitFor(() => expect(desk.questions.current.get()?.question.is).toBe("unsaved"));
  desk.questions.current.get()?.answer("cancel" as never);
  await left;
  expect(desk.session.get()).toBe(1);
  const again = desk.close();
  await vi.waitFor(() => expect(desk.questions.current.get()).not.toBeNull());
  desk.questions.current.get()?.answer("discard" as never);
  await again;
  expect(desk.session.get()).toBe(NO_SESSION);
});

it("closes the window only when unsaved edits were settled, and asks once", async () => {
  const { backend, desk, open } = deskWith({ window_close: () => undefined });
  const closed = () => backend.calls.some((call) => call.name === "window_close");
  await open();
  await backend.call("design_edit", { session: 1, edit: { edit: "set-name", name: "X" } });
  backend.tell({ event: "close-requested" });
  backend.tell({ event: "close-requested" });
  await vi.waitFor(() => expect(desk.questions.current.get()?.question.is).toBe("unsaved"));
  desk.questions.current.get()?.answer("cancel" as never);
  await vi.waitFor(() => expect(desk.questions.current.get()).toBeNull());
  await Promise.resolve();
  expect(closed()).toBe(false);
  backend.tell({ event: "close-requested" });
  await vi.waitFor(() => expect(desk.questions.current.get()).not.toBeNull());
  desk.questions.current.get()?.answer("discard" as never);
  await vi.waitFor(() => expect(closed()).toBe(true));
});

it("asks before it closes in the middle of a run, and stops the run only when told so", async () => {
  const { backend, desk, open } = deskWith({ deploy_cancel: () => undefined });
  const cancelled = () => backend.calls.some((call) => call.name === "deploy_cancel");
  const tell = (state: string) =>
    backend.tell({
      event: "deploy",
      session: 1,
      environment: desk.environment.get(),
      state,
      text: "",
      lines: [],
    });
  await open();
  tell("deploying");
  expect(desk.mustAsk()).toBe(true);
  const kept = desk.close();
  await vi.waitFor(() => expect(desk.questions.current.get()?.question.is).toBe("deploying"));
  desk.questions.current.get()?.answer("cancel" as never);
  await kept;
  expect([desk.session.get(), cancelled()]).toEqual([1, false]);
  const left = desk.close();
  await vi.waitFor(() => expect(desk.questions.current.get()?.question.is).toBe("deploying"));
  desk.questions.current.get()?.answer("stop" as never);
  await vi.waitFor(() => expect(cancelled()).toBe(true));
  // Half of it stands, and no file keeps its name.
  await vi.waitFor(() => expect(desk.questions.current.get()?.question).toMatchObject({ why: "runs" }));
  desk.questions.current.get()?.answer("discard" as never);
  await left;
  expect(desk.session.get()).toBe(NO_SESSION);
});

const twoEnvironments: DesignJson = {
  ...emptyDesign(),
  environments: { test: { provider: "lab" }, production: { provider: "aws" } },
};

it("asks before it closes what runs in an environment that is not the chosen one", async () => {
  const { backend, desk, open } = deskWith({ deploy_cancel: () => undefined }, twoEnvironments);
  const tell = (state: string) =>
    backend.tell({ event: "deploy", session: 1, environment: "test", state, text: "", lines: [] });
  const asked = () => desk.questions.current.get()?.question;
  await open();
  tell("deploying");
  desk.chooseEnvironment("production");
  expect([desk.mustAsk(), desk.deploy.get()]).toEqual([true, null]);
  const stopped = desk.close();
  await vi.waitFor(() => expect(asked()).toMatchObject({ is: "deploying", environment: "test" }));
  desk.questions.current.get()?.answer("stop" as never);
  await vi.waitFor(() => expect(asked()).toMatchObject({ is: "unsaved", why: "runs" }));
  expect(backend.calls).toContainEqual({ name: "deploy_cancel", args: { session: 1, environment: "test" } });
  desk.questions.current.get()?.answer("cancel" as never);
  await stopped;
  tell("nothing");
  await desk.close();
  expect(desk.session.get()).toBe(NO_SESSION);
});

it("finds what ran in every environment before the page was reloaded", async () => {
  const status = (environment: string) => ({ session: 1, environment, text: "", lines: [] });
  const { desk, open } = deskWith(
    {
      deploy_status: ({ environment }) => ({
        ...status(environment),
        state: environment === "production" ? "running" : "nothing",
      }),
    },
    twoEnvironments,
  );
  await open();
  expect(desk.environment.get()).toBe("test");
  await vi.waitFor(() => expect(desk.mustAsk()).toBe(true));
  await vi.waitFor(() => expect(desk.deploy.get()?.state).toBe("nothing"));
});

it("offers three ways out when the file changed on disk, and overwrites only when told so", async () => {
  const saves: unknown[] = [];
  const { desk, open } = deskWith({
    design_save: (args) => {
      saves.push(args);
      if (!args.overwrite) throw new BackendError({ code: "changed-on-disk", message: "it changed" });
      return { path: args.path ?? "/designs/x.gplan", anew: false };
    },
  });
  await open();
  const saved = desk.save();
  await vi.waitFor(() => expect(desk.questions.current.get()?.question.is).toBe("path"));
  desk.questions.current.get()?.answer("/designs/x.gplan" as never);
  await vi.waitFor(() => expect(desk.questions.current.get()?.question.is).toBe("changed-on-disk"));
  desk.questions.current.get()?.answer("cancel" as never);
  expect(await saved).toBe(false);
  expect(saves).toEqual([{ session: 1, path: "/designs/x.gplan" }]);
});

it("asks once about a file that both its watcher and a save found changed", async () => {
  const path = "/designs/x.gplan";
  const changed = new BackendError({ code: "changed-on-disk", message: "it changed" });
  const { backend, desk, open } = deskWith({
    design_save: () => {
      throw changed;
    },
  });
  await open();
  backend.tell({ event: "document-saved", session: 1, path, history: { dirty: true } });
  backend.tell({ event: "file-changed", session: 1, path });
  const saved = desk.save();
  await vi.waitFor(() => expect(desk.questions.current.get()?.question.is).toBe("changed-on-disk"));
  await vi.waitFor(() => expect(backend.calls.some((call) => call.name === "design_save")).toBe(true));
  desk.questions.current.get()?.answer("reload" as never);
  expect(await saved).toBe(false);
  expect(desk.questions.current.get()).toBeNull();
  expect(backend.calls.filter((call) => call.name === "design_reload")).toHaveLength(1);
  // Another change is another question.
  backend.tell({ event: "document-saved", session: 1, path, history: { dirty: true } });
  backend.tell({ event: "file-changed", session: 1, path });
  await vi.waitFor(() => expect(desk.questions.current.get()).not.toBeNull());
});

const tally = { added: 0, removed: 0, changed: 1, moved: 0, words: [] };
const preview = { seen: "f00", conflicts: [], mine: tally, theirs: tally };

it("merges what another program did to the file, and saves then", async () => {
  const merges: unknown[] = [];
  const { desk, open } = deskWith({
    design_merge_preview: () => preview,
    design_merge: (args) => {
      merges.push(args);
      return { revision: 2 };
    },
    design_save: ({ path }) => {
      if (merges.length === 0) throw new BackendError({ code: "changed-on-disk", message: "it changed" });
      return { path: path ?? "/designs/x.gplan", anew: false };
    },
  });
  await open();
  const saved = desk.save();
  await vi.waitFor(() => expect(desk.questions.current.get()?.question.is).toBe("path"));
  desk.questions.current.get()?.answer("/designs/x.gplan" as never);
  await vi.waitFor(() => expect(desk.questions.current.get()?.question).toMatchObject({ merge: preview }));
  desk.questions.current.get()?.answer({ merge: "f00", choices: { a: "theirs" } } as never);
  expect(await saved).toBe(true);
  expect(merges).toEqual([{ session: 1, seen: "f00", choices: { a: "theirs" } }]);
});

it("shows that the file changed for as long as it differs, where nothing of ours can be lost", async () => {
  const path = "/designs/x.gplan";
  const { backend, desk, open } = deskWith();
  await open();
  backend.tell({ event: "document-saved", session: 1, path, history: { dirty: false } });
  backend.tell({ event: "file-changed", session: 1, path });
  expect(desk.file.get().changed).toBe(true);
  await desk.readAgain();
  expect(desk.file.get().changed).toBeFalsy();
  expect(backend.calls.map((call) => call.name)).toContain("design_reload");
});

/** A design with edits of an earlier run that are to be decided on; `changed`: so is its file. */
function undecided(changed: boolean, more: Answers = {}) {
  const saves: unknown[] = [];
  let pending = true;
  const document = (): DocumentDto => ({
    session: 1,
    revision: pending ? 1 : 5,
    path: "/designs/x.gplan",
    history: { dirty: !pending },
    design: { ...emptyDesign(), name: pending ? "saved" : "recovered" },
    diagnostics: [],
    ...(pending
      ? {
          recovery: {
            edits: 4,
            names: [],
            differences: [],
            lost: 0,
            changed,
            saved: { at: "2026-01-01T00:00:00Z", resources: 0, links: 0 },
            recovered: { at: "2026-01-01T00:01:00Z", resources: 1, links: 0 },
          },
        }
      : {}),
  });
  const made = deskWith({
    design_new: document,
    design_snapshot: document,
    design_recover: ({ keep }) => {
      pending = !keep;
      return document();
    },
    design_save: (args) => {
      saves.push(args);
      return { path: args.path ?? "/designs/x.gplan", anew: false };
    },
    ...more,
  });
  const asked = (is: string) =>
    vi.waitFor(() => expect(made.desk.questions.current.get()?.question.is).toBe(is));
  const answer = (value: string) => made.desk.questions.current.get()?.answer(value as never);
  return { ...made, saves, asked, answer };
}

it("lets the recovered version be chosen", async () => {
  const { desk, open, asked, answer } = undecided(false);
  const opened = open();
  await asked("recovery");
  answer("recovered");
  await opened;
  expect(desk.document.design().name).toBe("recovered");
});

it("asks about recovered edits again after a reload of the page, once", async () => {
  const first = undecided(false);
  void first.open();
  await first.asked("recovery");
  const { desk, backend, asked, answer } = undecided(false);
  desk.reopen(await backend.call("design_snapshot", { session: 1 }));
  await asked("recovery");
  backend.connect("again");
  await vi.waitFor(() =>
    expect(backend.calls.filter((call) => call.name === "design_snapshot")).toHaveLength(2),
  );
  answer("recovered");
  await vi.waitFor(() => expect(desk.document.design().name).toBe("recovered"));
  expect(desk.questions.current.get()).toBeNull();
});

it("saves the recovered version of a file that changed since under another name", async () => {
  const { open, saves, asked, answer } = undecided(true);
  const opened = open();
  await asked("recovery");
  answer("save-as");
  await asked("path");
  answer("/designs/mine.gplan");
  await opened;
  expect(saves).toEqual([{ session: 1, path: "/designs/mine.gplan" }]);
});

it("replaces another file only when told so", async () => {
  const saves: unknown[] = [];
  const { desk, open } = deskWith({
    design_save: (args) => {
      saves.push(args);
      if (!args.overwrite) throw new BackendError({ code: "exists", message: "it is there" });
      return { path: "/designs/x.gplan", anew: true };
    },
  });
  const answer = (value: string) => desk.questions.current.get()?.answer(value as never);
  const asked = (is: string) => vi.waitFor(() => expect(desk.questions.current.get()?.question.is).toBe(is));
  await open();
  for (const [told, done] of [
    ["cancel", false],
    ["replace", true],
  ] as const) {
    const saved = desk.save();
    await asked("path");
    answer("/designs/x.gplan");
    await asked("replace");
    answer(told);
    expect(await saved).toBe(done);
  }
  const plain = { session: 1, path: "/designs/x.gplan" };
  expect(saves).toEqual([plain, plain, { ...plain, overwrite: true }]);
  expect(desk.notice.get()?.text).toContain("comments in it are lost");
});

it("says that unsaved edits are not kept", async () => {
  const { backend, desk, open } = deskWith();
  await open();
  backend.tell({ event: "journal-failed", session: 1, message: "the disk is full" });
  expect(desk.notice.get()).toMatchObject({ kind: "error", text: "The disk is full" });
});

it("says a refusal and goes on", async () => {
  const { desk } = deskWith();
  const refused = Promise.reject(
    new BackendError({ code: "refused", message: "“app” is taken: choose another id" }),
  );
  expect(await desk.ask(refused)).toBeUndefined();
  expect(desk.notice.get()).toMatchObject({ kind: "error", text: "“app” is taken: choose another id" });
});

it("suggests a file name from the design's", () => {
  expect(suggestedName("Web shop: “new”")).toBe("web-shop-new.gplan");
  expect(suggestedName(null)).toBe("untitled.gplan");
  expect(designPath("/designs/my shop")).toBe("/designs/my shop.gplan");
  expect(designPath("/designs/shop.v2.gplan")).toBe("/designs/shop.v2.gplan");
  expect(suggestedName("…")).toBe("untitled.gplan");
});

it("opens what a second start of the program asks for", async () => {
  const { backend, desk } = deskWith();
  backend.tell({ event: "open-requested", path: "template:three-tier-web-shop" });
  await vi.waitFor(() => expect(desk.session.get()).toBe(1));
  expect(backend.calls).toContainEqual({
    name: "design_from_template",
    args: { template: "three-tier-web-shop" },
  });
  expect(await desk.openNamed("/designs/shop.gplan")).toBe(true);
  expect(backend.calls).toContainEqual({ name: "design_open", args: { path: "/designs/shop.gplan" } });
});

it("opens one design after the other when several are asked for at once", async () => {
  const dto = (session: number) => ({
    session,
    revision: 1,
    history: { dirty: false },
    design: emptyDesign(),
    diagnostics: [],
  });
  const answers: Answers = {
    design_open: async ({ path }) => {
      const slow = path === "/slow.gplan";
      if (slow) await new Promise((done) => setTimeout(done, 20));
      return dto(slow ? 1 : 2);
    },
  };
  const { backend, desk } = deskWith(answers);
  for (const path of ["/slow.gplan", "/fast.gplan"]) backend.tell({ event: "open-requested", path });
  await vi.waitFor(() => expect(desk.session.get()).toBe(2));
  expect(backend.calls.filter(({ name }) => /open|close/.test(name))).toEqual([
    { name: "design_open", args: { path: "/slow.gplan" } },
    { name: "design_open", args: { path: "/fast.gplan" } },
    { name: "design_close", args: { session: 1 } },
  ]);
});

it("loses no line of the log that comes before the answer about the ones before it, and shows none twice", async () => {
  const line = (at: string) => ({ at, level: "info", target: "gp_app", message: `at ${at}` });
  let answer: (lines: ReturnType<typeof line>[]) => void = () => undefined;
  const { backend, desk } = deskWith({
    log_tail: () => new Promise((resolve) => (answer = resolve)) as never,
  });
  backend.tell({ event: "log", ...line("2") });
  backend.tell({ event: "log", ...line("3") });
  answer([line("1"), line("2")]);
  await vi.waitFor(() => expect(desk.log.get().map(({ at }) => at)).toEqual(["1", "2", "3"]));
});

it("an offer about the design goes with the next edit, other words stay", async () => {
  const { backend, desk, open } = deskWith();
  await open();
  const change = (name: string) =>
    backend.call("design_edit", { session: 1, edit: { edit: "set-name", name } });
  desk.say({ text: "Deleted app", action: { title: "Undo", run: () => undefined }, untilEdit: true });
  expect(desk.notice.get()?.text).toBe("Deleted app");
  await change("X");
  expect(desk.notice.get()).toBeNull();
  desk.say({ text: "Saved" });
  await change("Y");
  expect(desk.notice.get()?.text).toBe("Saved");
});

it("follows another window's choice of environment, and not its own that were overtaken", async () => {
  const { backend, desk, open } = deskWith({}, twoEnvironments);
  const judged = (environment: string, revision: number) =>
    backend.tell({
      event: "judged",
      session: 1,
      revision,
      environment,
      diagnostics: [],
      waived: [],
      summaries: {},
      facts: {},
      links: {},
      intents: [],
      partial: false,
      milliseconds: 1,
    });
  const heard = (environment: string) =>
    vi.waitFor(() => expect(desk.facts.get().environment).toBe(environment));
  await open();
  judged("test", 0);
  await heard("test");
  desk.chooseEnvironment("production");
  desk.chooseEnvironment("test");
  judged("production", 1);
  await heard("production");
  expect(desk.environment.get(), "chosen here, and taken back").toBe("test");
  judged("test", 2);
  await heard("test");
  expect(desk.notice.get()).toBeNull();
  judged("production", 3);
  await heard("production");
  expect(desk.environment.get(), "chosen elsewhere").toBe("production");
  expect(desk.notice.get()?.text).toContain("Another window");
});

it("knows the kinds of the design's own folder for as long as it is open", async () => {
  const kind = { id: "search", title: "Search" } as KindDto;
  const catalog = { kinds: [kind], icons: {} };
  const { backend, desk, open } = deskWith({
    design_new: () => ({
      session: 1,
      revision: 1,
      history: { dirty: false },
      design: emptyDesign(),
      diagnostics: [],
      catalog,
    }),
  });
  await open();
  expect(desk.catalog.get().kind("search")?.title).toBe("Search");
  const said = { ...FINDING, message: "kinds/search.toml, line 3: no" };
  backend.tell({ event: "kinds-changed", session: 1, diagnostics: [said] });
  expect(desk.catalog.get().kind("search")).toBeUndefined();
  expect(desk.file.get().diagnostics).toEqual([said]);
  backend.tell({ event: "kinds-changed", session: 1, catalog, diagnostics: [] });
  expect(desk.catalog.get().kind("search")).toBeDefined();
  await desk.close();
  expect(desk.catalog.get().kinds).toEqual([]);
});
