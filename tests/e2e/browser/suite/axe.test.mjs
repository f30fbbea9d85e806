// axe-core over every panel and dialog of the real program, light and dark.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { story } from "../app.mjs";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

async function faults(app, where) {
  await app.page.waitForTimeout(250);
  // Not a script element: the content policy would refuse it.
  await app.page.evaluate(AXE);
  const { violations } = await app.page.evaluate(() => globalThis.axe.run({ resultTypes: ["violations"] }));
  return violations.map(({ id, nodes }) => `${where}: ${id}: ${nodes[0].html.slice(0, 140)}`);
}

const dialog = (words) => async (app) => app.command(words);
const SCENES = [
  ["parts and problems", async () => {}],
  ["outline and a server", async (app) => [await app.tab("Outline").click(), await app.click("app")]],
  ["views", (app) => app.tab("Views").click()],
  ["deploy", (app) => app.tab("Deploy").click()],
  ["proof", (app) => app.tab("Proof").click()],
  ["intents", (app) => app.tab("Intents").click()],
  ["matrix", (app) => app.tab("Matrix").click()],
  ["code", (app) => app.tab("Code").click()],
  ["log", (app) => app.tab("Log").click()],
  ["export", (app) => app.button("Export").click(), true],
  ["do anything", (app) => app.page.keyboard.press("Control+k"), true],
  ["shortcuts", dialog("Shortcuts"), true],
  ["add a part", dialog("Add a part"), true],
  ["file picker", dialog("Save as"), true],
];

for (const theme of ["light", "dark"]) {
  story(`axe finds nothing, ${theme}`, { theme }, async (app) => {
    await app.page.waitForSelector(".start-card");
    const found = await faults(app, "start");
    await app.page.locator("[data-template]").first().click();
    await app.page.waitForSelector("[data-ready=true]");
    for (const [name, go, closes] of SCENES) {
      await go(app);
      found.push(...(await faults(app, name)));
      if (closes) await app.page.keyboard.press("Escape");
    }
    assert.deepEqual(found, []);
    assert.deepEqual(app.faults, []);
  });
}
