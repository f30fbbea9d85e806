// Drawing by mouse and by keyboard against the real core.
import assert from "node:assert/strict";
import { story, until } from "../app.mjs";

const TEMPLATE = { serve: ["--template", "three-tier-web-shop"] };
const kinds = (design, kind) => Object.keys(design.resources).filter((id) => design.resources[id].kind === kind);
/** A place in a container with nothing else there: right part of the app tier. */
const freeIn = (r) => ({ x: r.x + r.w * 0.82, y: r.y + r.h * 0.6 });

async function fromPalette(app, part, to) {
  const row = app.page.locator(".part").filter({ has: app.page.getByText(part, { exact: true }) }).first();
  await row.scrollIntoViewIfNeeded();
  const box = await row.boundingBox();
  await app.drag({ x: box.x + box.width / 2, y: box.y + box.height / 2 }, to);
}

story("the start screen shows templates, and one click opens the drawing", {}, async (app) => {
  await app.page.locator("[data-template=three-tier-web-shop] svg, [data-template=three-tier-web-shop] img").first().waitFor();
  await app.page.locator("[data-template=three-tier-web-shop]").click();
  await app.page.waitForSelector("[data-ready=true]");
  await app.page.getByText("4 of 4 intents proven").waitFor();
  await app.page.getByText("no problems").waitFor();
  const { design } = await app.document();
  assert.equal(Object.keys(design.resources).length, 13);
  const at = await app.grip("orders");
  assert.deepEqual(await app.itemAt(at), { on: "resource", id: "orders" });
});

story("a server is dragged in, nested, linked, moved out again and everything is undone", TEMPLATE, async (app) => {
  const before = await app.design();
  await fromPalette(app, "Server", freeIn(await app.rect("app-tier")));
  const added = await app.untilDesign((d) => kinds(d, "server").length === 2);
  const id = kinds(added, "server").find((one) => one !== "app");
  assert.equal(added.resources[id].parent, "app-tier");
  assert.equal(added.resources[id].title, "Server");

  await app.keys("l");
  await app.drag(await app.grip(id), await app.grip("orders"));
  const linked = await app.untilDesign((d) => Object.keys(d.links).length === 6);
  const link = Object.values(linked.links).find((one) => one.from === id);
  assert.equal(link.to, "orders");
  await app.page.getByText("3 of 4 intents proven").waitFor();

  await app.keys("v");
  const place = linked.layout.resources[id];
  const from = await app.grip(id);
  await app.drag(from, { x: from.x - 16, y: from.y + 4 }, { keys: ["Control"] });
  await app.untilDesign((d) => JSON.stringify(d.layout.resources[id]) !== JSON.stringify(place));
  await app.drag(await app.grip(id), freeIn(await app.rect("web-tier")), { keys: ["Control"] });

  for (let left = 12; left > 0 && (await app.document()).history.undo; left -= 1) await app.keys("Control+z");
  const { design, history } = await app.document();
  assert.deepEqual(design.resources, before.resources);
  assert.deepEqual(design.links, before.links);
  assert.deepEqual(design.layout, before.layout);
  assert.equal(history.undo, undefined);
  await app.page.getByText("4 of 4 intents proven").waitFor();
  await app.keys("Control+Shift+z");
  await app.untilDesign((d) => kinds(d, "server").length === 2);
});

story("a shape is resized by a handle, and a rubber band takes what it touches", TEMPLATE, async (app) => {
  await app.click("orders");
  const r = await app.rect("orders");
  const [, , width] = (await app.design()).layout.resources.orders;
  await app.drag({ x: r.x + r.w, y: r.y + r.h }, { x: r.x + r.w + 40, y: r.y + r.h }, { keys: ["Control"] });
  await app.untilDesign((d) => d.layout.resources.orders[2] > width);

  // A side alone, and the pointer says so before; what is not selected keeps its sides.
  const side = async (id) => {
    const b = await app.rect(id);
    return { x: b.x + b.w, y: b.y + b.h * 0.6 };
  };
  const cursor = async (at) => {
    await app.page.mouse.move(at.x, at.y);
    return app.page.evaluate(() => getComputedStyle(document.querySelector(".canvas-root")).cursor);
  };
  const [left, , wide, high] = (await app.design()).layout.resources.orders;
  const at = await side("orders");
  assert.equal(await cursor(await side("way-out")), "default");
  assert.equal(await cursor(at), "ew-resize");
  await app.drag(at, { x: at.x + 30, y: at.y + 20 }, { keys: ["Control"] });
  const { layout } = await app.untilDesign((d) => d.layout.resources.orders[2] > wide);
  assert.deepEqual([layout.resources.orders[0], layout.resources.orders[3]], [left, high]);

  const [images, scratch] = [await app.rect("images"), await app.rect("scratch")];
  const region = await app.rect("frankfurt");
  await app.keys("Escape", "Escape");
  await app.drag(
    { x: region.x + region.w + 10, y: images.y - 30 },
    { x: images.x + 30, y: scratch.y + scratch.h / 2 },
  );
  assert.deepEqual([...(await app.selected())].sort(), ["images", "scratch"]);
});

