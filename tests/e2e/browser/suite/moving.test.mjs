// Moving: guides, copies, arrows, arranging, containers, lanes; against the real core.
import assert from "node:assert/strict";
import { story, until } from "../app.mjs";

const TEMPLATE = { serve: ["--template", "three-tier-web-shop"] };
const kinds = (design, kind) => Object.keys(design.resources).filter((id) => design.resources[id].kind === kind);
const rect = (design, id) => design.layout.resources[id];
const freeIn = (r) => ({ x: r.x + r.w * 0.82, y: r.y + r.h * 0.6 });
const preview = (app) => app.page.evaluate(() => globalThis.__gp.preview());
const inside = ([x, y, w, h], [X, Y, W, H]) => x >= X && y >= Y && x + w <= X + W && y + h <= Y + H;

/** Presses on it and goes there, without letting go. */
async function hold(app, from, to, keys = []) {
  const { mouse, keyboard } = app.page;
  await mouse.move(from.x, from.y);
  await mouse.down();
  await mouse.move(from.x + 6, from.y + 6, { steps: 2 });
  for (const key of keys) await keyboard.down(key);
  await mouse.move(to.x, to.y, { steps: 10 });
  await app.idle();
}

async function release(app, keys = []) {
  await app.page.mouse.up();
  for (const key of keys) await app.page.keyboard.up(key);
  await app.idle();
}

story("guides line a shape up with its neighbours, and Ctrl switches them off", TEMPLATE, async (app) => {
  const [images, scratch] = [await app.rect("images"), await app.rect("scratch")];
  const grip = await app.grip("scratch");
  const to = { x: grip.x + (images.x - scratch.x) + 3, y: grip.y + 30 };
  await hold(app, grip, to);
  const snapped = await preview(app);
  assert.ok(snapped.guides.some((guide) => guide.axis === "x"));
  await app.page.keyboard.down("Control");
  await app.page.mouse.move(to.x + 1, to.y, { steps: 2 });
  assert.deepEqual((await preview(app)).guides, []);
  await app.page.keyboard.up("Control");
  await app.page.mouse.move(to.x, to.y, { steps: 2 });
  await release(app);
  await app.untilDesign((d) => rect(d, "scratch")[0] === rect(d, "images")[0]);
});

story("a shape snaps to the gap that its neighbours have, and Ctrl lets it stand where it is", TEMPLATE, async (app) => {
  const { page } = app;
  // Two in a row with 40 between them; the third comes near to the same gap.
  const session = await app.session();
    const add = (id, dx) => ({ edit: "add-resource", id, kind: "note", at: [dx, 700, 120, 56] });
  const edits = [add("one", 0), add("two", 160), add("three", 420)];
  await app.call("design_edit", { session, edit: { edit: "batch", name: "Three notes", edits } });
  await app.keys("Shift+Digit1");
  const [two, three] = [await app.rect("two"), await app.rect("three")];
  const zoom = two.w / 120;
  const grip = await app.grip("three");
  const to = { x: grip.x - (three.x - (two.x + 160 * zoom)) + 3, y: grip.y };
  await hold(app, grip, to);
  assert.ok((await preview(app)).guides.length > 0);
  await page.keyboard.down("Control");
  await page.mouse.move(to.x + 1, to.y, { steps: 2 });
  assert.deepEqual((await preview(app)).guides, []);
  await page.keyboard.up("Control");
  await page.mouse.move(to.x, to.y, { steps: 2 });
  await release(app);
  await until(async () => rect(await app.design(), "three")[0], (x) => x === 320);
});

story("Alt-drag makes a copy, and Ctrl+D repeats its offset", TEMPLATE, async (app) => {
  const from = await app.grip("images");
  await hold(app, from, { x: from.x, y: from.y + 70 }, ["Alt"]);
  await release(app, ["Alt"]);
  const one = await app.untilDesign((d) => d.resources["images-2"]);
  await until(() => app.selected(), (selected) => selected[0] === "images-2");
  await app.keys("Control+d");
  const two = await app.untilDesign((d) => d.resources["images-3"]);
  const step = (a, b) => [rect(two, b)[0] - rect(two, a)[0], rect(two, b)[1] - rect(two, a)[1]];
  assert.deepEqual(step("images-2", "images-3"), step("images", "images-2"));
  assert.deepEqual(rect(one, "images"), rect(two, "images"));
  assert.equal(two.resources["images-3"].title, "Images 3");
});

