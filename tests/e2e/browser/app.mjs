// One server with its own folder and state, and one page on it: what every test starts from.
// Input goes through the page's mouse and keyboard only; the core is asked what became of it.
import { spawn, spawnSync } from "node:child_process";
import { appendFileSync, existsSync, readdirSync, readFileSync } from "node:fs";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";

const ROOT = fileURLToPath(new URL("../../..", import.meta.url));
const BIN = process.env.GP_BIN ?? join(ROOT, "target/debug");
const INTERFACE = join(ROOT, "ui/dist-test");
const CHROMIUM = process.env.GP_CHROMIUM ?? "/usr/bin/chromium";
const SIZE = { width: 1440, height: 900 };
const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];
/** For a loaded machine: a test that hangs ends all the same. */
const PATIENCE = 30_000;

let shared;
after(async () => (await shared)?.close());
const browser = () => {
  shared ??= chromium.launch({ executablePath: CHROMIUM, args: FLAGS });
  return shared;
};

const namespaces = spawnSync("unshare", ["--user", "--map-root-user", "--net", "true"]).status === 0;

/** Why a test cannot run here; undefined where it can. */
function missing({ lab }) {
  if (!existsSync(CHROMIUM)) return `there is no ${CHROMIUM} (set GP_CHROMIUM)`;
  if (lab && !namespaces) return "this machine does not allow user namespaces";
  return undefined;
}

/**
 * A test with a server of its own. `serve`: arguments, or a function of the folder that answers them.
 * `lab`: it needs user namespaces. `page: false`: the server only.
 */
export function story(name, options, run) {
  const why = missing(options);
  if (why && process.env.GP_SKIPS) appendFileSync(process.env.GP_SKIPS, `${name}: ${why}\n`);
  test(name, { skip: why ?? false, timeout: 8 * PATIENCE }, async () => {
    const place = await Place.make();
    try {
      await run(await place.open(options));
    } catch (fault) {
      await place.picture(name);
      throw fault;
    } finally {
      await place.end();
    }
  });
}

/** Folder, state and everything that was started on them. */
class Place {
  static async make() {
    const home = await mkdtemp(join(tmpdir(), "gp-browser-"));
    const place = new Place();
    Object.assign(place, { home, folder: join(home, "designs"), servers: [], apps: [] });
    for (const name of ["designs", "state", "config", "run"]) await mkdir(join(home, name), { mode: 0o700 });
    return place;
  }

  env() {
    const { home } = this;
    return {
      ...process.env,
      HOME: home,
      XDG_STATE_HOME: join(home, "state"),
      XDG_CONFIG_HOME: join(home, "config"),
      XDG_RUNTIME_DIR: join(home, "run"),
    };
  }

  /** The command line, with this place's state. */
  command(...args) {
    const done = spawnSync(join(BIN, "groundplan"), args, { cwd: this.folder, env: this.env(), encoding: "utf8" });
    return { status: done.status, out: done.stdout, complaint: done.stderr };
  }

  async server(serve = []) {
    const args = typeof serve === "function" ? await serve(this) : serve;
    const child = spawn(join(BIN, "groundplan"), ["serve", "--json", "--interface", INTERFACE, ...args], {
      cwd: this.folder,
      env: this.env(),
      stdio: ["ignore", "pipe", "pipe"],
    });
    this.servers.push(child);
    let complaint = "";
    child.stderr.on("data", (text) => (complaint += text));
    const addresses = () => complaint.match(/(?<=for another tab: )\S+(?=\n)/g) ?? [];
    const answer = await new Promise((resolve, reject) => {
      child.once("error", reject);
      child.once("exit", (code) => reject(new Error(`serve ended with ${code}: ${complaint}`)));
      let text = "";
      createInterface({ input: child.stdout }).on("line", (line) => {
        text += line;
        try {
          resolve(JSON.parse(text));
        } catch {
          // The answer goes over several lines.
        }
      });
    });
    let used = 0;
    /** The address that was printed when the last one was used. */
    const nextAddress = async () => {
      const all = await until(addresses, ({ length }) => length > used);
      used = all.length;
      return all.at(-1);
    };
    return { child, nextAddress, opens: args.length > 0, ...answer };
  }

  /** Starts a server and shows it. */
  async open({ serve, page: wanted = true, theme = "light" } = {}) {
    const server = await this.server(serve);
    const app = new App(this, server);
    this.apps.push(app);
    if (!wanted) return app;
    const context = await (await browser()).newContext({ viewport: SIZE, colorScheme: theme, reducedMotion: "reduce" });
    await context.grantPermissions(["clipboard-read", "clipboard-write"], { origin: new URL(server.url).origin });
    const page = await context.newPage();
    page.setDefaultTimeout(PATIENCE);
    page.on("pageerror", (fault) => app.faults.push(fault.message));
    app.page = page;
    await page.goto(server.url);
    // A design that was named opens by itself, a moment after the start screen.
    await page.waitForSelector(server.opens ? "[data-ready=true]" : ".start-card");
    await app.idle();
    return app;
  }

  async picture(name) {
    const page = this.apps.at(-1)?.page;
    const folder = process.env.GP_PICTURES;
    if (page && folder) await page.screenshot({ path: join(folder, `${name.replaceAll(/\W+/g, "-")}.png`) }).catch(() => {});
  }

  async end() {
    for (const { page } of this.apps) await page?.context().close();
    for (const child of this.servers) await stop(child, "SIGINT");
    for (const pid of labHolders(this.home)) process.kill(pid, "SIGKILL");
    await rm(this.home, { recursive: true, force: true });
  }
}

