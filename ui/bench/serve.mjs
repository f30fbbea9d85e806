// Measures panning through `groundplan serve` with real mouse events: `node bench/serve.mjs PROGRAM DESIGN`.
// PROGRAM is a built `groundplan`; `cargo run -p gp-testkit --example generate` writes a DESIGN.
// Frame: from the frame callback after a step of the hand to the next callback, in which time the browser has drawn,
// rastered and shown that step; the display's clock is off, else every frame would last 16.7 ms at the least.
// CPU: main-thread task time per step, by the browser's own count. Frames without a step are not counted.
import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { chromium } from "playwright-core";
import { FLAGS } from "./browser.mjs";

const [program, design] = process.argv.slice(2).map((path) => resolve(path));
if (!design) throw new Error("usage: node bench/serve.mjs PROGRAM DESIGN");
const FRAMES = 180;

async function serve(home) {
  const own = { HOME: home, XDG_STATE_HOME: home, XDG_CONFIG_HOME: home, XDG_RUNTIME_DIR: home };
  const server = spawn(program, ["serve", design, "--folder", dirname(design)], {
    env: { ...process.env, ...own },
    stdio: ["ignore", "pipe", "inherit"],
  });
  for await (const line of createInterface({ input: server.stdout })) {
    const url = /http:\S+/.exec(line)?.[0];
    if (url) return { server, url };
  }
  throw new Error("the program did not say where it serves");
}

/** Runs in the page: collects how long the frames took that had a step of the hand to show. */
const watch = () => {
  window.gaps = [];
  let moved = false;
  let began = 0;
  window.addEventListener("pointermove", () => (moved = true), true);
  const tick = () => {
    const now = performance.now();
    if (began) window.gaps.push(now - began);
    began = moved ? now : 0;
    moved = false;
    requestAnimationFrame(tick);
  };
  requestAnimationFrame(tick);
};

const p95 = (list) => [...list].sort((a, b) => a - b)[Math.floor(list.length * 0.95)] ?? 0;

const home = await mkdtemp(join(tmpdir(), "gp-bench-"));
const { server, url } = await serve(home);
const browser = await chromium.launch({
  executablePath: process.env.GP_CHROMIUM ?? "/usr/bin/chromium",
  args: [...FLAGS, "--disable-frame-rate-limit", "--disable-gpu-vsync"],
});
try {
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  await page.addInitScript(() => {
    // The first frame with the drawing: the one in which shapes were drawn first; an empty ground has none.
    for (const name of ["rect", "roundRect"]) {
      const draw = CanvasRenderingContext2D.prototype[name];
      CanvasRenderingContext2D.prototype[name] = function (...args) {
        if (window.firstShape === undefined) {
          window.firstShape = 0;
          requestAnimationFrame((now) => (window.firstShape = now));
        }
        return draw.apply(this, args);
      };
    }
  });
  await page.goto(url);
  await page.waitForSelector("[data-ready=true]", { timeout: 120_000 });
  await page.waitForFunction(() => window.firstShape > 0, null, { timeout: 120_000 });
  console.log(`page to first frame ${(await page.evaluate(() => window.firstShape)).toFixed(0)} ms`);
  await page
    .getByText(/intents proven|problems?$|warnings?$|errors?|advice$/)
    .first()
    .waitFor({ timeout: 120_000 });
  console.log(`page to judged ${(await page.evaluate(() => performance.now())).toFixed(0)} ms`);
  await page.waitForTimeout(6000);
  const cdp = await page.context().newCDPSession(page);
  await cdp.send("Performance.enable", { timeDomain: "threadTicks" });
  const busy = async () =>
    (await cdp.send("Performance.getMetrics")).metrics.find((one) => one.name === "TaskDuration").value *
    1000;
  const picture = () => page.screenshot({ clip: { x: 240, y: 60, width: 880, height: 500 } });
  await page.evaluate(watch);
  const measure = async (label) => {
    await page.waitForTimeout(2000);
    await page.mouse.move(680, 300);
    await page.mouse.down({ button: "middle" });
    const seen = await picture();
    const before = await busy();
    await page.evaluate(() => window.gaps.splice(0));
    for (let k = 1; k <= FRAMES; k += 1) {
      await page.mouse.move(680 + 240 * Math.sin(k / 18), 300 + 160 * Math.sin(k / 11));
      await page.evaluate(() => new Promise((done) => requestAnimationFrame(done)));
    }
    const gaps = await page.evaluate(() => window.gaps);
    const cpu = ((await busy()) - before) / FRAMES;
    if (seen.equals(await picture())) throw new Error("the drawing did not move");
    if (gaps.length < FRAMES / 2) throw new Error(`only ${gaps.length} frames showed a step`);
    await page.mouse.up({ button: "middle" });
    console.log(
      `${label.padEnd(24)} frame p95 ${p95(gaps).toFixed(1)} ms, cpu ${cpu.toFixed(1)} ms per step of ${FRAMES}`,
    );
  };
  await measure("pan, everything visible");
  await page.keyboard.press("Control+0");
  await measure("pan at 100 %");
} finally {
  await browser.close();
  server.kill("SIGINT");
  await rm(home, { recursive: true, force: true });
}
