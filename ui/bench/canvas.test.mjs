// The real canvas in Chromium, with real input: `npm run test:canvas`.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import test, { after, before } from "node:test";
import { fileURLToPath } from "node:url";
import { withBrowser } from "./browser.mjs";

let open;
let finish;
let closed;

before(async () => {
  execFileSync("npx", ["vite", "build", "--config", "bench/vite.config.ts", "--logLevel", "error"], {
    cwd: fileURLToPath(new URL("..", import.meta.url)),
    stdio: "inherit",
  });
  await new Promise((ready) => {
    closed = withBrowser(async (opener) => {
      open = opener;
      ready();
      await new Promise((end) => {
        finish = end;
      });
    });
  });
});

after(async () => {
  finish?.();
  await closed;
});

const idle = (page) => page.evaluate(() => window.__gp.whenIdle());
/** The work that waits for a pause is done too: nothing is repainted from here on unless something happens. */
const quiet = (page) => page.evaluate(() => window.__gp.whenQuiet());
const grip = (page, id) => page.evaluate((i) => window.__gp.gripOf(i), id);
const rect = (page, id) => page.evaluate((i) => window.bench.store.rect(i), id);
const pixels = (page) =>
  page.evaluate(() => {
    const canvas = document.querySelector(".canvas-root canvas");
    const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
    window.kept ??= [];
    window.kept.push(data);
    return window.kept.length - 1;
  });
/**
 * How many pixels differ. Chromium rounds the corner of a shape a little differently when the same path holds
 * other shapes as well, which a partial repaint leaves out: by a shade or two that nobody can tell from another, and at
 * fractional zooms by more, in one or two pixels of a corner. So with `corners` a difference counts where at least three lie together:
 * anything left over from before an edit, be it a hairline, is larger than that.
 */
const differing = (page, a, b, corners = false) =>
  page.evaluate(
    ([p, q, lenient]) => {
      const [x, y] = [window.kept[p], window.kept[q]];
      const { width } = document.querySelector(".canvas-root canvas");
      const most = lenient ? 6 : 2;
      const differs = (k) => [0, 1, 2].some((c) => Math.abs(x[4 * k + c] - y[4 * k + c]) > most);
      const around = [-width - 1, -width, -width + 1, -1, 1, width - 1, width, width + 1];
      let n = 0;
      for (let k = 0; k < x.length / 4; k++)
        if (differs(k) && (!lenient || around.filter((d) => differs(k + d)).length >= 2)) n++;
      return n;
    },
    [a, b, corners],
  );
/** Throws all bitmaps away: the other theme and back. */
const repaint = async (page) => {
  await page.evaluate(() => {
    window.__gp.editor.setTheme("dark");
    window.__gp.editor.setTheme("light");
  });
  await idle(page);
};

async function drag(page, from, to, during = async () => {}) {
  await page.mouse.move(from.x, from.y);
  await page.mouse.down();
  for (let k = 1; k <= 5; k++)
    await page.mouse.move(from.x + ((to.x - from.x) * k) / 5, from.y + ((to.y - from.y) * k) / 5);
  await during();
  await page.mouse.up();
  await idle(page);
}

const stats = (page) => page.evaluate(() => window.__gp.stats());

