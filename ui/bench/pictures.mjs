// Screenshots of the real program, to look at: `node bench/pictures.mjs FOLDER [--program FILE] [--only PART]
// [--themes light,dark] [--density 2]`. `--only looks` is every size at every level of detail.
// The interface must be built (`npm run build:test`); the larger designs are made by gp-testkit's generator.
import { execFileSync, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { chromium } from "playwright-core";
import { FLAGS } from "./browser.mjs";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    program: { type: "string", default: join(ROOT, "target/debug/groundplan") },
    only: { type: "string", default: "" },
    themes: { type: "string", default: "light,dark" },
    density: { type: "string", default: "1" },
  },
});
const folder = resolve(positionals[0] ?? join(ROOT, "ui/dist-bench/pictures"));
const SIZE = { width: 1440, height: 900 };

/** A design of so many resources, about 1.2 links each, in the folder that is served. Made once. */
const generated = (count) => async (home) => {
  const made = join(tmpdir(), `groundplan-${count}.gplan`);
  if (!existsSync(made)) {
    const numbers = [String(count), String(Math.round(count * 1.2))];
    const words = ["run", "-q", "-p", "gp-testkit", "--example", "generate", "--", ...numbers];
    await writeFile(made, execFileSync("cargo", words, { cwd: ROOT, maxBuffer: 1e9 }));
  }
  const path = join(home, "estate.gplan");
  await copyFile(made, path);
  return [path];
};

/** The same, with something wrong here and there: standbys that have no second zone, and no check of health. */
const troubled = (count) => async (home) => {
  const [path] = await generated(count)(home);
  let seen = 0;
  const text = (await readFile(path, "utf8"))
    .replace(/^exposure = "isolated"$/gm, (line) => (seen++ % 4 === 1 ? `${line}\nzones = ["a"]` : line))
    .replace(/^health-check = .*$/gm, (line) => (seen++ % 3 === 1 ? "" : line));
  await writeFile(path, text);
  return [path];
};

/** The template, saved under a name, in the folder that is served. */
async function savedShop(home) {
  const path = join(home, "web-shop.gplan");
  execFileSync(values.program, ["new", path, "--template", "three-tier-web-shop"], {
    env: { ...process.env, ...places(home) },
  });
  return [path];
}

/** All that the program keeps, in a folder that goes away. */
const places = (home) => ({
  HOME: home,
  XDG_STATE_HOME: home,
  XDG_CONFIG_HOME: home,
  XDG_RUNTIME_DIR: home,
});

async function serve(home, ...args) {
  const words = ["serve", "--interface", join(ROOT, "ui/dist-test"), "--folder", home, ...args];
  const server = spawn(values.program, words, {
    cwd: home,
    env: { ...process.env, ...places(home) },
    stdio: ["ignore", "pipe", "ignore"],
  });
  for await (const line of createInterface({ input: server.stdout })) {
    const url = /http:\S+/.exec(line)?.[0];
    if (url) return { server, url };
  }
  throw new Error("the program did not say where it serves");
}

/** Lines are found after the drawing is there; of a large one, much later. */
const firstRoutes = (page) =>
  new Promise((known) => {
    page.on("websocket", (socket) =>
      socket.on("framereceived", ({ payload }) => {
        if (payload.includes('"event":"routed"')) known();
      }),
    );
  });

/** One page on one server of its own: what every set of pictures starts from. */
async function show(browser, theme, what, take, options = {}) {
  const home = await mkdtemp(join(tmpdir(), "gp-pictures-"));
  const args = typeof what === "function" ? await what(home) : what;
  const { server, url } = await serve(home, ...args);
  const context = await browser.newContext({
    viewport: SIZE,
    colorScheme: theme,
    reducedMotion: "reduce",
    deviceScaleFactor: Number(values.density),
    ...options,
  });
  const page = await context.newPage();
  page.on("pageerror", (fault) => console.error("page:", fault.message));
  const quiet = () => page.evaluate(() => window.__gp?.whenQuiet());
  const routed = args.length > 0 ? firstRoutes(page) : null;
  const shot = async (name) => {
    await page.screenshot({ path: join(folder, `${name}-${theme}.png`) });
    console.log(`${name}-${theme}.png`);
  };
  try {
    await page.goto(url);
    await page.waitForSelector(args.length > 0 ? "[data-ready=true]" : ".start-card", { timeout: 120_000 });
    if (args.length > 0)
      await page
        .getByText(/no problems|\d+ (problem|warning|error|advice)/)
        .first()
        .waitFor({ timeout: 120_000 });
    await routed;
    await quiet();
    await take({ page, shot, quiet });
  } finally {
    await context.close();
    server.kill("SIGINT");
    const slow = setTimeout(() => server.kill("SIGKILL"), 3000);
    await new Promise((gone) => server.once("exit", gone));
    clearTimeout(slow);
    await rm(home, { recursive: true, force: true });
  }
}

/** The same place at the zooms that the levels of detail differ by: round a shape that has many others about it. */
async function zooms({ page, shot, quiet }, name) {
  await shot(`${name}-fit`);
  for (const percent of [100, 40, 20, 10]) {
    await page.evaluate((zoom) => {
      const { editor, shown, rectOf } = window.__gp;
      const host = document.querySelector(".canvas-host").getBoundingClientRect();
      const rects = shown().map(rectOf);
      const median = (numbers) => numbers.sort((a, b) => a - b)[numbers.length >> 1];
      const middle = editor.clientToWorld({
        x: median(rects.map((r) => r.x + r.w / 2)),
        y: median(rects.map((r) => r.y + r.h / 2)),
      });
      const [w, h] = [host.width / zoom, host.height / zoom];
      editor.setCamera({ x: middle.x - w / 2, y: middle.y - h / 2, zoom });
    }, percent / 100);
    await page.waitForTimeout(200);
    await quiet();
    await shot(`${name}-${percent}`);
    await page.evaluate(() => window.__gp.editor.run("zoom-fit"));
    await quiet();
  }
}

