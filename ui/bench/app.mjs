// The editor as a user has it: `groundplan serve` on a generated design, all panels, the real core. Gestures end in
// edits that the core answers. The interface is the test build: a release build plus the bridge that says where
// things are.
import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { goToFirstFrame, watchFrames } from "./probe.mjs";

const INTERFACE = fileURLToPath(new URL("../dist-test", import.meta.url));
export const SIZE = { width: 1440, height: 900 };

async function serve(program, design, home) {
  const own = { HOME: home, XDG_STATE_HOME: home, XDG_CONFIG_HOME: home, XDG_RUNTIME_DIR: home };
  const words = ["serve", design, "--folder", dirname(design), "--interface", INTERFACE];
  const server = spawn(program, words, {
    env: { ...process.env, ...own },
    stdio: ["ignore", "pipe", "ignore"],
  });
  for await (const line of createInterface({ input: server.stdout })) {
    const url = /http:\S+/.exec(line)?.[0];
    if (url) return { server, url };
  }
  throw new Error("the program did not say where it serves");
}

/** Of so few resources the core knows what is wrong before the page is idle. */
const FEW = 2000;

/** What the bar says of problems; runs in the page. */
const pill = () => document.querySelector(".pill").textContent;

/** Both sides have these: see `gestures.mjs`. */
export class AppSide {
  name = "Groundplan";
  keepsWork = true;

  constructor(program, file) {
    Object.assign(this, { program, file });
  }

  async open(browser) {
    this.home = await mkdtemp(join(tmpdir(), "gp-bench-"));
    const { server, url } = await serve(this.program, this.file, this.home);
    this.server = server;
    this.page = await browser.newPage({ viewport: SIZE, reducedMotion: "reduce" });
    this.page.on("pageerror", (fault) => console.error("page:", fault.message));
    await this.page.addInitScript(`(${watchFrames})(() => window.__gp?.stats().itemsPainted > 0)`);
    await goToFirstFrame(this.page, url);
  }

  /** Until the core has judged and routed, and nothing is left to paint. */
  async ready() {
    await this.page.waitForFunction(() => document.querySelector(".pill"), null, {
      timeout: 0,
      polling: 200,
    });
    this.design = (await this.#call("design_snapshot", { session: await this.#session() })).design;
    let painted = -1;
    for (let same = 0; same < 3; await this.page.waitForTimeout(400)) {
      await this.quiet();
      const { itemsPainted } = await this.stats();
      same = itemsPainted === painted ? same + 1 : 0;
      painted = itemsPainted;
    }
  }

  async #session() {
    return this.page.evaluate(() => Number(sessionStorage.getItem("groundplan.session")));
  }

  #call(name, args) {
    return this.page.evaluate(
      async ([command, body]) => {
        const headers = {
          "content-type": "application/json",
          "x-groundplan": sessionStorage.getItem("groundplan.key"),
        };
        const answer = await fetch(`/api/${command}`, {
          method: "POST",
          headers,
          body: JSON.stringify(body),
        });
        if (!answer.ok) throw new Error(await answer.text());
        return answer.json();
      },
      [name, args],
    );
  }

  look(camera) {
    return this.page.evaluate((c) => {
      if (c) window.__gp.editor.setCamera(c);
      else window.__gp.editor.run("zoom-fit");
    }, camera);
  }

  place() {
    return this.page.evaluate(() => {
      const { x, y, width, height } = document.querySelector(".canvas-root").getBoundingClientRect();
      return { camera: window.__gp.camera(), box: { x, y, w: width, h: height } };
    });
  }

  quiet() {
    return this.page.evaluate(() => window.__gp.whenQuiet());
  }

  /** What the last input asked for is on the screen; what can wait for a pause may still wait. */
  idle() {
    return this.page.evaluate(() => window.__gp.whenIdle());
  }

  stats() {
    return this.page.evaluate(() => {
      const { lastFrameMs: _, ...counters } = window.__gp.stats();
      return counters;
    });
  }

  selected() {
    return this.page.evaluate(() => window.__gp.selection().resources.length);
  }

  async where(id) {
    const { x, y } = await this.page.evaluate((one) => window.__gp.rectOf(one), id);
    return `${x} ${y}`;
  }

  /**
   * Somebody else takes a zone away from the subnets of databases with a standby. The core will find an error on each
   * of them: that is what is measured, once the edit itself is on the screen. On few resources it is faster than
   * that, and the edit is measured with it.
   */
  async prepareStatuses(ids) {
    this.found = await this.page.evaluate(pill);
    const subnets = new Set(ids.map((id) => this.design.resources[id].parent));
    const edits = [...subnets].map((resource) => ({
      edit: "set-attribute",
      resource,
      path: ["zones"],
      value: ["a"],
    }));
    const edit = { edit: "batch", name: "Take a zone away", edits };
    this.take = async () => this.#call("design_edit", { session: await this.#session(), edit });
    if (Object.keys(this.design.resources).length < FEW) return;
    await this.take();
    await this.idle();
    this.take = async () => {};
  }

  async changeStatuses() {
    if ((await this.page.evaluate(pill)) !== this.found)
      throw new Error("the core was faster than the measurement");
    await this.take();
    await this.page.evaluate(async (found) => {
      const element = document.querySelector(".pill");
      // Asking again and again would be measured with it.
      if (element.textContent === found)
        await new Promise((changed) => {
          const observer = new MutationObserver(() => {
            if (element.textContent === found) return;
            observer.disconnect();
            changed();
          });
          observer.observe(element, { subtree: true, childList: true, characterData: true });
        });
      await window.__gp.whenIdle();
    }, this.found);
  }

  async close() {
    await this.page?.context().close();
    if (this.server && this.server.exitCode === null) {
      const gone = new Promise((resolve) => this.server.once("exit", resolve));
      this.server.kill("SIGKILL");
      await gone;
    }
    await rm(this.home, { recursive: true, force: true });
  }
}