for (const { zoom, query, by } of [
  ...[1, 0.5, 0.25, 0.1, 0.04].map((zoom) => ({ zoom, query: "?n=600", by: "worker" })),
  { zoom: 0.5, query: "?n=600&alone", by: "page" },
])
  test(`the_plate_of_the_${by}_after_random_edits_and_gestures_equals_a_full_repaint_at_${zoom * 100}_percent`, async () => {
    const page = await open(query, { width: 900, height: 600 });
    await quiet(page);
    const start = await pixels(page);
    await page.evaluate(async (z) => {
      const { editor, store, randomJudgement } = window.bench;
      let seed = 5;
      const next = (n) => {
        seed = (seed * 1103515245 + 12345) % 2147483648;
        return Math.floor((seed / 2147483648) * n);
      };
      const resources = () => Object.keys(store.design().resources);
      const move = (id, dx, dy) => {
        const before = store.rect(id);
        const after = [before[0] + dx, before[1] + dy, before[2], before[3]];
        store.apply({ changes: [{ of: "resource-layout", id, before, after }] }, store.revision() + 1);
      };
      editor.setCamera({ x: 60, y: 60, zoom: z });
      for (let k = 0; k < 40; k++) {
        const ids = resources().filter((id) => id.includes("-s"));
        const id = ids[next(Math.min(ids.length, 120))];
        editor.select({ resources: [id] });
        if (k % 4 === 0) editor.run("delete");
        else if (k % 4 === 1) editor.run("duplicate");
        else move(id, next(200) - 100, next(120) - 60);
        if (k % 9 === 3)
          move(
            resources().find((one) => one.endsWith(`tier-${next(4)}`)),
            next(60),
            next(60),
          );
        if (k % 7 === 0) editor.setJudgement(randomJudgement(k));
        const c = editor.camera.get();
        const zoomed = k % 8 < 2 ? z * (1 + (k % 8) / 2) : z;
        editor.setCamera({ x: c.x + (next(120) - 60) / z, y: c.y + (next(80) - 40) / z, zoom: zoomed });
        await new Promise((r) => requestAnimationFrame(r));
      }
      editor.select({});
    }, zoom);
    // A drag by its grip, and one that is given up.
    for (const [id, ends] of [
      ["net-0-0-tier-1", "dropped"],
      ["net-0-0-tier-2", "given up"],
    ]) {
      const from = await grip(page, id);
      await drag(page, from, { x: from.x + 70, y: from.y + 45 }, async () => {
        if (ends === "given up") await page.keyboard.press("Escape");
      });
    }
    await page.evaluate(() => window.__gp.editor.select({}));
    await page.mouse.move(2, 2);
    await quiet(page);
    const kept = await pixels(page);
    assert.ok((await differing(page, start, kept)) > 1000, "the edits changed the picture");
    assert.equal((await stats(page)).workerTiles > 0, by === "worker", "who painted");
    await repaint(page);
    const fresh = await pixels(page);
    assert.equal(await differing(page, kept, fresh, zoom !== 1), 0);
    await page.close();
  });

test("a_zoom_gesture_ends_as_sharp_as_a_fresh_drawing", async () => {
  const page = await open("?n=600", { width: 900, height: 600 });
  await page.mouse.move(400, 300);
  for (let k = 0; k < 12; k++) await page.mouse.wheel(0, k < 8 ? -100 : 100);
  await quiet(page);
  const kept = await pixels(page);
  await repaint(page);
  assert.equal(await differing(page, kept, await pixels(page), true), 0);
  await page.close();
});

test("selecting_and_hovering_repaint_nothing", async () => {
  const page = await open("", { width: 1000, height: 640 });
  const work = () =>
    page.evaluate(() => {
      const s = window.__gp.stats();
      return s.fullRepaints + s.stripRepaints + s.dirtyRepaints;
    });
  await quiet(page);
  const before = await work();
  for (const id of ["app", "orders", "images"]) {
    const p = await grip(page, id);
    await page.mouse.click(p.x, p.y);
  }
  await quiet(page);
  assert.deepEqual((await page.evaluate(() => window.__gp.selection())).resources, ["images"]);
  assert.equal(await work(), before);
  await page.close();
});

test("a_server_is_dragged_into_another_tier_by_real_mouse_events", async () => {
  const page = await open("", { width: 1000, height: 640 });
  const to = await page.evaluate(() => {
    const b = window.__gp.rectOf("data-tier");
    return { x: b.x + 430, y: b.y + 90 };
  });
  await drag(page, await grip(page, "app"), to);
  assert.equal(await page.evaluate(() => window.bench.store.resource("app").parent), "data-tier");
  assert.equal(await page.evaluate(() => window.bench.edits.at(-1).name), "Move App server into data");
  const kept = await pixels(page);
  await repaint(page);
  assert.equal(await differing(page, kept, await pixels(page), true), 0);
  await page.close();
});

