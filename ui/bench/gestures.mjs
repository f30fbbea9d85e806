// The gestures, the same for the editor and for React Flow: real mouse, wheel and keys of the browser.
import { grip, placesIn } from "./places.mjs";
import { GaveUp, Probe, Trace, within } from "./probe.mjs";

/** One side with its browser, its probe and what it is to be measured by. */
export class Bench {
  constructor(side, browser, { steps, seconds, say }) {
    Object.assign(this, { side, browser, steps, seconds, say, results: {} });
  }

  async run() {
    const opened = await this.#try("open", () => this.#open());
    if (!opened) return this.results;
    for (const [name, gesture] of Object.entries(GESTURES)) {
      const done = await this.#try(name, () => within(2 * this.seconds + 20, gesture(this)));
      if (!done) break;
    }
    return this.results;
  }

  async #try(name, work) {
    try {
      this.results[name] = await work();
      this.say(name, this.results[name]);
      return true;
    } catch (fault) {
      const gave = fault instanceof GaveUp;
      this.results[name] = { failed: gave ? fault.message : `could not: ${fault.message.split("\n")[0]}` };
      this.say(name, this.results[name]);
      // A page that hangs answers nothing any more.
      return !fault.hangs;
    }
  }

  async #open() {
    const trace = await Trace.start(this.browser);
    await within(this.seconds, this.side.open(this.browser));
    const { page } = this.side;
    const wall = await page.evaluate(() => window.watch.first);
    const { toFirstFrame, longest } = await trace.stop();
    // What the core does meanwhile is not the subject.
    await within(10 * this.seconds, this.side.ready());
    this.probe = await Probe.of(page);
    this.places = placesIn(this.side.design, 500);
    return { cpu: toFirstFrame, wall, longest };
  }

  get mouse() {
    return this.side.page.mouse;
  }

  /** The point of the drawing in the middle of the view, at this zoom. */
  async look(at, zoom) {
    const { box } = await this.side.place();
    await this.side.look({ x: at.x - box.w / 2 / zoom, y: at.y - box.h / 2 / zoom, zoom });
    await this.side.quiet();
  }

  async all() {
    await this.side.look(null);
    await this.side.quiet();
  }

  async client(at) {
    const { camera, box } = await this.side.place();
    return { x: box.x + (at.x - camera.x) * camera.zoom, y: box.y + (at.y - camera.y) * camera.zoom };
  }

  /** The corner of the shape in the middle of the drawing. */
  centre() {
    const [x, y] = this.places.rect(this.places.server);
    return { x, y };
  }

  async middle() {
    const { box } = await this.side.place();
    return { x: box.x + box.w / 2, y: box.y + box.h / 2 };
  }

  async counted(work) {
    const before = await this.side.stats();
    const result = await work();
    const after = await this.side.stats();
    const counters = Object.entries(after).map(([name, count]) => [name, count - (before[name] ?? 0)]);
    return { ...result, work: Object.fromEntries(counters.filter(([, count]) => count !== 0)) };
  }

  /** A drag with this button along a path (`k` → offset in pixels), and what follows when it is let go. */
  drag({ from, path, button = "left", after = () => this.side.idle() }) {
    return this.counted(async () => {
      await this.mouse.move(from.x, from.y);
      await this.mouse.down({ button });
      // What a press starts is part of the gesture's longest block, but no frame of it.
      const step = async (k) => {
        const { x, y } = path(k);
        await this.mouse.move(from.x + x, from.y + y);
      };
      const end = async () => {
        await this.mouse.up({ button });
        await after();
      };
      return this.probe.gesture({ steps: this.steps, seconds: this.seconds, step, end });
    });
  }

  key(name) {
    return this.side.page.keyboard.press(name);
  }

  /** Until it stands elsewhere than it did. */
  async untilMoved(id, before) {
    while ((await this.side.where(id)) === before) await this.side.page.waitForTimeout(40);
    await this.side.idle();
  }

  /** Takes the last edit back, so that every gesture finds the same drawing. */
  async undo(id) {
    const before = await this.side.where(id);
    await this.key("Control+z");
    await this.untilMoved(id, before);
    await this.side.quiet();
  }
}

const circle = (k) => ({ x: 240 * Math.sin(k / 18), y: 160 * Math.sin(k / 11) });
/** As `circle`, but it never comes back to where it began. */
const astray = (k) => ({ x: 24 + 140 * Math.sin(k / 18), y: 8 + 90 * Math.sin(k / 11) });

