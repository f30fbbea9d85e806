// Finding and seeing: the query box, the outline, the camera, views, layers, focus, overlays.
import assert from "node:assert/strict";
import { story, until } from "../app.mjs";

const TEMPLATE = { serve: ["--template", "three-tier-web-shop"] };
const camera = (app) => app.page.evaluate(() => globalThis.__gp.camera());
const shown = (app) => app.page.evaluate(() => globalThis.__gp.shown());
const lit = (app) => app.page.evaluate(() => globalThis.__gp.lit());
const marks = (app) => app.page.evaluate(() => globalThis.__gp.marks());
const sorted = (list) => [...list].sort();

story("a query lights what it finds, counts it, walks it, selects it, and shows where it is wrong", TEMPLATE, async (app) => {
  const { page } = app;
  await page.keyboard.press("Control+f");
  const box = page.getByRole("combobox", { name: "Find" });
  await box.waitFor();
  await page.keyboard.type("kind:ser");
  await page.getByRole("option", { name: "server Server" }).waitFor();
  await page.keyboard.press("Tab");
  assert.equal(await box.inputValue(), "kind:server");
  await page.keyboard.type(" or kind:database");
  const find = page.getByRole("search", { name: "Find in the drawing" });
  await find.getByText("2 matches").waitFor();
  assert.deepEqual(sorted(await until(() => lit(app), (ids) => ids?.length === 2)), ["app", "orders"]);
  await page.keyboard.press("Enter");
  assert.deepEqual(sorted(await app.selected()), ["app", "orders"]);
  await page.keyboard.press("F3");
  await until(() => app.selected(), (ids) => ids.length === 1);
  await find.getByText(/\d of 2/).waitFor();
  await page.keyboard.press("F3");

  await box.fill("cpu>big");
  await find.getByText("a number should follow cpu>").waitFor();
  assert.equal(await box.getAttribute("aria-invalid"), "true");
  assert.equal(await find.locator("mark").textContent(), "big");
  await box.fill("cpu>1 !in:data");
  await find.getByText("1 match", { exact: true }).waitFor();
  await page.keyboard.press("Escape");
  await page.keyboard.press("Escape");
  await box.waitFor({ state: "detached" });
  assert.equal(await lit(app), null);
});

story("the outline follows the selection and the drawing follows the outline", TEMPLATE, async (app) => {
  await app.tab("Outline").click();
  await app.click("orders");
  const tree = app.page.getByRole("tree");
  await tree.locator("[data-row=orders][aria-selected=true]").waitFor();
  await tree.locator("[data-row=app]").click();
  assert.deepEqual(await app.selected(), ["app"]);
  await app.page.keyboard.press("ArrowDown");
  await until(() => app.selected(), (ids) => ids[0] !== "app");
});

story("the view is fitted, zoomed and moved: keys, wheel, pinch, space, middle button", TEMPLATE, async (app) => {
  const { page } = app;
  const at = await app.grip("app");
  await page.mouse.move(at.x, at.y);
  const start = await camera(app);
  const under = async () => {
    const c = await camera(app);
    const host = await page.locator(".canvas-root").boundingBox();
    return { x: c.x + (at.x - host.x) / c.zoom, y: c.y + (at.y - host.y) / c.zoom };
  };
  const place = await under();
  await page.mouse.wheel(0, -100);
  const zoomed = await until(() => camera(app), (c) => c.zoom > start.zoom);
  const kept = await under();
  assert.ok(Math.hypot(kept.x - place.x, kept.y - place.y) < 1, "the wheel zooms at the pointer");
  await page.keyboard.down("Control");
  await page.mouse.wheel(0, 100);
  await page.keyboard.up("Control");
  await until(() => camera(app), (c) => c.zoom < zoomed.zoom);
  await page.mouse.wheel(30, 12);
  const panned = await camera(app);
  await app.keys("Escape");
  await app.keys("Control+0");
  assert.equal((await camera(app)).zoom, 1);
  await app.keys("Shift+Digit1");
  const fit = await camera(app);
  assert.notDeepEqual(fit, panned);
  await app.click("orders");
  await app.keys("Shift+Digit2");
  await until(() => camera(app), (c) => c.zoom > fit.zoom);

  const free = { x: at.x, y: at.y };
  for (const how of [{ button: "middle" }, { keys: ["Space"] }]) {
    await app.keys("Shift+Digit1");
    const before = await camera(app);
    await app.drag(free, { x: free.x - 80, y: free.y - 40 }, how);
    const after = await camera(app);
    assert.ok(Math.abs((after.x - before.x) * after.zoom - 80) < 2, JSON.stringify(how));
    assert.deepEqual((await app.document()).history.undo, undefined);
  }
});