test("a_shape_is_renamed_in_the_text_field_over_it", async () => {
  const page = await open("", { width: 1000, height: 640 });
  const p = await grip(page, "orders");
  await page.mouse.dblclick(p.x, p.y);
  await page.keyboard.type("Ledger");
  await page.keyboard.press("Enter");
  await idle(page);
  assert.equal(await page.evaluate(() => window.bench.store.title("orders")), "Ledger");
  assert.ok(await page.evaluate(() => document.activeElement.classList.contains("canvas-root")));
  await page.keyboard.press("F2");
  await page.keyboard.type("never");
  await page.keyboard.press("Escape");
  assert.equal(await page.evaluate(() => window.bench.store.title("orders")), "Ledger");
  await page.close();
});

test("a_part_is_dragged_in_from_outside_by_pointer_events", async () => {
  const page = await open("", { width: 1000, height: 640 });
  const to = await page.evaluate(() => {
    const b = window.__gp.rectOf("app-tier");
    return { x: b.x + 440, y: b.y + 90 };
  });
  await page.evaluate(() => {
    window.addEventListener("pointerdown", (e) => window.__gp.editor.startInsert("server", e), {
      once: true,
      capture: true,
    });
  });
  await drag(page, { x: 8, y: 8 }, to);
  assert.equal(await page.evaluate(() => window.bench.store.resource("server")?.parent), "app-tier");
  await page.close();
});

test("undo_by_keyboard_reaches_the_host_and_typing_is_no_shortcut", async () => {
  const page = await open("", { width: 1000, height: 640 });
  const p = await grip(page, "orders");
  await page.mouse.click(p.x, p.y);
  await page.keyboard.press("Control+z");
  assert.deepEqual(await page.evaluate(() => window.bench.asked.at(-1)), { command: "undo" });
  const asked = await page.evaluate(() => window.bench.asked.length);
  await page.keyboard.press("F2");
  await page.keyboard.press("Control+z");
  await page.keyboard.press("Delete");
  await page.keyboard.press("Escape");
  assert.equal(await page.evaluate(() => window.bench.asked.length), asked);
  assert.equal((await rect(page, "orders")).length, 4);
  await page.close();
});

test("a_screen_reader_hears_what_is_selected", async () => {
  const page = await open("", { width: 1000, height: 640 });
  const p = await grip(page, "scratch");
  await page.mouse.click(p.x, p.y);
  const label = await page.evaluate(() => {
    const root = document.querySelector(".canvas-root");
    return document.getElementById(root.getAttribute("aria-activedescendant")).getAttribute("aria-label");
  });
  assert.equal(label, "volume Scratch in region Frankfurt, 1 warning, 1 link");
  await page.keyboard.press("Alt+ArrowUp");
  assert.deepEqual((await page.evaluate(() => window.__gp.selection())).resources, ["images"]);
  await page.close();
});

test("a_gesture_that_is_too_slow_gets_coarse_on_a_dense_screen_and_sharp_when_it_rests", async () => {
  const page = await open("?n=600", { width: 900, height: 600 });
  const cdp = await page.context().newCDPSession(page);
  const screen = { width: 900, height: 600, deviceScaleFactor: 2, mobile: false };
  await cdp.send("Emulation.setDeviceMetricsOverride", screen);
  await page.evaluate(() => window.dispatchEvent(new Event("resize")));
  await page.waitForFunction(() => devicePixelRatio === 2);
  const pan = async () => {
    await page.mouse.move(450, 300);
    await page.mouse.down({ button: "middle" });
    await page.mouse.move(300, 260, { steps: 8 });
    return stats(page);
  };
  const release = async () => {
    await page.mouse.up({ button: "middle" });
    await quiet(page);
    return stats(page);
  };
  // Anything that repaints at the new density.
  await page.setViewportSize({ width: 880, height: 600 });
  await cdp.send("Emulation.setDeviceMetricsOverride", { ...screen, width: 880 });
  await quiet(page);
  assert.equal((await stats(page)).density, 2);
  await page.evaluate(() => {
    const { drawImage } = CanvasRenderingContext2D.prototype;
    CanvasRenderingContext2D.prototype.drawImage = function (...what) {
      const until = performance.now() + 2;
      while (performance.now() < until);
      drawImage.apply(this, what);
    };
  });
  assert.equal((await pan()).density, 1);
  assert.equal((await release()).density, 2);
  await page.close();
});

