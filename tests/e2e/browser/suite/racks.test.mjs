// Racks and cables by mouse and keyboard against the real core: the elevation, its power, the schedule.
import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { story, until } from "../app.mjs";

const HALL = `format = 1
[resource.hall]
kind = "site"
[resource.r1]
kind = "rack"
parent = "hall"
title = "Rack 1"
units = 12
feed-a = 2
feed-b = 2
[resource.leaf]
kind = "switch"
parent = "r1"
title = "Leaf"
unit = 12
[resource.one]
kind = "physical-server"
parent = "r1"
title = "Orders"
unit = 4
height = 2
[resource.two]
kind = "physical-server"
parent = "r1"
title = "Spare"
[link.c2]
from = "one"
to = "leaf"
from-port = "nic2"
[link.c1]
from = "one"
to = "leaf"
from-port = "nic1"
to-port = 7
medium = "cat6a"
`;
const FLOOR = {
  serve: async (place) => {
    const path = join(place.folder, "hall.gplan");
    await writeFile(path, HALL);
    return [path];
  },
};
const edit = async (app, one) => app.call("design_edit", { session: await app.session(), edit: one });
const clipboard = (app) => app.page.evaluate(() => navigator.clipboard.readText());

async function rack(app) {
  await app.tab("Outline").click();
  await app.page.getByRole("treeitem", { name: /Rack 1/ }).first().click();
  return app.page.getByRole("region", { name: "Elevation" });
}

story("a rack is seen from the front: what fills it, what has no place yet, and where that fits", FLOOR, async (app) => {
  const front = await rack(app);
  const blocks = front.getByRole("list", { name: "In Rack 1, from the top" }).getByRole("button");
  const names = () => blocks.evaluateAll((all) => all.map((one) => one.getAttribute("aria-label")));
  await until(names, (all) => all.join() === "Leaf, U12, 150 W on A and B,Orders, U4–5, 400 W on A and B");
  await front.getByText("9 of 12 units free").waitFor();
  await front.getByRole("button", { name: "Put at U1", exact: true }).click();
  await until(names, (all) => all.at(-1) === "Spare, U1, 400 W on A and B");
  assert.equal((await app.design()).resources.two.attributes.unit, 1);
  await front.getByText("8 of 12 units free").waitFor();
  const [top, low] = await Promise.all([blocks.first().boundingBox(), blocks.last().boundingBox()]);
  assert.ok(top.y < low.y && Math.abs(top.width - low.width) < 1);
  await edit(app, { edit: "set-attribute", resource: "two", path: ["unit"], value: 5 });
  await until(names, (all) => all.filter((name) => name.endsWith("with something else in the same unit")).length === 2);
  await front.getByRole("button", { name: "Copy the elevation" }).click();
  await until(() => clipboard(app), (text) => text.startsWith("Rack 1, 12 U, 9 free\nU12\tLeaf\t150 W\tA and B\nU11\t–\n"));
});

story("in a rack arrows go from one thing to the next, and Enter goes to it", FLOOR, async (app) => {
  const front = await rack(app);
  const blocks = front.getByRole("list", { name: "In Rack 1, from the top" }).getByRole("button");
  await blocks.first().focus();
  await app.keys("ArrowDown");
  await until(() => app.page.evaluate(() => document.activeElement?.getAttribute("aria-label")), (name) => name?.startsWith("Orders"));
  await app.keys("Home");
  assert.equal(await blocks.first().evaluate((one) => one === document.activeElement), true);
  await app.keys("End", "Enter");
  await until(() => app.selected(), (all) => all.join() === "one");
});

story("a feed that cannot carry all of it when the other fails is said in the rack and among the problems", FLOOR, async (app) => {
  const front = await rack(app);
  await front.getByText("0.47 of 2 kW, 0.95 kW if B fails").waitFor();
  await edit(app, { edit: "set-attribute", resource: "r1", path: ["feed-a"], value: 0.8 });
  await front.getByText("0.47 of 0.8 kW, 0.95 kW if B fails").waitFor();
  await front.locator(".over .mark.error").waitFor();
  await app.page.getByText("feed A of “Rack 1” delivers 0.8 kW, but has to carry 0.95 kW when feed B fails", { exact: false }).first().waitFor();
});

story("the cable schedule names both ends of every cable, and is copied as a table", FLOOR, async (app) => {
  const { page } = app;
  await app.tab("Figures").click();
  await page.getByRole("tab", { name: "Cables", exact: true }).click();
  const table = page.getByRole("table", { name: "Cables" });
  await table.getByRole("row", { name: /c1 Orders port nic1 Rack 1 · U4 Leaf port 7 Rack 1 · U12 cat6a/ }).waitFor();
  await table.getByRole("row", { name: /c2 .*Leaf no port yet/ }).waitFor();
  await app.button("Copy as CSV").click();
  const text = await until(() => clipboard(app), (copied) => copied.startsWith("Cable,From site"));
  assert.equal(text.split("\n")[1], "c1,hall,Rack 1,4,Orders,nic1,hall,Rack 1,12,Leaf,7,cat6a,,,");
  await table.getByRole("button", { name: "c2" }).click();
  const port = page.getByRole("textbox", { name: "Port of Leaf" });
  await port.fill("8");
  await port.press("Enter");
  await table.getByRole("row", { name: /c2 .*Leaf port 8/ }).waitFor();
  assert.equal((await app.design()).links.c2.attributes["to-port"], 8);
});