/** Ends a program that we started, and waits until it is gone. */
export async function stop(child, signal) {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((resolve) => child.once("exit", resolve));
  child.kill(signal);
  const slow = setTimeout(() => child.kill("SIGKILL"), 5000);
  await gone;
  clearTimeout(slow);
}

/** Labs that a failed test left: their holders have this place in their environment. */
function labHolders(home) {
  const within = `XDG_RUNTIME_DIR=${home}/`;
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      try {
        return readFileSync(`/proc/${pid}/environ`, "latin1").includes(within);
      } catch {
        // It ended, or belongs to somebody else.
        return false;
      }
    })
    .map(Number);
}

/** Waits until a question is answered so. */
export async function until(what, holds) {
  const end = Date.now() + PATIENCE;
  for (;;) {
    const found = await what();
    if (holds(found)) return found;
    if (Date.now() > end) throw new Error(`never came true: ${holds}\nlast: ${JSON.stringify(found)?.slice(0, 2000)}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** One window on one server. */
class App {
  constructor(place, server) {
    Object.assign(this, { place, server, folder: place.folder, page: undefined, faults: [] });
  }

  /** Another window of the same browser on the same server. */
  async window() {
    const other = new App(this.place, this.server);
    other.page = await this.page.context().newPage();
    await other.page.goto(await this.server.nextAddress());
    await other.page.waitForSelector("[data-ready=true]");
    await other.idle();
    return other;
  }

  /** Asks the core, as the page would. */
  call(name, args = {}) {
    return this.page.evaluate(
      async ([command, body]) => {
        const headers = { "content-type": "application/json", "x-groundplan": sessionStorage.getItem("groundplan.key") };
        const response = await fetch(`/api/${command}`, { method: "POST", headers, body: JSON.stringify(body) });
        const text = await response.text();
        if (!response.ok) throw new Error(text);
        return text === "" ? undefined : JSON.parse(text);
      },
      [name, args],
    );
  }

  /** Of the design that is shown; waits for one that is just being opened. */
  async session() {
    const kept = await this.page.waitForFunction(() => sessionStorage.getItem("groundplan.session"));
    return Number(await kept.jsonValue());
  }

  /** The document as the core has it. */
  async document() {
    return this.call("design_snapshot", { session: await this.session() });
  }

  async design() {
    return (await this.document()).design;
  }

  /** Until nothing on the page changes or moves any more. */
  async still() {
    await this.page.evaluate(async () => {
      let changed = performance.now();
      const watch = new MutationObserver(() => (changed = performance.now()));
      watch.observe(document, { subtree: true, childList: true, attributes: true, characterData: true });
      while (performance.now() - changed < 150) await new Promise(requestAnimationFrame);
      watch.disconnect();
      const ends = (one) => one.effect?.getComputedTiming().endTime !== Number.POSITIVE_INFINITY;
      await Promise.allSettled(document.getAnimations().filter(ends).map((one) => one.finished));
    });
  }

  /** Until nothing is to be painted. */
  async idle() {
    await this.page.evaluate(() => globalThis.__gp?.whenIdle());
  }

  async rect(id) {
    await this.page.waitForFunction((one) => globalThis.__gp?.rectOf(one), id);
    return this.page.evaluate((one) => globalThis.__gp.rectOf(one), id);
  }

  async grip(id) {
    await this.page.waitForFunction((one) => globalThis.__gp?.gripOf(one), id);
    return this.page.evaluate((one) => globalThis.__gp.gripOf(one), id);
  }

  itemAt({ x, y }) {
    return this.page.evaluate(([a, b]) => globalThis.__gp.itemAt(a, b), [x, y]);
  }

  async selected() {
    return (await this.page.evaluate(() => globalThis.__gp.selection())).resources;
  }

  async click(id, modifiers = []) {
    const at = await this.grip(id);
    for (const key of modifiers) await this.page.keyboard.down(key);
    await this.page.mouse.click(at.x, at.y);
    for (const key of modifiers) await this.page.keyboard.up(key);
    await this.idle();
  }

  /** A drag as a hand does it: many moves, the last one at the goal. */
  async drag(from, to, { button = "left", keys = [] } = {}) {
    const { mouse, keyboard } = this.page;
    await mouse.move(from.x, from.y);
    for (const key of keys) await keyboard.down(key);
    await mouse.down({ button });
    await mouse.move(from.x + 6, from.y + 6, { steps: 2 });
    await mouse.move(to.x, to.y, { steps: 12 });
    await this.idle();
    await mouse.move(to.x, to.y);
    await mouse.up({ button });
    for (const key of keys) await keyboard.up(key);
    await this.idle();
  }

  async keys(...keys) {
    for (const key of keys) await this.page.keyboard.press(key);
    await this.idle();
  }

  /** A command by its words, through "Do anything". */
  async command(words) {
    await this.page.keyboard.press("Control+k");
    await this.page.getByRole("dialog").getByRole("combobox").or(this.page.getByRole("dialog").getByRole("searchbox")).first().waitFor();
    await this.page.keyboard.type(words);
    await this.page.keyboard.press("Enter");
  }

  button(name) {
    return this.page.getByRole("button", { name, exact: true });
  }

  tab(name) {
    return this.page.getByRole("tab", { name });
  }

  untilDesign(holds) {
    return until(() => this.design(), holds);
  }
}