async function dragged(bench, id, isContainer) {
  const from = await bench.client(grip(bench.places.rect(id), isContainer));
  const before = await bench.side.where(id);
  const result = await bench.drag({ from, path: astray, after: () => bench.untilMoved(id, before) });
  await bench.undo(id);
  return result;
}

/** Shows all that the band is to take, and says where it goes. */
async function lookAtBand(bench) {
  const { band } = bench.places;
  const width = band.to.x - band.from.x;
  const { box } = await bench.side.place();
  const zoom = Math.min((box.w - 80) / width, (box.h - 80) / (band.to.y - band.from.y));
  await bench.look({ x: (band.from.x + band.to.x) / 2, y: (band.from.y + band.to.y) / 2 }, zoom);
  return [await bench.client(band.from), await bench.client(band.to)];
}

async function taken(bench) {
  const { held } = bench.places.band;
  const selected = await bench.side.selected();
  if (selected < held * 0.9) throw new Error(`the band took ${selected} of ${held}`);
  return selected;
}

export const GESTURES = {
  async "pan at 100 %"(bench) {
    await bench.look(bench.centre(), 1);
    return bench.drag({ from: await bench.middle(), path: circle, button: "middle" });
  },
  async "pan, everything visible"(bench) {
    await bench.all();
    return bench.drag({ from: await bench.middle(), path: circle, button: "middle" });
  },
  async zoom(bench) {
    await bench.look(bench.centre(), 0.8);
    const at = await bench.middle();
    await bench.mouse.move(at.x, at.y);
    const { keyboard } = bench.side.page;
    await keyboard.down("Control");
    const step = (k) => bench.mouse.wheel(0, Math.floor(k / 30) % 2 === 0 ? 8 : -8);
    const { steps, seconds } = bench;
    const result = await bench.counted(() =>
      bench.probe.gesture({ steps, seconds, step, end: () => bench.side.quiet() }),
    );
    await keyboard.up("Control");
    return result;
  },
  async "drag a node"(bench) {
    await bench.look(bench.centre(), 1);
    return dragged(bench, bench.places.server, false);
  },
  async "drag a container of 40"(bench) {
    const [x, y, w, h] = bench.places.rect(bench.places.network);
    await bench.look({ x: x + w / 2, y: y + h / 2 }, 0.3);
    return dragged(bench, bench.places.network, true);
  },
  async "rubber band over 500"(bench) {
    const [from, to] = await lookAtBand(bench);
    const share = (k) => Math.min(1, k / (bench.steps - 1));
    const path = (k) => ({ x: (to.x - from.x) * share(k), y: (to.y - from.y) * share(k) });
    const result = await bench.drag({ from, path });
    if (result.done < bench.steps) throw Object.assign(new GaveUp(bench.seconds), { hangs: false });
    return { ...result, of: await taken(bench) };
  },
  async "drag these 500"(bench) {
    const id = bench.places.band.server;
    const from = await bench.client(grip(bench.places.rect(id), false));
    const before = await bench.side.where(id);
    const path = (k) => ({ x: 6 + 10 * Math.sin(k / 9), y: 6 + 10 * Math.sin(k / 14) });
    return bench.drag({ from, path, after: () => bench.untilMoved(id, before) });
  },
  async "undo of that move"(bench) {
    const id = bench.places.band.server;
    const before = await bench.side.where(id);
    const result = await bench.counted(() =>
      bench.probe.act(async () => {
        await bench.key("Control+z");
        await bench.untilMoved(id, before);
      }),
    );
    await bench.side.quiet();
    return { ...result, of: bench.places.band.held };
  },
  async "select 500"(bench) {
    await bench.key("Escape");
    const [from, to] = await lookAtBand(bench);
    await bench.mouse.move(from.x, from.y);
    const result = await bench.counted(() =>
      bench.probe.act(async () => {
        await bench.mouse.down();
        await bench.mouse.move((from.x + to.x) / 2, (from.y + to.y) / 2);
        await bench.mouse.move(to.x, to.y);
        await bench.mouse.up();
        await bench.side.idle();
      }),
    );
    return { ...result, of: await taken(bench) };
  },
  async "status of 1,000"(bench) {
    await bench.key("Escape");
    await bench.all();
    const ids = bench.places.databases.slice(0, 1000);
    await bench.side.prepareStatuses(ids);
    const result = await bench.counted(() => bench.probe.act(() => bench.side.changeStatuses()));
    return { ...result, of: ids.length };
  },
};
