// What a gesture costs, as the browser counts it. CPU: task time of the page's main thread (TaskDuration in
// thread time), so layout, paint and commit are in it and other programs are not. Longest block: the longest
// task of that thread, in the same time. Frame: from the frame callback after an input to the next callback, on
// a display of 60 Hz. Frames without an input are not counted.

/** Runs in every page from its start. */
export function watchFrames(shown) {
  const watch = { running: false, moved: false, gaps: [], frames: 0 };
  window.watch = watch;
  for (const type of ["pointermove", "wheel"])
    window.addEventListener(type, () => (watch.moved = true), { capture: true, passive: true });
  let began = 0;
  const tick = () => {
    const now = performance.now();
    if (began) watch.gaps.push(now - began);
    began = watch.moved ? now : 0;
    if (watch.moved) watch.frames += 1;
    watch.moved = false;
    if (watch.running) requestAnimationFrame(tick);
  };
  watch.start = () => {
    Object.assign(watch, { running: true, moved: false, gaps: [], frames: 0 });
    began = 0;
    requestAnimationFrame(tick);
  };
  watch.stop = () => {
    watch.running = false;
    return { gaps: watch.gaps, frames: watch.frames };
  };
  // After a frame's callbacks, and so after it was handed to the screen.
  const wait = () =>
    setTimeout(() => {
      if (!shown()) return requestAnimationFrame(wait);
      performance.mark("first-frame");
      watch.first = performance.now();
      console.debug("first-frame");
    }, 0);
  requestAnimationFrame(wait);
}

/** Goes there and waits for the first frame, with nothing of ours in the page that would count as its own work. */
export async function goToFirstFrame(page, url) {
  const shown = page.waitForEvent("console", { predicate: (m) => m.text() === "first-frame", timeout: 0 });
  await page.goto(url);
  await shown;
}

export class GaveUp extends Error {
  /** The page may not answer any more. */
  hangs = true;

  constructor(seconds) {
    super(`gave up after ${seconds} s`);
  }
}

/** Ends in `GaveUp` after this many seconds. */
export function within(seconds, work) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new GaveUp(seconds)), seconds * 1000);
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}

export const p95 = (list) => [...list].sort((a, b) => a - b)[Math.floor(list.length * 0.95)] ?? 0;

const TASKS = "disabled-by-default-devtools.timeline";

/** Collects the tasks of all threads until it is asked for them. */
export class Trace {
  static async start(browser) {
    const trace = new Trace();
    trace.events = [];
    trace.cdp = await browser.newBrowserCDPSession();
    trace.cdp.on("Tracing.dataCollected", ({ value }) => trace.events.push(...value));
    await trace.cdp.send("Tracing.start", {
      traceConfig: { includedCategories: [TASKS, "blink.user_timing"], excludedCategories: ["*"] },
      transferMode: "ReportEvents",
    });
    return trace;
  }

  async stop() {
    const done = new Promise((resolve) => this.cdp.once("Tracing.tracingComplete", resolve));
    await this.cdp.send("Tracing.end");
    await done;
    await this.cdp.detach();
    return this.#summary();
  }

  /** Of the busiest page's main thread: its longest task, and its time up to the first frame. */
  #summary() {
    const named = this.events.filter((e) => e.name === "thread_name" && e.args.name === "CrRendererMain");
    const threads = new Map(named.map((e) => [`${e.pid}/${e.tid}`, []]));
    for (const e of this.events)
      if (e.name === "RunTask" && e.tdur !== undefined) threads.get(`${e.pid}/${e.tid}`)?.push(e);
    const sum = (tasks) => tasks.reduce((all, e) => all + e.tdur, 0) / 1000;
    const [tasks = []] = [...threads.values()].sort((a, b) => sum(b) - sum(a));
    const mark = this.events.find((e) => e.name === "first-frame")?.ts ?? 0;
    return {
      longest: tasks.reduce((most, e) => Math.max(most, e.tdur), 0) / 1000,
      toFirstFrame: sum(tasks.filter((e) => e.ts < mark)),
    };
  }
}

export class Probe {
  static async of(page) {
    const probe = new Probe();
    probe.page = page;
    probe.cdp = await page.context().newCDPSession(page);
    await probe.cdp.send("Performance.enable", { timeDomain: "threadTicks" });
    return probe;
  }

  async busy() {
    const { metrics } = await this.cdp.send("Performance.getMetrics");
    return metrics.find((one) => one.name === "TaskDuration").value * 1000;
  }

  async heap() {
    await this.cdp.send("HeapProfiler.collectGarbage");
    return (await this.cdp.send("Runtime.getHeapUsage")).usedSize / 1e6;
  }

  /** `step(k)` moves the hand and answers when the page has taken that; `end()` lets go and waits for the rest. */
  async gesture({ steps, seconds, step, end = async () => {} }) {
    const trace = await Trace.start(this.page.context().browser());
    const until = performance.now() + seconds * 1000;
    await this.page.evaluate(() => window.watch.start());
    const before = await this.busy();
    let done = 0;
    while (done < steps && performance.now() < until) {
      done += 1;
      await step(done);
    }
    const { gaps, frames } = await this.page.evaluate(() => window.watch.stop());
    const cpu = (await this.busy()) - before;
    await end();
    const { longest } = await trace.stop();
    if (frames === 0) throw new Error("no frame had an input");
    return { cpu: cpu / frames, frameP95: p95(gaps), longest, frames, done };
  }

  /** One act and all that follows from it. */
  async act(run) {
    const trace = await Trace.start(this.page.context().browser());
    const before = await this.busy();
    await run();
    const cpu = (await this.busy()) - before;
    return { cpu, longest: (await trace.stop()).longest };
  }
}
