// Playing with a running lab: switched off by mouse, keys and inspector, seen on the drawing, on again, and never drawn.
import assert from "node:assert/strict";
import { join } from "node:path";
import { story, until } from "../app.mjs";

const LAB = { serve: ["--template", "three-tier-web-shop"], lab: true };

/** A picture to look at, where somebody asked for one. */
const picture = async ({ page }, name) => {
  const folder = process.env.GP_PICTURES;
  if (folder) await page.screenshot({ path: join(folder, `live-${name}.png`) });
};

async function deployed(app) {
  await app.page.getByText("4 of 4 intents proven").waitFor();
  await app.button("Deploy").click();
  await app.button("Approve and deploy").click();
  await app.page.getByText("proof and packets agree").waitFor();
  return { session: await app.session(), environment: "test" };
}

/** What the drawing shows of the lab. */
const lab = (app) => app.page.evaluate(() => globalThis.__gp.lab());

const off = async (app, at) => ((await app.call("deploy_status", at)).off ?? []).map(({ name }) => name);

story("a server is switched off from its menu, the balancer and the links show it, and one button brings it back", LAB, async (app) => {
  const { page } = app;
  const at = await deployed(app);
  const before = await app.design();
  await until(() => lab(app), (shown) => shown?.links["visitors-entry"]?.how === "answers");
  await picture(app, "running");

  const place = await app.grip("app");
  await page.mouse.click(place.x, place.y, { button: "right" });
  await page.getByRole("menuitem", { name: "Switch off in the lab" }).click();
  await page.getByText("1 thing switched off:").waitFor();
  assert.deepEqual(await off(app, at), ["app"]);
  const dark = await until(() => lab(app), (shown) => shown?.links["app-orders"]?.how === "silent" && shown.tags.entry);
  assert.deepEqual(dark.off, ["app"]);
  assert.equal(dark.tags.entry.text, "no target left");
  await app.click("entry");
  await page.getByRole("region", { name: "In the lab" }).getByText(/^out for/).first().waitFor();
  await picture(app, "off");

  await page.getByRole("button", { name: "Switch on", exact: true }).first().click();
  await until(() => off(app, at), ({ length }) => length === 0);
  await until(() => lab(app), (shown) => shown.off.length === 0 && shown.links["app-orders"].how === "answers" && !shown.tags.entry);
  assert.deepEqual(await app.design(), before, "nothing of it is in the drawing, or in what Undo would undo");
});

story("a link is switched off by keys, one of two servers in the inspector, and Verify says why", LAB, async (app) => {
  const { page } = app;
  const at = await deployed(app);
  await app.click("app-orders");
  await app.keys("Control+Shift+o");
  await until(() => lab(app), (shown) => shown?.links["app-orders"]?.how === "off");
  await page.getByRole("region", { name: "In the lab" }).getByText("Switched off").waitFor();

  await app.click("app");
  await page.getByRole("button", { name: /^Switch off: .*0/ }).click();
  await until(() => lab(app), (shown) => shown?.tags.app?.text === "1 of 2 off");
  await page.getByText("2 things switched off:").waitFor();
  await picture(app, "link-and-instance");
  await page.emulateMedia({ colorScheme: "dark" });
  await app.idle();
  await picture(app, "dark");
  await page.locator(".drawer-slot").getByRole("button", { name: "Verify again" }).click();
  const { verification } = await until(() => app.call("deploy_status", at), ({ state, verification }) => state === "running" && verification?.disagreements.length > 0);
  const reasons = new Set(verification.disagreements.map(({ because }) => because));
  assert.deepEqual([...reasons].sort(), ["app[0] is switched off here", "link:app-orders is switched off here"]);

  await app.command("Switch everything on in the lab");
  await until(() => off(app, at), ({ length }) => length === 0);
});

story("links show what they carry only as long as that is wanted", LAB, async (app) => {
  const { page } = app;
  await deployed(app);
  const live = page.getByRole("button", { name: "Live", exact: true });
  await until(() => lab(app), (shown) => Object.keys(shown?.links ?? {}).length > 3);
  await live.click();
  await until(() => lab(app), (shown) => shown === null);
  await page.getByRole("button", { name: "Live is off" }).click();
  await until(() => lab(app), (shown) => Object.keys(shown?.links ?? {}).length > 3);
});
