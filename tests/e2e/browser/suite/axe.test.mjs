// axe-core over every panel, dialog and question of the real program, light and dark. A scene counts only
// when what it is named after is on the screen.
import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { stop, story } from "../app.mjs";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** What axe finds once the thing shows and nothing moves any more. */
async function faults(app, where, thing) {
  await thing.first().waitFor();
  await app.still();
  // Not a script element: the content policy would refuse it.
  await app.page.evaluate(AXE);
  const { violations } = await app.page.evaluate(() => globalThis.axe.run({ resultTypes: ["violations"] }));
  return violations.map(({ id, nodes }) => `${where}: ${id}: ${nodes[0].html.slice(0, 140)}`);
}

const role = (name, options) => (app) => app.page.getByRole(name, options);
const dialog = (name) => role("dialog", { name });
const inspector = (title) => (app) => app.page.locator(".inspector-head").getByRole("heading", { name: title });
const inspected = (title) => (app) => app.page.locator(`.inspector-head input[value="${title}"]`);
const tab = (name) => (app) => app.tab(name).click();
const command = (words) => (app) => app.command(words);

const FIND = { name: "Find", exact: true };

async function valueMenu(app) {
  await app.page.locator("[data-attribute=cpu]").hover();
  await app.button("More about vcpu").click();
}

async function many(app) {
  await app.page.keyboard.press("Escape");
  await app.click("orders", ["Shift"]);
}

/** Name, how to get there, what shows then. What is a dialog is closed again. */
const PANELS = [
  ["parts", tab("Parts"), (app) => app.page.locator(".part")],
  ["problems", tab("Problems"), (app) => app.page.getByText("Nothing found: the design holds")],
  ["outline", tab("Outline"), role("tree", { name: "Outline of the design" })],
  ["the outline's links", (app) => app.button("Show links").click(), role("treeitem", { name: /^link to Orders/ })],
  ["a server", (app) => app.click("app"), inspected("App server")],
  ["a value's menu", valueMenu, role("menuitem", { name: "Make it a variable" })],
  ["many", (app) => many(app), (app) => app.page.getByText("A change here is made in all of them")],
  ["a link", (app) => app.click("app-orders"), inspector("App server → Orders")],
  ["many things", (app) => app.click("app").then(() => app.keys("Control+a")), (app) => app.page.getByText("A change here is made in all of them")],
  ["the design", (app) => app.keys("Escape", "Escape"), role("region", { name: "Environments" })],
  ["views", tab("Views"), role("region", { name: "Saved views" })],
  ["find", (app) => typed(app, "Control+f", FIND, "kind:ser"), role("listbox", { name: "What may be asked" })],
  ["a query that is wrong", (app) => app.page.getByRole("combobox", FIND).fill("cpu>big"), (app) => app.page.getByText("a number should follow cpu>")],
  ["a container in focus", async (app) => (await app.keys("Escape", "Escape"), await app.click("orders"), await app.command("Work in this container")), role("navigation", { name: "What is shown" })],
  ["an overlay", command("Overlay: findings"), role("region", { name: "Overlay: Findings" })],
  ["ports in place", async (app) => (await app.command("Show all parts"), await app.click("app-orders"), await typed(app, "Enter", { name: /^Ports from/ }, "s")), role("listbox", { name: "What may be meant" })],
  ["deploy", async (app) => (await app.keys("Escape", "Escape"), await app.tab("Deploy").click()), (app) => app.page.getByText("Nothing of this design runs in test")],
  ["a plan", (app) => app.button("Plan a deploy").click(), (app) => app.page.locator(".plan").getByText(/to create/)],
  ["proof", tab("Proof"), (app) => app.page.getByText("Pick two ends")],
  ["intents", tab("Intents"), (app) => app.page.locator(".proof-panel .mark")],
  ["matrix", tab("Matrix"), role("table", { name: "Who reaches whom" })],
  ["figures", tab("Figures"), role("table", { name: "Addresses" })],
  ["what nobody is paid for", tab("Cost"), (app) => app.page.getByText("Nobody is paid for what runs in test")],
  ["what things cost", (app) => app.button("Look at production").click(), role("table", { name: "Cost" })],
  ["the cost overlay", command("Overlay: cost"), (app) => app.page.getByText("the dearest: half of the sum")],
  ["a bill", (app) => app.button("What Orders is billed for").click(), role("row", { name: /no price is known/ })],
  ["no cables", tab("Cables"), (app) => app.page.getByText("No cable is drawn yet")],
  ["zones", tab("Zones"), role("table", { name: "Zones" })],
  ["versions", tab("Versions"), (app) => app.page.locator(".versions-panel, .empty")],
  ["code", tab("Code"), (app) => app.page.locator(".code-line")],
  ["no terminal", tab("Terminal"), (app) => app.page.getByText("No lab runs here")],
  ["an empty log", tab("Log"), (app) => app.page.getByText("Nothing to report")],
];
const DIALOGS = [
  ["an environment", (app) => app.button("production").or(app.page.getByRole("button", { name: /^production/ })).first().click(), dialog("Environment production")],
  ["a new environment", command("Add environment"), dialog("New environment")],
  ["the coverage matrix", command("Coverage"), dialog("Coverage")],
  ["a new intent", command("Add intent"), dialog(/intent/i)],
  ["export", (app) => app.button("Export").click(), (app) => app.page.getByText("network.tf")],
  ["do anything", (app) => app.page.keyboard.press("Control+k"), dialog("Do anything")],
  ["shortcuts", command("Shortcuts"), dialog("Shortcuts")],
  ["what a kind is", (app) => app.click("orders").then(() => app.keys("F1")), dialog("Database")],
  ["add a part", command("Add a part"), dialog("Add a part")],
  ["file picker", command("Save as"), dialog("Save the design as")],
  ["the menu of a thing", (app) => app.click("app").then(() => app.keys("Shift+F10")), role("menu")],
  ["the main menu", (app) => app.button("Main menu").click(), role("menu")],
  ["the zoom menu", (app) => app.page.getByRole("button", { name: /^Zoom:/ }).click(), role("menu")],
  ["link to", (app) => app.click("app").then(() => app.command("Link to")), dialog("Link App server to")],
  ["move into", command("Move into"), dialog("Move App server into")],
  ["unsaved edits", (app) => editAndClose(app), role("alertdialog", { name: /^Save “Web shop” first/ })],
];

