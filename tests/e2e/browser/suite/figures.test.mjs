// Figures by mouse and keyboard against the real core: addresses, and what a month costs.
import { story, until } from "../app.mjs";

const TEMPLATE = { serve: ["--template", "three-tier-web-shop"] };
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