/** A command by its name, as the keyboard gives it. */
async function doAnything({ page, quiet }, title) {
  await page.keyboard.press("Control+k");
  await page.keyboard.type(title);
  await page.getByRole("option", { name: title }).first().waitFor();
  await page.keyboard.press("Enter");
  await quiet();
}

/** What somebody may have set: more contrast, forced colours, larger text. */
async function settings(one) {
  const { page, shot, quiet } = one;
  const close = () => page.evaluate(() => window.__gp.editor.run("zoom-100"));
  await close();
  await doAnything(one, "High contrast on or off");
  await shot("contrast");
  await doAnything(one, "High contrast on or off");
  await page.emulateMedia({ forcedColors: "active" });
  await quiet();
  await shot("forced");
  await page.emulateMedia({ forcedColors: "none" });
  for (let step = 0; step < 3; step++) await doAnything(one, "Larger text");
  await close();
  await quiet();
  await shot("large-text");
}

const grip = (page, id) => page.evaluate((one) => window.__gp.gripOf(one), id);

const PARTS = {
  start: [[], ({ shot }) => shot("start")],
  empty: [
    ["--template", "three-tier-web-shop"],
    async ({ page, shot, quiet }) => {
      await page.evaluate(() => window.__gp.editor.grabFocus());
      await page.keyboard.press("Control+a");
      await page.keyboard.press("Delete");
      await page.getByText("Drag a part here").waitFor();
      await quiet();
      await shot("empty");
    },
  ],
  template: [["--template", "three-tier-web-shop"], (one) => zooms(one, "template")],
  settings: [["--template", "three-tier-web-shop"], settings],
  states: [
    ["--template", "three-tier-web-shop"],
    async ({ page, shot, quiet }) => {
      await page.evaluate(() => window.__gp.editor.run("zoom-100"));
      const app = await grip(page, "app");
      await page.mouse.click(app.x, app.y);
      await quiet();
      await shot("selected");
      await page.mouse.move(app.x, app.y);
      await page.mouse.down();
      await page.mouse.move(app.x - 60, app.y + 30, { steps: 4 });
      await page.mouse.move(app.x - 110, app.y + 135, { steps: 4 });
      await page.waitForTimeout(100);
      await shot("dragging");
      await page.keyboard.press("Escape");
      await page.mouse.up();
      await page.keyboard.press("l");
      await page.mouse.move(app.x, app.y);
      await page.mouse.down();
      await page.mouse.move(app.x + 160, app.y - 90, { steps: 6 });
      await page.waitForTimeout(100);
      await shot("linking");
      await page.keyboard.press("Escape");
      await page.mouse.up();
      await page.keyboard.press("Escape");
      await page.keyboard.press("Control+a");
      await quiet();
      await shot("many");
      await page.keyboard.press("Escape");
      await page.mouse.click(app.x, app.y, { button: "right" });
      await page.getByRole("menu").waitFor();
      await shot("menu");
      await page.keyboard.press("Escape");
      await page.keyboard.press("Escape");
      for (const id of ["way-out", "app-orders"]) {
        const at = await grip(page, id);
        await page.mouse.click(at.x, at.y);
        await page.keyboard.press("Delete");
      }
      await page.getByRole("tab", { name: "Problems" }).click();
      await page
        .getByText(/\d+ (problem|warning|error)/)
        .first()
        .waitFor();
      await quiet();
      await shot("problems");
    },
  ],
  // The readme's own: saved, deployed, one shape selected.
  readme: [
    savedShop,
    async ({ page, shot, quiet }) => {
      await page.getByRole("button", { name: "Deploy", exact: true }).click();
      await page.getByRole("button", { name: "Approve and deploy" }).click();
      await page.getByText(/tries as proven/).waitFor({ timeout: 120_000 });
      const app = await grip(page, "app");
      await page.mouse.click(app.x, app.y);
      await page.mouse.move(app.x, app.y - 400);
      await quiet();
      await shot("editor");
      await page.locator(".drawer-slot").getByRole("button", { name: "Destroy" }).click();
      await page.locator(".plan").getByRole("button", { name: "Destroy" }).click();
      await page
        .getByText(/Nothing runs/)
        .first()
        .waitFor({ timeout: 60_000 });
    },
  ],
  middle: [generated(300), (one) => zooms(one, "middle")],
  // What a generator placed at random, as the program lays it out, and with problems.
  tidy: [
    troubled(300),
    async (one) => {
      await doAnything(one, "Lay out everything");
      await one.page.waitForTimeout(3000);
      await one.quiet();
      await zooms(one, "tidy");
      await doAnything(one, "Mini-map");
      await one.shot("tidy-minimap");
    },
  ],
  large: [
    generated(10_000),
    async (one) => {
      await doAnything(one, "Mini-map");
      await zooms(one, "large");
    },
  ],
};

/** Every size at every level of detail, and what the settings make of it: to be looked at before a release. */
const LOOKS = ["template", "settings", "middle", "tidy", "large"];

const wanted = new Set(values.only.split(",").flatMap((name) => (name === "looks" ? LOOKS : name)));
await mkdir(folder, { recursive: true });
const browser = await chromium.launch({
  executablePath: process.env.GP_CHROMIUM ?? "/usr/bin/chromium",
  args: FLAGS,
});
try {
  for (const [name, [args, take]] of Object.entries(PARTS)) {
    if (values.only && !wanted.has(name)) continue;
    for (const theme of values.themes.split(",")) await show(browser, theme, args, take);
  }
} finally {
  await browser.close();
}
