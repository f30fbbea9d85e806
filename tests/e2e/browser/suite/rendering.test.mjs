// How the drawing gets on the screen in a real browser: the painting worker, raw frames, gestures on many things.
import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { story, until } from "../app.mjs";

const SERVERS = 60;
const SCENE_FRAME = 2;
const LAST = `server-${SERVERS - 1}`;

/** A row of servers after the other in one subnet, each linked to the next. */
function manyServers() {
  const ids = Array.from({ length: SERVERS }, (_, k) => `server-${k}`);
  const place = (k) => `[${64 + (k % 10) * 200}, ${112 + Math.floor(k / 10) * 88}, 160, 56]`;
  return `format = 1
[design]
name = "Many"
[resource.region]
kind = "region"
location = "frankfurt"
zones = ["a"]
[resource.net]
kind = "network"
parent = "region"
cidr = "10.0.0.0/16"
[resource.sub]
kind = "subnet"
parent = "net"
cidr = "10.0.0.0/20"
exposure = "private"
${ids.map((id) => `[resource.${id}]\nkind = "server"\nparent = "sub"\n`).join("")}
${ids
  .slice(1)
  .map((id, k) => `[link.link-${k}]\nfrom = "server-${k}"\nto = "${id}"\nallow = ["tcp/443"]\n`)
  .join("")}
[layout.resources]
region = [0, 0, 2120, 720]
net = [16, 40, 2088, 664]
sub = [32, 80, 2056, 608]
${ids.map((id, k) => `${id} = ${place(k)}\n`).join("")}`;
}

const MANY = {
  serve: async ({ folder }) => {
    const path = join(folder, "many.gplan");
    await writeFile(path, manyServers());
    return [path];
  },
};

const stats = (app) => app.page.evaluate(() => globalThis.__gp.stats());
const quiet = (app) => app.page.evaluate(() => globalThis.__gp.whenQuiet());

story("what is said of many things travels as raw columns, and the drawing follows it", MANY, async (app) => {
  const kinds = [];
  app.page.on("websocket", (socket) => socket.on("framereceived", ({ payload }) => kinds.push(payload[0])));
  await app.page.reload();
  await app.page.waitForSelector("[data-ready=true]");
  await app.idle();
  const before = await app.design();
  await app.page.locator(".canvas-root").focus();
  await app.keys("Control+a");
  assert.equal((await app.selected()).length, SERVERS + 3);
  const heard = kinds.filter((kind) => kind === SCENE_FRAME).length;
  await app.keys("ArrowRight", "ArrowRight");
  const moved = await app.untilDesign((d) => d.layout.resources[LAST][0] > before.layout.resources[LAST][0]);
  await until(() => kinds.filter((kind) => kind === SCENE_FRAME).length, (n) => n > heard);
  // The mirror has every place that the core has: the shape is hit where it is drawn.
  const at = await app.grip(LAST);
  assert.deepEqual(await app.itemAt(at), { on: "resource", id: LAST });
  assert.equal(moved.layout.resources.sub[0], before.layout.resources.sub[0] + moved.layout.resources[LAST][0] - before.layout.resources[LAST][0]);
  while ((await app.document()).history.undo) await app.keys("Control+z");
  const undone = await app.design();
  assert.deepEqual(undone.layout.resources, before.layout.resources);
});

story("a worker paints what a pan and a zoom bring into view, under the server's content policy", MANY, async (app) => {
  await quiet(app);
  const before = await stats(app);
  const { width, height } = app.page.viewportSize();
  const shape = await app.rect("server-22");
  await app.page.mouse.move(shape.x + 2, shape.y - 6);
  for (let k = 0; k < 10; k++) await app.page.mouse.wheel(0, -120);
  await quiet(app);
  const near = await app.rect("server-22");
  assert.ok(near.w > shape.w * 2, `zoomed in from ${shape.w} to ${near.w}`);
  await app.drag({ x: width / 2, y: height / 2 }, { x: width / 2 - 300, y: height / 2 - 60 }, { button: "middle" });
  await quiet(app);
  const panned = await app.rect("server-22");
  assert.ok(Math.abs(panned.x - near.x + 300) < 2 && Math.abs(panned.y - near.y + 60) < 2, "the drawing follows the pointer");
  const after = await stats(app);
  assert.ok(after.workerTiles > before.workerTiles, "tiles came from the worker");
});

story("selecting everything and pointing at things repaints no tile", MANY, async (app) => {
  await quiet(app);
  const work = async () => {
    const { fullRepaints, stripRepaints, dirtyRepaints } = await stats(app);
    return fullRepaints + stripRepaints + dirtyRepaints;
  };
  const before = await work();
  await app.page.locator(".canvas-root").focus();
  await app.keys("Control+a");
  for (const id of ["server-3", "server-33", LAST]) {
    const { x, y } = await app.grip(id);
    await app.page.mouse.move(x, y);
    await app.idle();
  }
  assert.equal((await app.selected()).length, SERVERS + 3);
  assert.equal(await work(), before);
});
