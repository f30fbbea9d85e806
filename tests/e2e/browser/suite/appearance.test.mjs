// How it looks and listens: themes, contrast, the sheet of shortcuts, and keys that stay letters while somebody types.
import assert from "node:assert/strict";
import { story, until } from "../app.mjs";

const TEMPLATE = { serve: ["--template", "three-tier-web-shop"] };
const look = ({ page }) => page.evaluate(() => ({ ...document.documentElement.dataset }));
/** The middle colour of the drawing's ground, as it is on the screen. */
const ground = async ({ page }) => {
  const png = await page.locator(".canvas-host").screenshot();
  return page.evaluate(async (bytes) => {
    const picture = await createImageBitmap(new Blob([new Uint8Array(bytes)]));
    const canvas = new OffscreenCanvas(1, 1);
    const to = canvas.getContext("2d");
    to.drawImage(picture, 6, picture.height / 2, 1, 1, 0, 0, 1, 1);
    return [...to.getImageData(0, 0, 1, 1).data.slice(0, 3)];
  }, [...png]);
};
const bright = (colour) => colour.reduce((a, b) => a + b) / 3;

story("light, dark, as the system has it, and more contrast: chosen by words, remembered, and the drawing follows", TEMPLATE, async (app) => {
  const { page } = app;
  assert.equal((await look(app)).theme, "light");
  assert.ok(bright(await ground(app)) > 200);
  await app.command("Dark theme");
  await until(() => look(app), ({ theme }) => theme === "dark");
  await until(() => ground(app), (colour) => bright(colour) < 60);
  await page.reload();
  await page.waitForSelector("[data-ready=true]");
  assert.equal((await look(app)).theme, "dark");
  await app.command("Theme of the system");
  await until(() => look(app), ({ theme }) => theme === "light");
  await page.emulateMedia({ colorScheme: "dark" });
  await until(() => ground(app), (colour) => bright(colour) < 60);
  await app.command("Light theme");
  await until(() => ground(app), (colour) => bright(colour) > 200);
  assert.equal((await look(app)).contrast, "normal");
  await app.command("High contrast on or off");
  await until(() => look(app), ({ contrast }) => contrast === "more");
});

story("the sheet of shortcuts comes with ?, and what it lists is what the keys do", TEMPLATE, async (app) => {
  const { page } = app;
  await app.click("app");
  await app.keys("?");
  const sheet = page.getByRole("dialog", { name: "Shortcuts" });
  await sheet.getByText("Show everything").waitFor();
  await sheet.getByText("Mini-map on or off").first().waitFor();
  await app.keys("Escape");
  await sheet.waitFor({ state: "detached" });
  await app.keys("m");
  await page.getByRole("region", { name: /map/i }).or(page.getByLabel(/map/i)).first().waitFor();
});

story("while somebody types, letters are letters: no tool is taken, nothing is deleted", TEMPLATE, async (app) => {
  const { page } = app;
  const tool = () => page.evaluate(() => globalThis.__gp.editor.tool.get());
  await app.click("app");
  await app.keys("Alt+Enter");
  const title = page.getByRole("textbox", { name: "Title" });
  await title.fill("");
  await page.keyboard.type("lmh?/ 1");
  await page.keyboard.press("Backspace");
  await page.keyboard.press("Delete");
  assert.equal(await tool(), "select");
  assert.equal(await page.getByRole("dialog").count(), 0);
  assert.ok((await app.design()).resources.app);
  await page.keyboard.press("Enter");
  await app.untilDesign((d) => d.resources.app.title === "lmh?/");
});
