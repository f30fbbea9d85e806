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
  assert.deepEqual(await camera(app), place);
  // Views are the window's, not the design's: there is nothing to save or to undo.
  assert.equal((await app.document()).history.undo, undefined);
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

story("overlays mark what the internet reaches, what is found, and what changed, with a legend in words", TEMPLATE, async (app) => {
  const { page } = app;
  await app.command("Overlay: exposure");
  const legend = page.getByRole("region", { name: "Overlay: Exposure" });
  await legend.getByText("answers the internet").waitFor();
  assert.deepEqual(await marks(app), { entry: { tone: "warning", text: "internet 80, 443" } });

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
