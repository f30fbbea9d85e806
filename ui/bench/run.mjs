// Measures gestures on a large drawing: `npm run bench [-- RESOURCES]`. Prints one line per gesture.
// Frame: from one frame callback to the next. CPU: main-thread task time per frame, by the browser's own
// count (TaskDuration), so layout, paint and compositing on that thread are in it.
import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { withBrowser } from "./browser.mjs";

const here = fileURLToPath(new URL("..", import.meta.url));
execFileSync("npx", ["vite", "build", "--config", "bench/vite.config.ts", "--logLevel", "error"], {
  cwd: here,
  stdio: "inherit",
});
const count = Number(process.argv[2] ?? 10_000);
const FRAMES = 180;

/** Runs in the page: one step per frame, times of all of them. */
const drive = ([name, frames]) =>
  new Promise((resolve) => {
    const step = window.steps[name];
    const gaps = [];
    const scripts = [];
    let last = 0;
    let k = 0;
    const tick = (now) => {
      if (last) gaps.push(now - last);
      last = now;
      if (k > 1) scripts.push(window.__gp.stats().lastFrameMs);
      if (k === frames) return resolve({ gaps, scripts });
      step(k++);
      requestAnimationFrame(tick);
    };
    requestAnimationFrame(tick);
  });

const prepare = () => {
  const { editor } = window.__gp;
  const canvas = document.querySelector(".canvas-root");
  const fire = (type, x, y, buttons) =>
    canvas.dispatchEvent(
      new PointerEvent(type, {
        bubbles: true,
        pointerId: 1,
        clientX: x,
        clientY: y,
        button: type === "pointermove" ? -1 : 0,
        buttons,
        pointerType: "mouse",
      }),
    );
  canvas.setPointerCapture = () => {};
  const pan = (k) => {
    const c = editor.camera.get();
    const turn = Math.floor(k / 45) % 4;
    const [dx, dy] = [
      [28, 6],
      [-6, 18],
      [-28, -6],
      [6, -18],
    ][turn];
    editor.setCamera({ ...c, x: c.x + dx / c.zoom, y: c.y + dy / c.zoom });
  };
  const zoom = (k) =>
    canvas.dispatchEvent(
      new WheelEvent("wheel", {
        bubbles: true,
        cancelable: true,
        clientX: 800,
        clientY: 500,
        ctrlKey: true,
        deltaY: Math.floor(k / 45) % 2 === 0 ? 6 : -6,
      }),
    );
  let grip;
  const drag = (k) => {
    if (k === 0) fire("pointerdown", grip.x, grip.y, 1);
    else
      fire(
        "pointermove",
        grip.x + 4 * Math.min(k, 60) * Math.cos(k / 20),
        grip.y + 2 * k * Math.sin(k / 30),
        1,
      );
  };
  window.steps = { pan, zoom, drag };
  window.grab = (id) => {
    grip = window.__gp.gripOf(id);
  };
  window.release = () => fire("pointerup", grip.x, grip.y, 0);
};

const p95 = (list) => [...list].sort((a, b) => a - b)[Math.floor(list.length * 0.95)] ?? 0;
const mean = (list) => list.reduce((a, b) => a + b, 0) / Math.max(1, list.length);
const show = (v) => v.toFixed(1).padStart(7);

await withBrowser(async (open) => {
  const page = await open(`?n=${count}`);
  const cdp = await page.context().newCDPSession(page);
  await cdp.send("Performance.enable", { timeDomain: "threadTicks" });
  const busy = async () =>
    (await cdp.send("Performance.getMetrics")).metrics.find((m) => m.name === "TaskDuration").value * 1000;
  const first = await page.evaluate(() => ({
    frame: window.bench.firstFrame,
    built: window.bench.built,
    loaded: window.bench.loaded,
  }));
  console.log(
    `${count} resources, ${await page.evaluate(() => Object.keys(window.bench.store.design().links).length)} links`,
  );
  console.log(
    `open to first frame ${first.frame.toFixed(0)} ms (scene ${first.loaded.toFixed(0)} ms, with judgement ${first.built.toFixed(0)} ms)`,
  );
  await page.evaluate(prepare);
  const results = {};
  const measure = async (label, gesture, camera, grab) => {
    await page.evaluate(
      (c) => (c ? window.__gp.editor.setCamera(c) : window.__gp.editor.run("zoom-fit")),
      camera,
    );
    await page.evaluate(() => window.__gp.whenIdle());
    await page.waitForTimeout(1200);
    if (grab) await page.evaluate((id) => window.grab(id), grab);
    const before = await busy();
    const { gaps, scripts } = await page.evaluate(drive, [gesture, FRAMES]);
    const cpu = ((await busy()) - before) / FRAMES;
    if (grab) {
      await page.keyboard.press("Escape");
      await page.evaluate(() => window.release());
    }
    results[label] = { cpu, frame95: p95(gaps), script95: p95(scripts) };
    console.log(
      `${label.padEnd(28)} cpu/frame ${show(cpu)} ms   script mean ${show(mean(scripts))} p95 ${show(p95(scripts))} ms   frame p95 ${show(p95(gaps))} ms`,
    );
  };
  const near = { x: 100, y: 100, zoom: 1 };
  await measure("pan at 100 %", "pan", near);
  await measure("pan at 40 %", "pan", { ...near, zoom: 0.4 });
  await measure("pan at 20 %", "pan", { ...near, zoom: 0.2 });
  await measure("pan, everything visible", "pan", null);
  await measure("zoom", "zoom", { ...near, zoom: 0.8 });
  await measure("drag a server at 100 %", "drag", near, "net-0-0-tier-0-s6");
  await measure("drag a network at 30 %", "drag", { ...near, zoom: 0.3 }, "net-0-0");
  await measure("drag a network, all visible", "drag", null, "net-0-1");
  const once = async (label, run) => {
    await page.evaluate(() => window.__gp.whenIdle());
    const before = await busy();
    await page.evaluate(run);
    await page.evaluate(() => window.__gp.whenIdle());
    console.log(`${label.padEnd(28)} cpu ${show((await busy()) - before)} ms`);
  };
  await page.evaluate((c) => window.__gp.editor.setCamera(c), { ...near, zoom: 0.4 });
  await page.waitForTimeout(800);
  await once("select 500", () =>
    window.__gp.editor.select({
      resources: Object.keys(window.bench.store.design().resources).slice(0, 500),
    }),
  );
  await once("status of all, at 40 %", () =>
    window.__gp.editor.setJudgement(window.bench.randomJudgement(9)),
  );
  const heap = await page.evaluate(() => performance.memory?.usedJSHeapSize ?? 0);
  console.log(
    `heap ${(heap / 1e6).toFixed(0)} MB, ${JSON.stringify(await page.evaluate(() => window.__gp.stats()))}`,
  );
  if (process.env.GP_BENCH_JSON) console.log(JSON.stringify(results));
});
