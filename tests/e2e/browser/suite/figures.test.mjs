// Figures by mouse and keyboard against the real core: addresses, and what a month costs.
import assert from "node:assert/strict";
import { join } from "node:path";
import { story, until } from "../app.mjs";

const TEMPLATE = { serve: ["--template", "three-tier-web-shop"] };
const FILE = {
  serve: async (place) => {
    const path = join(place.folder, "shop.gplan");
    place.command("new", path, "--template", "three-tier-web-shop");
    return [path];
  },
};
const edit = async (app, one) => app.call("design_edit", { session: await app.session(), edit: one });

story("figures count addresses as they are used, and nothing that nobody knows", TEMPLATE, async (app) => {
  const { page } = app;
  await app.tab("Figures").click();
  const table = page.getByRole("table", { name: "Addresses" });
  await table.getByRole("row", { name: /app · zone a .*1 used/ }).waitFor();
  await page.getByText("4 vCPU").or(page.getByText("6 vCPU")).first().waitFor();
  await edit(app, { edit: "set-attribute", resource: "app", path: ["count"], value: 6 });
  await table.getByRole("row", { name: /app · zone a .*3 used/ }).waitFor();
  await table.getByRole("button", { name: "app · zone a" }).click();
  await until(() => app.selected(), (all) => all.join() === "app-tier");
});

story("figures say what a month costs, what each part is billed for, and what an edit makes of it", TEMPLATE, async (app) => {
  const { page } = app;
  await app.tab("Figures").click();
  await page.getByRole("tab", { name: "Cost", exact: true }).click();
  await page.getByText("Nobody is paid for what runs in test").waitFor();
  await app.button("Look at production").click();
  const table = page.getByRole("table", { name: "Cost" });
  const rows = () => table.getByRole("row").allInnerTexts();
  const named = (all) => all.map((text) => text.split("\n")[0].trim());
  await until(rows, (all) => named(all).join() === "App server,Way out,Orders,Entry,Scratch,Images");
  const sums = page.getByRole("region", { name: "Sums" });
  await sums.getByText("$299.66").waitFor();
  await sums.getByText("SkyPilot catalog").waitFor();
  await app.button("What Way out is billed for").click();
  await table.getByRole("row", { name: /NAT gateway.*2 × \$0.052 an hour \(2026-08-15\)/ }).waitFor();
  await app.button("What Way out is billed for").click();
  await until(rows, (all) => all.length === 6);
  await edit(app, { edit: "set-attribute", resource: "way-out", path: ["spread"], value: "regional" });
  await sums.getByText("−$41.61").waitFor();
  await app.keys("Control+z");
  await sums.getByText("+$41.61").waitFor();
  await page.getByRole("button", { name: /Group/ }).click();
  await page.getByRole("option", { name: "By container" }).click();
  await until(rows, (all) => named(all).join() === "Frankfurt,shop,app,web,data");
  await table.getByRole("button", { name: "web", exact: true }).click();
  await until(() => app.selected(), (all) => all.join() === "web-tier");
});

story("what links move is in the sum, and unknown prices make it a least", TEMPLATE, async (app) => {
  const { page } = app;
  await app.tab("Figures").click();
  await page.getByRole("tab", { name: "Cost", exact: true }).click();
  await app.button("Look at production").click();
  const sums = page.getByRole("region", { name: "Sums" });
  await sums.getByText("A month, at least").waitFor();
  await edit(app, { edit: "set-link", id: "visitors-entry", traffic: "1 TB/month" });
  const table = page.getByRole("table", { name: "Cost" });
  await table.getByRole("row", { name: /\$83\.82.*traffic/ }).waitFor();
  await sums.getByText("+$83.82").waitFor();
  await edit(app, { edit: "set-attribute", resource: "app", path: ["os"], value: "windows" });
  await table.getByRole("row", { name: /App server.*from \$/ }).waitFor();
  // The price of Windows there is in no list: what that edit makes of the sum cannot be told.
  await until(() => sums.innerText(), (text) => !text.includes("By the last edit"));
  await page.getByRole("button", { name: /Group/ }).click();
  await page.getByRole("option", { name: "By container" }).click();
  await table.getByRole("row", { name: /What links move.*\$83\.82/ }).waitFor();
  await table.getByRole("row", { name: /data.*from \$27\.40.*not all of it is known/ }).waitFor();
});

story("figures say what a lost zone takes along, and follow an edit", TEMPLATE, async (app) => {
  const { page } = app;
  await app.tab("Figures").click();
  await page.getByRole("tab", { name: "Zones", exact: true }).click();
  const table = page.getByRole("table", { name: "Zones" });
  await table.getByRole("row", { name: /Orders.*a, b.*survives any one/ }).waitFor();
  await edit(app, { edit: "set-attribute", resource: "orders", path: ["standby"], value: false });
  await table.getByRole("row", { name: /Orders.*a.*fails with it/ }).waitFor();
  await page.getByRole("region", { name: "Lost with a zone" }).getByText("With zone a go").waitFor();
  await table.getByRole("button", { name: "Orders" }).click();
  await until(() => app.selected(), (all) => all.join() === "orders");
});

story("windows of one design look at it in one environment, and closing it leaves no complaint", FILE, async (app) => {
  const { page } = app;
  await app.tab("Figures").click();
  const other = await app.window();
  await app.button("Environment: test").click();
  await page.getByRole("menuitem", { name: /^production/ }).click();
  await other.page.getByText("Another window went to environment “production”").waitFor();
  await other.button("Environment: production").waitFor();
  await app.button("Environment: production").waitFor();
  await other.page.close();
  await app.command("Close design");
  await page.locator("[data-template=three-tier-web-shop]").waitFor();
  await page.waitForTimeout(300);
  assert.deepEqual(await page.locator(".toast").allInnerTexts(), []);
});