/** What a gesture on 10,000 resources and 12,000 links costs: things painted, not time, so that it holds on any machine. */
test("work_per_gesture_on_a_large_drawing_stays_in_bounds", async () => {
  const page = await open("?n=10000");
  await quiet(page);
  const cost = async (camera, gesture) => {
    await page.evaluate((c) => window.__gp.editor.setCamera(c), camera);
    await page.mouse.move(800, 990);
    await quiet(page);
    const before = await stats(page);
    await gesture();
    await idle(page);
    const after = await stats(page);
    await quiet(page);
    return Object.fromEntries(Object.keys(after).map((name) => [name, after[name] - before[name]]));
  };
  const near = { x: 100, y: 100, zoom: 1 };
  const within = (what, did, bounds) => {
    for (const [name, most] of Object.entries(bounds))
      assert.ok(did[name] <= most, `${what}: ${name} ${did[name]}, allowed ${most}`);
  };
  const pan = (dx, dy) => async () => {
    await page.mouse.move(800, 500);
    await page.mouse.down({ button: "middle" });
    await page.mouse.move(800 + dx, 500 + dy, { steps: 30 });
    await page.mouse.up({ button: "middle" });
  };
  // 600 × 300 pixels expose at most two columns and two rows of tiles, and their ring.
  const strip = { fullRepaints: 0, dirtyRepaints: 0, stripRepaints: 40 };
  within("pan", await cost(near, pan(-600, -300)), { ...strip, itemsPainted: 1500, movingPainted: 0 });
  const far = { x: 0, y: 0, zoom: 0.04 };
  within("pan far away", await cost(far, pan(-600, -300)), { ...strip, itemsPainted: 25_000 });
  const drag = (id) => async () => {
    const from = await grip(page, id);
    await page.mouse.move(from.x, from.y);
    await page.mouse.down();
    await page.mouse.move(from.x + 200, from.y + 150, { steps: 30 });
    await idle(page);
    await page.keyboard.press("Escape");
    await page.mouse.up();
  };
  // Without the server, and with it again: the tiles under it and under its links.
  within("drag a server", await cost(near, drag("net-0-0-tier-0-s6")), {
    fullRepaints: 0,
    stripRepaints: 0,
    dirtyRepaints: 60,
    itemsPainted: 1500,
    movingPainted: 1500,
  });
  // Its region grows with it, in every frame.
  within("drag a network", await cost({ x: 0, y: 0, zoom: 0.3 }, drag("net-0-0")), {
    fullRepaints: 0,
    stripRepaints: 0,
    dirtyRepaints: 900,
    itemsPainted: 25_000,
    movingPainted: 30_000,
  });
  const select = () =>
    page.evaluate(() =>
      window.__gp.editor.select({
        resources: Object.keys(window.bench.store.design().resources).slice(0, 500),
      }),
    );
  within("select 500", await cost(near, select), { fullRepaints: 0, stripRepaints: 0, dirtyRepaints: 0 });
  const judge = () => page.evaluate(() => window.__gp.editor.setJudgement(window.bench.randomJudgement(9)));
  // Only what is in view, each tile once.
  within("status of all", await cost(near, judge), { fullRepaints: 0, stripRepaints: 0, dirtyRepaints: 35 });
  await page.close();
});