story("a view keeps query, layers and place under a name, and brings them back", TEMPLATE, async (app) => {
  const { page } = app;
  const all = await shown(app);
  await app.tab("Views").click();
  await page.getByRole("combobox", { name: "Only show what this finds" }).fill("kind:database");
  const few = await until(() => shown(app), (ids) => ids.length < all.length);
  assert.deepEqual(sorted(few), ["data-tier", "frankfurt", "orders", "shop"]);
  await page.getByRole("navigation", { name: "What is shown" }).getByText("4 of 13 shown").waitFor();
  await page.getByRole("textbox", { name: "Name of the view" }).fill("Data only");
  await page.keyboard.press("Enter");
  const place = await camera(app);
  await page.getByRole("button", { name: "Everything", exact: true }).click();
  await until(() => shown(app), (ids) => ids.length === all.length);
  await page.getByRole("button", { name: /^Data only/ }).first().click();
  await until(() => shown(app), (ids) => ids.length === 4);
  // In whole units of the drawing.
  await until(() => camera(app), (at) => Math.abs(at.x - place.x) < 2 && Math.abs(at.zoom / place.zoom - 1) < 0.01);
  // A view is part of the design: it is saved with it, and can be taken back.
  assert.equal((await app.document()).history.undo, "Keep view Data only");
  // A name that another view has is not taken from it.
  const name = page.getByRole("textbox", { name: "Name of the view" });
  await name.fill("Data only");
  await name.press("Enter");
  await page.getByText("Another view has this name").waitFor();
  await name.fill("");
  assert.equal((await app.document()).history.undo, "Keep view Data only");
  const box = page.getByRole("textbox", { name: "Name", exact: true });
  await box.fill("Databases");
  await box.press("Enter");
  await app.untilDesign((d) => d.views["data-only"]?.title === "Databases" && d.views["data-only"].query === "kind:database");
  await page.getByRole("button", { name: "Remove view Databases" }).click();
  await app.untilDesign((d) => !d.views["data-only"]);
  // What is shown stays, though it has no name any more.
  assert.equal((await shown(app)).length, 4);
  await app.keys("Control+z");
  await app.untilDesign((d) => d.views["data-only"]);
});