story("a server that is dropped into the lane of a zone is pinned to it, and one undo takes that back", TEMPLATE, async (app) => {
  const tier = await app.rect("app-tier");
  await fromPalette(app, "Zone", { x: tier.x + tier.w * 0.82, y: tier.y + 60 });
  const lanes = await app.untilDesign((d) => kinds(d, "zone").length === 1);
  const [lane] = kinds(lanes, "zone");
  assert.equal(lanes.resources[lane].parent, "frankfurt");
  const zone = (d) => d.resources.app.zone ?? d.resources.app.attributes?.zone;
  await app.drag(await app.grip("app"), freeIn(tier), { keys: ["Control"] });
  const pinned = await app.untilDesign((d) => zone(d) === "a");
  assert.equal(pinned.resources.app.parent, "app-tier");
  await app.page.getByText("Undo: Move App server into zone a").waitFor();
  await app.keys("Control+z");
  const back = await app.untilDesign((d) => zone(d) === undefined);
  assert.deepEqual(back.layout.resources.app, lanes.layout.resources.app);
});

story("what cannot stand where it is dropped brings an offer: a network for a subnet, a door to a bucket", TEMPLATE, async (app) => {
  const region = await app.rect("frankfurt");
  await fromPalette(app, "Subnet", { x: region.x + region.w - 60, y: region.y + region.h - 30 });
  await app.page.getByText("A subnet has to stand in a network").waitFor();
  await app.button("Make a network for it").click();
  const housed = await app.untilDesign((d) => d.resources.subnet?.parent === "network");
  assert.equal(housed.resources.network.parent, "frankfurt");
  await app.page.getByText("Undo: Add network with subnet").waitFor();
  await app.keys("Control+z");
  await app.untilDesign((d) => !d.resources.network && !d.resources.subnet);

  // What was made was brought into view.
  await app.keys("Shift+Digit1");
  const tier = await app.rect("app-tier");
  await fromPalette(app, "Bucket", { x: tier.x + tier.w * 0.2, y: tier.y + tier.h * 0.6 });
  await app.button("Add a private end point in app").click();
  const door = await app.untilDesign((d) => d.resources["bucket-door"]);
  assert.equal(door.resources.bucket.parent, "frankfurt");
  assert.equal(door.resources["bucket-door"].target ?? door.resources["bucket-door"].attributes?.target, "bucket");
});

story("copies are pasted with the keyboard and deleted again", TEMPLATE, async (app) => {
  await app.click("app");
  await app.keys("Control+c");
  const inside = freeIn(await app.rect("app-tier"));
  await app.page.mouse.move(inside.x, inside.y, { steps: 4 });
  await app.keys("Control+v");
  const pasted = await app.untilDesign((d) => kinds(d, "server").length === 2);
  const id = kinds(pasted, "server").find((one) => one !== "app");
  assert.equal(pasted.resources[id].cpu ?? pasted.resources[id].attributes?.cpu, 2);
  assert.equal(pasted.resources[id].parent, "app-tier");
  await until(() => app.selected(), (selected) => selected.includes(id));
  await app.keys("Delete");
  await app.untilDesign((d) => kinds(d, "server").length === 1);
});

story("selected text is copied as text, and keys in a panel take nothing off the drawing", TEMPLATE, async (app) => {
  const { page } = app;
  const clipboard = () => page.evaluate(() => navigator.clipboard.readText());
  await app.tab("Code").click();
  await app.click("app");
  const word = page.locator(".code-line .selectable, .code .selectable").getByText("aws_instance").first();
  await word.dblclick();
  const text = await page.evaluate(() => getSelection().toString().trim());
  assert.notEqual(text, "");
  await app.keys("Control+c");
  await until(clipboard, (copied) => copied.trim() === text);

  await app.keys("Control+x", "Delete", "Backspace");
  await app.tab("Code").focus();
  await app.keys("Delete");
  assert.ok((await app.design()).resources.app, "it stands as it did");
  await app.click("app");
  await app.keys("Control+c");
  await until(clipboard, (copied) => copied.includes("[resource.app]"));
  await app.keys("Delete");
  await app.untilDesign((d) => !d.resources.app);
});