async function typed(app, key, field, text) {
  await app.page.keyboard.press(key);
  await app.page.getByRole("combobox", field).waitFor();
  await app.page.keyboard.type(text);
}

async function editAndClose(app) {
  await app.click("app");
  await app.keys("ArrowRight");
  await app.untilDesign((d) => d.layout.resources.app[0] === 368);
  await app.command("Close design");
}

for (const theme of ["light", "dark"]) {
  story(`axe finds nothing, ${theme}`, { theme }, async (app) => {
    const { page } = app;
    const found = await faults(app, "start", page.locator(".start-card"));
    await page.locator("[data-template=three-tier-web-shop]").click();
    await page.getByText("4 of 4 intents proven").waitFor();
    for (const [name, go, shown] of PANELS) {
      await go(app);
      found.push(...(await faults(app, name, shown(app))));
    }
    await app.keys("Escape");
    for (const [name, go, shown] of DIALOGS) {
      await go(app);
      found.push(...(await faults(app, name, shown(app))));
      await page.keyboard.press("Escape");
      await page.locator("[role=dialog], [role=alertdialog], [role=menu]").waitFor({ state: "detached" });
    }
    assert.deepEqual(found, []);
    assert.deepEqual(app.faults, []);
  });

  const file = {
    theme,
    serve: async (place) => {
      const path = join(place.folder, "shop.gplan");
      place.command("new", path, "--template", "three-tier-web-shop");
      return [path];
    },
  };
  story(`axe finds nothing in the questions about a file, ${theme}`, file, async (app) => {
    const path = join(app.folder, "shop.gplan");
    await app.click("app");
    await app.keys("ArrowRight");
    await app.untilDesign((d) => d.layout.resources.app[0] === 368);
    await app.tab("Log").click();
    const found = await faults(app, "log", app.page.getByRole("log").locator(".log-line"));
    await stop(app.server.child, "SIGKILL");
    const again = await app.place.open({ ...file, serve: [path] });
    const asked = (name) => again.page.getByRole("alertdialog", { name });
    found.push(...(await faults(again, "recovery", asked("There are edits that were not saved"))));
    await again.button("Use the recovered version").click();
    await again.untilDesign((d) => d.layout.resources.app[0] === 368);
    await writeFile(path, `${await readFile(path, "utf8")}# theirs\n`);
    await again.page.keyboard.press("Control+s");
    found.push(...(await faults(again, "changed on disk", asked("Another program changed this file"))));
    await stop(again.server.child, "SIGKILL");
    const third = await app.place.open({ ...file, serve: [path] });
    const both = third.page.getByRole("alertdialog").getByRole("region", { name: "Recovered" });
    found.push(...(await faults(third, "recovery beside a changed file", both)));
    assert.deepEqual(found, []);
  });
}