story("a duplicate brings the intents among the copied along, as a paste does", TEMPLATE, async (app) => {
  const copies = (design, before) => Object.values(design.intents).filter((one) => !before.includes(JSON.stringify(one))).map(({ expect, from, to }) => `${from} ${expect} ${to}`);
  const before = Object.values((await app.design()).intents).map((one) => JSON.stringify(one));
  await app.click("app");
  await app.click("orders", ["Shift"]);
  await app.keys("Control+d");
  const duplicated = await app.untilDesign((d) => Object.keys(d.resources).includes("orders-2"));
  assert.deepEqual(copies(duplicated, before), ["app-2 only orders-2"]);
  assert.equal((await app.document()).history.undo, "Duplicate 2 shapes");
  await app.keys("Control+z");
  await app.untilDesign((d) => Object.keys(d.intents).length === before.length);
  await app.click("app");
  await app.click("orders", ["Shift"]);
  await app.keys("Control+c");
  await until(() => app.page.evaluate(() => navigator.clipboard.readText()), (text) => /resource\.orders/.test(text));
  await app.keys("Control+v");
  const pasted = await app.untilDesign((d) => Object.keys(d.resources).includes("orders-2"));
  assert.deepEqual(copies(pasted, before), copies(duplicated, before));
});

story("arrows move by the grid, with Shift finely, with Alt they walk, and with nothing selected too", TEMPLATE, async (app) => {
  const before = await app.design();
  await app.click("app");
  await app.keys("ArrowRight", "ArrowRight", "Shift+ArrowDown");
  const [x, y] = rect(before, "app");
  const moved = await app.untilDesign((d) => rect(d, "app")[0] === x + 16 && rect(d, "app")[1] === y + 1);
  await app.keys("Alt+ArrowDown");
  await until(() => app.selected(), (selected) => selected[0] !== "app");
  // Each Escape goes one container out, the last one selects nothing.
  for (let k = 0; k < 6 && (await app.selected()).length > 0; k += 1) await app.keys("Escape");
  await app.keys("ArrowRight");
  await until(() => app.selected(), (selected) => selected.length === 1);
  assert.deepEqual((await app.design()).layout, moved.layout);
});

story("arrows pin a server to the zone whose lane it comes to lie over", TEMPLATE, async (app) => {
  const tier = await app.rect("app-tier");
  const row = app.page.locator(".part[data-kind=zone]").first();
  await row.scrollIntoViewIfNeeded();
  const part = await row.boundingBox();
  const server = await app.rect("app");
  await app.drag({ x: part.x + 20, y: part.y + 15 }, { x: server.x + server.w + 60, y: tier.y + 60 });
  await app.untilDesign((d) => kinds(d, "zone").length === 1);
  await app.click("app");
  const zone = (d) => d.resources.app.zone ?? d.resources.app.attributes?.zone;
  for (let k = 0; k < 30 && zone(await app.design()) === undefined; k += 1) await app.keys("ArrowRight");
  await app.untilDesign((d) => zone(d) === "a");
});

story("several shapes are aligned, spread, tidied and made as large as each other", TEMPLATE, async (app) => {
  await app.click("images");
  await app.click("scratch", ["Shift"]);
  await app.command("Align left");
  const left = await app.untilDesign((d) => rect(d, "images")[0] === rect(d, "scratch")[0]);
  assert.ok(rect(left, "images")[1] !== rect(left, "scratch")[1]);
  await app.page.evaluate(() => globalThis.__gp.editor.grabFocus());
  await app.keys("Alt+Shift+ArrowRight");
  await app.keys("Escape");
  await app.click("images");
  await app.keys("Alt+Shift+ArrowRight", "Alt+Shift+ArrowDown");
  await app.click("scratch", ["Shift"]);
  await app.command("Make the same size");
  await app.untilDesign((d) => String(rect(d, "images").slice(2)) === String(rect(d, "scratch").slice(2)));
  await app.command("Tidy up");
  await app.page.getByText("Undo: Tidy 2 shapes").waitFor();
  const tidy = await app.design();
  assert.ok(inside(rect(tidy, "scratch"), rect(tidy, "frankfurt")));
});

story("a tier grows when something comes near its edge, and never clips it", TEMPLATE, async (app) => {
  const tier = await app.rect("app-tier");
  const from = await app.grip("app");
  await app.drag(from, { x: tier.x + tier.w - 12, y: tier.y + tier.h - 12 }, { keys: ["Control"] });
  const d = await app.untilDesign((one) => rect(one, "app-tier")[3] > 128 || rect(one, "app-tier")[2] > 536);
  assert.equal(d.resources.app.parent, "app-tier");
  assert.ok(inside(rect(d, "app"), rect(d, "app-tier")));
  assert.ok(inside(rect(d, "app-tier"), rect(d, "shop")));
});

story("before a drop into another tier its address is said to change, and one undo takes it back", TEMPLATE, async (app) => {
  const to = freeIn(await app.rect("data-tier"));
  await app.page.getByText("4 of 4 intents proven").waitFor();
  await hold(app, await app.grip("app"), to, ["Control"]);
  const { hint } = await until(() => preview(app), (p) => p.hint?.lines?.[0]?.includes(", not "));
  assert.equal(hint.text, "into data, out of app");
  assert.match(hint.lines[0], /^address: a new one from 10\.20\.\d+\.0\/\d+, not 10\.20\.\d+\.\d+$/);
  await release(app, ["Control"]);
  await app.untilDesign((d) => d.resources.app.parent === "data-tier");
  await app.keys("Control+z");
  await app.untilDesign((d) => d.resources.app.parent === "app-tier");
});