story("the wheel zooms at the pointer, the space bar pans, and Shift+1 shows everything", TEMPLATE, async (app) => {
  const { mouse, keyboard } = app.page;
  const camera = () => app.page.evaluate(() => globalThis.__gp.camera());
  const fitted = await camera();
  await app.click("app");
  const at = await app.grip("app");
  await mouse.move(at.x, at.y);
  await keyboard.down("Control");
  await mouse.wheel(0, -240);
  await keyboard.up("Control");
  await until(camera, (now) => now.zoom > fitted.zoom * 1.1);
  await app.idle();
  const after = await app.grip("app");
  const slip = Math.hypot(after.x - at.x, after.y - at.y);
  assert.ok(slip < 3, `what is under the pointer stays there, but it moved by ${slip}`);
  const zoomed = await camera();
  await keyboard.down(" ");
  await app.drag(at, { x: at.x + 90, y: at.y + 40 });
  await keyboard.up(" ");
  const panned = await until(camera, (now) => now.x < zoomed.x);
  assert.equal(panned.zoom, zoomed.zoom);
  assert.ok(panned.y < zoomed.y);
  await app.keys("Shift+Digit1");
  await until(camera, (now) => Math.abs(now.zoom - fitted.zoom) < 0.01);
});

/** Presses Tab until the focus is there, as somebody without a mouse would. */
async function tabTo({ page }, selector) {
  for (let presses = 0; presses < 120; presses += 1) {
    await page.keyboard.press("Tab");
    if (await page.evaluate((wanted) => document.activeElement.matches(wanted), selector)) return;
  }
  throw new Error(`Tab never came to ${selector}`);
}

const focused = (app) => app.page.evaluate(() => document.activeElement.getAttribute("aria-label") ?? document.activeElement.textContent);

/** "Do anything" on the keyboard: the words, then Enter. */
async function anything(app, words) {
  await app.page.keyboard.press("Control+k");
  await until(() => focused(app), (label) => label === "Do anything");
  await app.page.keyboard.type(words);
  await app.page.keyboard.press("Enter");
  await app.page.getByRole("dialog", { name: "Do anything" }).waitFor({ state: "detached" });
}

story("a design is drawn, linked, edited, saved, closed and opened with the keyboard alone", {}, async (app) => {
  const { page } = app;
  const { keyboard } = page;
  await page.waitForSelector("[data-template=three-tier-web-shop]");
  await tabTo(app, "[data-template=three-tier-web-shop]");
  await keyboard.press("Enter");
  await until(() => focused(app), (label) => label === "Drawing");

  await keyboard.press("/");
  await until(() => focused(app), (label) => label === "Add a part");
  await keyboard.type("queue");
  await keyboard.press("Enter");
  const added = await app.untilDesign((d) => kinds(d, "queue").length === 1);
  const [queue] = kinds(added, "queue");
  await until(() => app.selected(), (selected) => selected.includes(queue));
  await until(() => focused(app), (label) => label === "Drawing");
  const [x, , w] = added.layout.resources[queue];
  await app.keys("ArrowRight", "ArrowRight", "Alt+Shift+ArrowRight");
  await app.untilDesign((d) => d.layout.resources[queue][0] === x + 16 && d.layout.resources[queue][2] === w + 8);

  await anything(app, "App server");
  await until(() => app.selected(), (selected) => selected[0] === "app");
  await anything(app, "Link to");
  await page.getByRole("dialog", { name: /^Link/ }).waitFor();
  await tabTo(app, "[role=dialog] input");
  await keyboard.type("Queue");
  await keyboard.press("ArrowDown");
  await keyboard.press("Enter");
  await tabTo(app, "button.primary");
  await keyboard.press("Enter");
  await app.untilDesign((d) => Object.values(d.links).some((link) => link.from === "app" && link.to === queue));

  await until(() => focused(app), (label) => label === "Drawing");
  await tabTo(app, "[data-attribute=count] input");
  await keyboard.press("Control+a");
  await keyboard.type("3");
  await keyboard.press("Control+s");
  await app.untilDesign((d) => (d.resources.app.count ?? d.resources.app.attributes.count) === 3);

  await page.getByRole("dialog", { name: "Save the design as" }).waitFor();
  await until(() => page.evaluate(() => document.activeElement.matches("[role=dialog] input")), Boolean);
  await keyboard.press("Control+a");
  await keyboard.type("by keys");
  await keyboard.press("Enter");
  await page.getByText("by keys.gplan · saved").waitFor();
  await anything(app, "Close design");
  await page.waitForSelector(".start-card");

  await tabTo(app, "[data-path$='by keys.gplan']");
  await keyboard.press("Enter");
  await until(() => focused(app), (label) => label === "Drawing");
  assert.equal(kinds(await app.design(), "queue").length, 1);
  await anything(app, "Close design");
  await page.waitForSelector(".start-card");
  await keyboard.press("Control+o");
  await until(() => focused(app), (label) => label !== "Start");
  await tabTo(app, ".picker-row");
  await keyboard.press("Enter");
  await tabTo(app, "[role=dialog] button.primary");
  await keyboard.press("Enter");
  await until(() => focused(app), (label) => label === "Drawing");
  const opened = await app.design();
  assert.equal(kinds(opened, "queue").length, 1);
  await app.keys("Alt+ArrowDown", "Delete");
  await app.untilDesign((d) => Object.keys(d.resources).length < Object.keys(opened.resources).length);
  await app.keys("Control+z");
  await app.untilDesign((d) => Object.keys(d.resources).length === Object.keys(opened.resources).length);
});
