// The mini-map and the presentation: seeing the whole, and showing it.
import assert from "node:assert/strict";
import { story, until } from "../app.mjs";

const TEMPLATE = { serve: ["--template", "three-tier-web-shop"] };
const camera = (app) => app.page.evaluate(() => globalThis.__gp.camera());
const quiet = (app) => app.page.evaluate(() => globalThis.__gp.whenQuiet());
const map = (app) => app.page.getByRole("group", { name: /Mini-map/ });
/** What a point of the map stands for is the middle of the view. */
const middle = async (app) => {
  const { x, y, zoom } = await camera(app);
  const box = await app.page.locator(".canvas-root").boundingBox();
  return { x: x + box.width / 2 / zoom, y: y + box.height / 2 / zoom };
};
const near = (a, b, by) => Math.abs(a.x - b.x) <= by && Math.abs(a.y - b.y) <= by;

story("the mini-map comes with M, goes where it is pressed, drags the view, and is remembered", TEMPLATE, async (app) => {
  const { page } = app;
  await app.click("app");
  await app.keys("Escape", "m");
  await map(app).waitFor();
  await app.keys("Control+0");
  await quiet(app);
  const box = await map(app).boundingBox();
  const before = await camera(app);

  await page.mouse.click(box.x + 12, box.y + 12);
  const jumped = await until(() => camera(app), (c) => c.x !== before.x || c.y !== before.y);
  assert.equal(jumped.zoom, before.zoom);
  const corner = await middle(app);

  // The frame is taken at its middle, where the press left it.
  await page.mouse.move(box.x + 12, box.y + 12);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2, { steps: 6 });
  await page.mouse.up();
  const dragged = await middle(app);
  assert.ok(dragged.x > corner.x + 100 && dragged.y > corner.y + 50, JSON.stringify([corner, dragged]));

  await page.keyboard.press("ArrowRight");
  const walked = await until(() => middle(app), (at) => at.x > dragged.x + 10);
  assert.ok(near({ x: 0, y: walked.y }, { x: 0, y: dragged.y }, 1));
  await page.keyboard.press("Escape");
  await page.waitForFunction(() => document.activeElement?.classList.contains("canvas-root"));
  assert.equal((await app.document()).history.undo, undefined);

  await until(
    () => app.call("settings_get").then((all) => all.settings ?? all),
    (settings) => settings["minimap.on"] === true,
  );
  await page.reload();
  await page.waitForSelector("[data-ready=true]");
  await map(app).waitFor();
  await app.click("app");
  await app.keys("m");
  await map(app).waitFor({ state: "detached" });
});

story("a presentation shows the drawing alone, walks through the saved views, and Escape brings all back", TEMPLATE, async (app) => {
  const { page } = app;
  const keep = async (name) => {
    await page.getByRole("textbox", { name: "Name of the view" }).fill(name);
    await page.keyboard.press("Enter");
    await page.getByRole("button", { name, exact: true }).waitFor();
  };
  await app.tab("Views").click();
  await app.click("orders");
  await app.keys("Shift+Digit2");
  await keep("The database");
  await app.click("app");
  await app.keys("Shift+Digit2");
  await keep("The server");
  await app.click("app");
  await app.keys("Shift+Digit1");
  const before = await camera(app);
  const atOnce = (id) => async () => {
    const r = await page.evaluate((one) => globalThis.__gp.rectOf(one), id);
    return { x: r.x + r.w / 2, y: r.y + r.h / 2 };
  };
  const central = ({ x, y }) => Math.abs(x - 720) < 20 && Math.abs(y - 450) < 20;

  await app.command("Present");
  await page.getByText("1 of 2 · The database").waitFor();
  assert.equal(await page.locator(".top-bar, .left, .right, .drawer, .status-bar, .canvas-tools").locator("visible=true").count(), 0);
  await until(atOnce("orders"), central);
  await page.keyboard.press("ArrowRight");
  await page.getByText("2 of 2 · The server").waitFor();
  await until(atOnce("app"), central);
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("Delete");
  await page.keyboard.press("Control+z");
  await page.keyboard.press("ArrowLeft");
  await page.getByText("1 of 2 · The database").waitFor();

  await page.keyboard.press("Escape");
  await page.getByRole("toolbar", { name: "Presentation" }).waitFor({ state: "detached" });
  await until(() => camera(app), (c) => near(c, before, 0.01) && Math.abs(c.zoom - before.zoom) < 1e-6);
  await app.button("Deploy").first().waitFor();
  const { resources, views } = await app.design();
  assert.ok(resources.app, "nothing was taken away while it was shown");
  assert.equal(Object.keys(views).length, 2, "nor taken back");
  await app.click("orders");
  await app.keys("Delete");
  await app.untilDesign((d) => !d.resources.orders);
});