story("a view has places of its own: what is moved there stays where it was in the drawing", TEMPLATE, async (app) => {
  const { page } = app;
  const at = async (id) => (await app.design()).layout.resources[id];
  const own = async (id) => (await app.design()).layouts["for-the-auditor"]?.resources[id];
  /** Where it is seen, in units of the drawing. */
  const seenAt = async (id) => {
    const { x, y } = await app.rect(id);
    const world = await page.evaluate((p) => globalThis.__gp.editor.clientToWorld(p), { x, y });
    return [world.x, world.y].map(Math.round);
  };
  const isSeenAt = (id, [x, y]) => until(() => seenAt(id), (p) => Math.abs(p[0] - x) < 2 && Math.abs(p[1] - y) < 2);
  const view = (name) => page.getByRole("button", { name, exact: true });
  const before = await at("orders");
  await app.tab("Views").click();
  await page.getByRole("textbox", { name: "Name of the view" }).fill("For the auditor");
  await page.keyboard.press("Enter");
  await page.getByRole("switch", { name: "Places of its own" }).click({ force: true });
  await app.untilDesign((d) => d.layouts["for-the-auditor"]);
  const from = await app.grip("orders");
  await app.drag(from, { x: from.x + 60, y: from.y });
  const moved = await until(() => own("orders"), (rect) => rect[0] > before[0]);
  assert.deepEqual(await at("orders"), before);
  await isSeenAt("orders", moved);

  await view("Everything").click();
  await isSeenAt("orders", before);
  await view("For the auditor").click();
  await isSeenAt("orders", moved);

  // What is made in the view has a place in the drawing, too.
  await app.command("server");
  const made = await app.untilDesign((d) => d.resources.server);
  assert.ok(made.layout.resources.server && made.layouts["for-the-auditor"].resources.server);

  // What is made in the drawing comes into the view when it is looked at.
  await view("Everything").click();
  await isSeenAt("orders", await at("orders"));
  await app.click("app");
  await app.keys("Control+d");
  const { resources } = await app.untilDesign((d) => Object.keys(d.resources).length === 15);
  const copy = Object.keys(resources).find((id) => !(id in made.resources));
  assert.equal(await own(copy), undefined);
  await view("For the auditor").click();
  await until(() => app.rect(copy), (r) => r.w > 0);
  const seen = await seenAt(copy);
  // Looking at it is no edit: its place is written down with the next one.
  assert.equal(await own(copy), undefined);
  await app.click("orders");
  await app.keys("ArrowLeft");
  const written = await until(() => own(copy), Boolean);
  assert.deepEqual(written.slice(0, 2), seen);
  await app.keys("ArrowRight");

  // Of what it shows alone it is laid out, and so it stays: away and back again, and in the file.
  await page.getByRole("combobox", { name: "Only show what this finds" }).fill("kind:database");
  await until(() => shown(app), (ids) => ids.length === 4);
  await app.command("Lay out everything");
  const tight = await until(() => own("shop"), ([, , , h]) => h < 250);
  await page.getByRole("button", { name: "Keep what is shown now" }).click();
  await app.untilDesign((d) => d.views["for-the-auditor"].query === "kind:database");
  const text = JSON.stringify((await app.design()).layouts);
  await view("Everything").click();
  await isSeenAt("orders", await at("orders"));
  await page.getByRole("button", { name: /^For the auditor/ }).first().click();
  await isSeenAt("shop", tight);
  assert.equal(JSON.stringify((await app.design()).layouts), text);
  await app.keys("Control+z", "Control+z");
  await app.untilDesign((d) => d.layouts["for-the-auditor"].resources.shop[3] > 250);
  await page.getByRole("combobox", { name: "Only show what this finds" }).fill("");

  // Without its own places it is drawn as the design is; undo gives them back.
  await page.getByRole("switch", { name: "Places of its own" }).click({ force: true });
  await app.untilDesign((d) => !d.layouts["for-the-auditor"]);
  await isSeenAt("orders", await at("orders"));
  await app.keys("Control+z");
  const back = await app.untilDesign((d) => d.layouts["for-the-auditor"]);
  await isSeenAt("orders", back.layouts["for-the-auditor"].resources.orders);
});

story("layers turn families, tags and links off and on, and what is off is not hit", TEMPLATE, async (app) => {
  const { page } = app;
  await app.tab("Views").click();
  const at = await app.grip("orders");
  await page.getByRole("switch", { name: "Data" }).click();
  await until(() => shown(app), (ids) => !ids.includes("orders"));
  assert.notEqual((await app.itemAt(at))?.id, "orders");
  await page.getByRole("switch", { name: "Data" }).click();
  await until(() => shown(app), (ids) => ids.includes("orders"));
  const label = await app.rect("entry-app");
  const on = { x: label.x + label.w / 2, y: label.y + label.h / 2 };
  await page.getByRole("switch", { name: "Links" }).click();
  await until(() => app.itemAt(on), (item) => item?.id !== "entry-app");
  await app.command("Show all parts");
  await until(() => app.itemAt(on), (item) => item?.id === "entry-app");
});