story("a bucket that is dragged onto a tier stays in the region beside it, and a door is offered", TEMPLATE, async (app) => {
  await app.drag(await app.grip("images"), freeIn(await app.rect("data-tier")));
  await app.page.getByText("A bucket lives in the region, not in a subnet").waitFor();
  const beside = await app.design();
  assert.equal(beside.resources.images.parent, "frankfurt");
  assert.ok(!inside(rect(beside, "images"), rect(beside, "shop")));
  await app.button("Add a private end point in data").click();
  const door = await app.untilDesign((d) => kinds(d, "private-endpoint").length === 2);
  assert.ok(kinds(door, "private-endpoint").some((id) => door.resources[id].parent === "data-tier"));
});

story("a server outside every subnet is refused with the reason, and stands where it was", TEMPLATE, async (app) => {
  const before = await app.design();
  const region = await app.rect("frankfurt");
  await app.drag(await app.grip("app"), { x: region.x + region.w - 40, y: region.y + region.h - 12 }, { keys: ["Control"] });
  await app.page.getByText(/A server (has to|must) stand in a subnet/).waitFor();
  assert.deepEqual((await app.design()).layout, before.layout);
});

story("a rubber band takes what it encloses to the right, and what it touches to the left", TEMPLATE, async (app) => {
  const [images, scratch] = [await app.rect("images"), await app.rect("scratch")];
  const corner = { x: images.x - 14, y: images.y - 14 };
  const across = { x: scratch.x + scratch.w * 0.4, y: scratch.y + scratch.h * 0.4 };
  await app.drag(corner, across);
  assert.deepEqual(await app.selected(), ["images"].filter(() => images.x + images.w <= across.x));
  await app.keys("Escape", "Escape");
  await app.drag({ x: scratch.x + scratch.w + 12, y: scratch.y + scratch.h + 8 }, { x: images.x + images.w * 0.6, y: images.y + images.h * 0.6 });
  assert.deepEqual([...(await app.selected())].sort(), ["images", "scratch"]);
});

story("what is of the same kind, has the same tag, or is connected is selected at once", TEMPLATE, async (app) => {
  await app.click("app-tier");
  await app.command("Select same kind");
  await until(() => app.selected(), (ids) => ids.length === 3);
  const session = await app.session();
  for (const resource of ["app", "images"])
    await app.call("design_edit", { session, edit: { edit: "set-attribute", resource, path: ["tags", "owner"], value: "shop" } });
  await app.click("app");
  await app.command("Select same tag");
  await until(() => app.selected(), (ids) => [...ids].sort().join() === "app,images");
  await app.click("app");
  await app.command("Select what is connected");
  await until(() => app.selected(), (ids) => ids.includes("orders") && ids.includes("entry"));
});

story("what is locked stays where it is, in the file too, until it is unlocked", TEMPLATE, async (app) => {
  const { page } = app;
  await app.click("app");
  await app.keys("Control+Shift+l");
  const locked = await app.untilDesign((d) => d.layout.locked.app === true);
  const from = await app.grip("app");
  await app.drag(from, { x: from.x + 60, y: from.y });
  await app.keys("ArrowRight", "Alt+Shift+ArrowRight", "Delete");
  await page.getByText("App server is locked", { exact: true }).waitFor();
  assert.deepEqual((await app.design()).layout, locked.layout);
  await app.command("Lay out everything");
  await page.getByText("Undo: Lay out everything").waitFor();
  assert.deepEqual((await app.design()).layout.resources.app, locked.layout.resources.app);
  await app.keys("Control+z");
  const path = `${app.folder}/locked.gplan`;
  await app.call("design_save", { session: await app.session(), path });
  const { readFile } = await import("node:fs/promises");
  assert.match(await readFile(path, "utf8"), /\[layout\.locked\]\napp = true\n/);
  const inspector = page.locator(".inspector");
  await inspector.getByText("Locked: it stays where it is").waitFor();
  await inspector.getByRole("button", { name: "Unlock" }).click();
  await app.untilDesign((d) => !d.layout.locked.app);
  await inspector.getByText("Locked: it stays where it is").waitFor({ state: "detached" });
  await app.keys("Control+Shift+l");
  await app.untilDesign((d) => d.layout.locked.app);
  await app.command("Unlock");
  await app.untilDesign((d) => !d.layout.locked.app);
  await page.evaluate(() => globalThis.__gp.editor.grabFocus());
  await app.keys("ArrowRight");
  await app.untilDesign((d) => rect(d, "app")[0] === rect(locked, "app")[0] + 8);
});
