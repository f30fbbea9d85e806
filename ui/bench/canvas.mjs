// Measures the editor beside React Flow: `cargo xtask bench canvas --help`. Progress goes to standard error, the
// result to standard output; ends with 1 where --check finds a number over its budget.
import { execFileSync } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { cpus, loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { chromium } from "playwright-core";
import { AppSide } from "./app.mjs";
import { FLAGS } from "./browser.mjs";
import { FlowSide } from "./flow.mjs";
import { Bench } from "./gestures.mjs";
import { HEAD, heapOver, judge, line, ratios, timesText } from "./report.mjs";

const UI = fileURLToPath(new URL("..", import.meta.url));
const LINKS_PER_RESOURCE = 1.2;
/** For each gesture of one side. */
const SECONDS = 60;

// 1 is for --check: what goes wrong ends with 2.
process.once("uncaughtException", (fault) => {
  console.error(fault);
  process.exit(2);
});

const { values: options } = parseArgs({
  options: {
    json: { type: "boolean", default: false },
    quick: { type: "boolean", default: false },
    check: { type: "boolean", default: false },
    alone: { type: "boolean", default: false },
    free: { type: "boolean", default: false },
    sizes: { type: "string" },
  },
});
const SIZES = (options.sizes ?? (options.quick ? "500,10000" : "500,2000,10000,50000"))
  .split(",")
  .map(Number);
if (SIZES.some((size) => !Number.isInteger(size) || size < 200)) {
  console.error("--sizes takes numbers from 200 up with commas between: 500,2000,10000,50000");
  process.exit(2);
}
/** Without the clock of a display, a frame takes as long as it takes: else none is under 16.7 ms. */
const FREE = ["--disable-gpu-vsync", "--disable-frame-rate-limit"];
const STEPS = options.quick ? 60 : 180;
const say = (text) => console.error(text);
const bin = process.env.GP_BIN ?? join(UI, "../target/release");

/** One side in a browser of its own, so that nothing of the other is in its heap. */
async function measure(size, side) {
  say(`\n${side.name}, ${size.toLocaleString("en")} resources\n${HEAD}`);
  const browser = await chromium.launch({
    executablePath: process.env.GP_CHROMIUM ?? "/usr/bin/chromium",
    args: options.free ? [...FLAGS, ...FREE] : FLAGS,
  });
  const isOurs = side instanceof AppSide;
  try {
    const bench = new Bench(side, browser, {
      steps: STEPS,
      seconds: SECONDS,
      say: (name, result) => say(line(size, name, result, isOurs)),
    });
    const results = await bench.run();
    const gaveUp = Object.values(results).some((one) => one.failed?.startsWith("gave up"));
    const heap = bench.probe && !gaveUp ? await bench.probe.heap() : undefined;
    if (heap) say(`heap ${heap.toFixed(0)} MB ${isOurs ? heapOver(size, heap).join() : ""}`);
    return { name: side.name, results, heap, canvas: gaveUp ? undefined : (await side.place()).box };
  } finally {
    // A page that hangs would not let itself be closed.
    await browser.close();
    await side.close();
  }
}

async function measureSize(folder, size) {
  const file = join(folder, `${size}.gplan`);
  const program = join(bin, "examples/generate");
  const links = Math.round(size * LINKS_PER_RESOURCE);
  await writeFile(file, execFileSync(program, [String(size), String(links)], { maxBuffer: 1e9 }));
  const before = loadavg()[0];
  const app = new AppSide(join(bin, "groundplan"), file);
  const ours = await measure(size, app);
  if (!app.design) throw new Error(`the editor did not open ${size} resources in time`);
  const others = [];
  const { w, h } = ours.canvas ?? { w: 900, h: 640 };
  for (const onlyVisible of options.alone ? [] : [true, false])
    others.push(
      await measure(
        size,
        new FlowSide(app.design, onlyVisible, { width: Math.round(w), height: Math.round(h) }),
      ),
    );
  return { size, links: Object.keys(app.design.links).length, load: [before, loadavg()[0]], ours, others };
}

function table({ size, links, load, ours, others }) {
  const lines = [
    `${size.toLocaleString("en")} resources, ${links.toLocaleString("en")} links; load ${load.map((l) => l.toFixed(1)).join(" → ")} on ${cpus().length} cores`,
    HEAD,
    ...Object.entries(ours.results).map(([name, result]) => line(size, name, result, true)),
    ...(ours.heap ? [`heap ${ours.heap.toFixed(0)} MB ${heapOver(size, ours.heap).join() || "pass"}`] : []),
  ];
  if (others.length > 0)
    lines.push("", `main thread of ${others.map((o) => o.name).join(" · ")}, as a multiple`);
  for (const { name, times } of others.length > 0 ? ratios(ours.results, others) : [])
    lines.push(`${name.padEnd(25)}  ${times.map(timesText).join(" · ")}`);
  return `${lines.join("\n")}\n`;
}

const overIn = ({ size, ours }) => [
  ...Object.entries(ours.results).flatMap(([name, result]) => judge(size, name, result)),
  ...heapOver(size, ours.heap),
];

for (const words of [
  ["vite", "build", "--mode", "test", "--outDir", "dist-test"],
  ["vite", "build", "--config", "bench/flow/vite.config.ts"],
])
  execFileSync("npx", [...words, "--logLevel", "error"], { cwd: UI, stdio: ["ignore", 2, 2] });
const folder = await mkdtemp(join(tmpdir(), "gp-bench-canvas-"));
const runs = [];
try {
  for (const size of SIZES) runs.push(await measureSize(folder, size));
} finally {
  await rm(folder, { recursive: true, force: true });
}
if (options.json)
  console.log(
    JSON.stringify({ steps: STEPS, runs: runs.map((run) => ({ ...run, over: overIn(run) })) }, null, 1),
  );
else for (const run of runs) console.log(table(run));
if (options.check && runs.some((run) => overIn(run).length > 0)) process.exit(1);