story("one container is worked in: the rest fades or hides, and breadcrumbs lead back", TEMPLATE, async (app) => {
  const { page } = app;
  await app.click("orders");
  await app.command("Work in this container");
  const bar = page.getByRole("navigation", { name: "What is shown" });
  await bar.getByRole("button", { name: "data", exact: true }).waitFor();
  assert.equal((await shown(app)).length, 13);
  await bar.getByRole("button", { name: "Hide the rest" }).click();
  assert.deepEqual(sorted(await until(() => shown(app), (ids) => ids.length === 2)), ["data-tier", "orders"]);
  await bar.getByRole("button", { name: "shop" }).click();
  await until(() => shown(app), (ids) => ids.includes("app") && !ids.includes("internet"));
  await bar.getByRole("button", { name: "All", exact: true }).click();
  await until(() => shown(app), (ids) => ids.length === 13);
});

story("what is not connected is hidden, and shown again", TEMPLATE, async (app) => {
  await app.command("Hide what is not connected");
  const ids = await until(() => shown(app), (one) => one.length < 13);
  assert.ok(ids.includes("app") && !ids.includes("way-out"));
  await app.page.getByRole("button", { name: "Show all parts" }).click();
  await until(() => shown(app), (one) => one.length === 13);
});

async function environment(app, from, to) {
  await app.button(`Environment: ${from}`).click();
  await app.page.getByRole("menuitem", { name: new RegExp(`^${to}`) }).click();
}

story("overlays mark what the internet reaches, what a month costs, what fails with its zone, what is found, and what changed, with a legend in words", TEMPLATE, async (app) => {
  const { page } = app;
  await app.command("Overlay: exposure");
  const legend = page.getByRole("region", { name: "Overlay: Exposure" });
  await legend.getByText("answers the internet").waitFor();
  assert.deepEqual(await marks(app), { entry: { tone: "warning", text: "internet 80, 443" } });

  await app.command("Overlay: availability");
  await page.getByRole("region", { name: "Overlay: Availability" }).getByText("stands in several zones").waitFor();
  const spread = await marks(app);
  assert.deepEqual(spread.app, { tone: "ok", text: "zones a, b" });
  assert.equal(spread.images, undefined, "a bucket stands in no zone");
  await app.click("app-tier");
  const session = await app.session();
  await app.call("design_edit", { session, edit: { edit: "set-attribute", resource: "app", path: ["zone"], value: "a" } });
  await until(() => marks(app), (all) => all?.app?.text === "zone a alone");
  await app.keys("Control+z");
  await until(() => marks(app), (all) => all?.app?.text === "zones a, b");

  await app.command("Overlay: cost");
  const cost = page.getByRole("region", { name: "Overlay: Cost" });
  await cost.getByText("Nobody is paid for what runs in test").waitFor();
  assert.deepEqual(await marks(app), {});
  await environment(app, "test", "production");
  await cost.getByText("the dearest: half of the sum").waitFor();
  const paid = await marks(app);
  assert.deepEqual(paid.app, { tone: "warning", text: "$152.51 a month" });
  assert.deepEqual(paid["web-tier"], { tone: "note", text: "$110.23 a month in it", plain: true });
  assert.deepEqual(paid.images, { tone: "off", text: "by use" });
  assert.equal(paid.orders.text, "from $27.40 a month", "no list has the price of its size");
  await environment(app, "production", "test");
  await until(() => marks(app), (all) => Object.keys(all ?? { waiting: 1 }).length === 0);

  await app.command("Overlay: differences");
  const changes = page.getByRole("region", { name: "Overlay: Differences" });
  await changes.getByText("Nothing changed since the last save").waitFor();
  await app.click("orders");
  await app.keys("ArrowRight");
  await changes.getByText("moved").waitFor();
  await until(() => marks(app), (all) => all?.orders?.text === "moved");
  await app.keys("Control+z");
  await changes.getByText("Nothing changed since the last save").waitFor();

  await app.command("Overlay: findings");
  await page.getByRole("region", { name: "Overlay: Findings" }).getByText("Nothing is found").waitFor();
  await page.getByRole("button", { name: "End Findings" }).click();
  assert.equal(await marks(app), null);
});
