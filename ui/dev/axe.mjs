// Runs axe-core over every panel and dialog, in both themes, in Chromium: `npm run axe`.
// Ends with 1 where it finds anything, 2 where there is no Chromium.
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { chromium } from "playwright-core";
import { createServer } from "vite";

const CHROMIUM = process.env.GP_CHROMIUM ?? "/usr/bin/chromium";
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

const select = (id) => (page) =>
  page.evaluate((one) => window.dev.desk.editor().select(one), { resources: [], links: [], ...id });
const command = (name) => async (page) => {
  await page.keyboard.press("Control+k");
  await page.keyboard.type(name);
  await page.keyboard.press("Enter");
};

/** Name, query of the page, what is done there. */
const SCENES = [
  ["start", "start", []],
  ["problems, parts", "tab=problems&left=parts", []],
  ["deploy, outline, server", "tab=deploy&left=outline", [select({ resources: ["app"] })]],
  ["many", "tab=log&left=views", [select({ resources: ["app", "orders"] })]],
  ["balancer", "tab=problems", [select({ resources: ["entry"] })]],
  ["link", "tab=proof", [select({ links: ["app-orders"] })]],
  ["proof intents", "tab=proof", [(page) => page.getByRole("tab", { name: "Intents" }).click()]],
  ["proof matrix", "tab=proof", [(page) => page.getByRole("tab", { name: "Matrix" }).click()]],
  ["proof ends", "tab=proof", [(page) => page.getByRole("button", { name: "Question" }).click()]],
  ["figures", "tab=figures", []],
  ["versions", "tab=versions", []],
  ["terminal", "tab=terminal", []],
  [
    "outline with links",
    "left=outline",
    [(page) => page.getByRole("button", { name: "Show links" }).click()],
  ],
  ["explain", "tab=problems", [(page) => page.getByRole("treegrid").press("x")]],
  ["code", "tab=code", [select({ resources: ["orders"] })]],
  ["plan", "tab=deploy", [(page) => page.getByRole("button", { name: "Plan changes" }).click()]],
  ["palette", "tab=problems", [(page) => page.keyboard.press("Control+k")]],
  ["help", "tab=problems", [(page) => page.keyboard.press("?")]],
  ["add a part", "tab=problems", [command("add a part")]],
  ["export", "tab=problems", [(page) => page.getByRole("button", { name: "Export", exact: true }).click()]],
  ["intent", "tab=problems", [(page) => page.getByRole("button", { name: "Add intent" }).click()]],
  ["environment", "tab=problems", [(page) => page.getByRole("button", { name: "Add environment" }).click()]],
  ["waive", "tab=problems", [(page) => page.getByRole("treegrid").press("w")]],
  ["main menu", "tab=problems", [(page) => page.getByRole("button", { name: "Main menu" }).click()]],
  ["save as, file picker", "tab=problems", [command("save as")]],
  ["recovery", "tab=problems&recovery", []],
  ["read-only", "tab=problems&read-only", []],
  ["mini-map", "tab=problems", [command("mini-map"), (page) => page.locator(".minimap").waitFor()]],
  ["presentation", "tab=problems", [command("present")]],
  ["empty design", "empty&tab=deploy&left=outline", []],
];

if (!existsSync(CHROMIUM)) {
  console.error(`axe was skipped: there is no ${CHROMIUM} (set CHROMIUM)`);
  process.exit(2);
}
const server = await createServer({ server: { port: 0, strictPort: false }, logLevel: "error" });
await server.listen();
const address = `http://localhost:${server.httpServer.address().port}/dev/`;
const browser = await chromium.launch({
  executablePath: CHROMIUM,
  args: ["--headless", "--no-sandbox", "--disable-gpu"],
});
let found = 0;
for (const theme of ["light", "dark"]) {
  for (const [name, query, steps] of SCENES) {
    const page = await browser.newPage({ viewport: { width: 1440, height: 900 }, reducedMotion: "reduce" });
    page.on("pageerror", (fault) => {
      found += 1;
      console.error(`${theme} ${name}: ${fault.message}`);
    });
    await page.goto(`${address}?theme=${theme}&${query}`);
    await page.waitForSelector(query.startsWith("start") ? ".start-card" : "[data-ready=true]");
    await page.waitForTimeout(300);
    for (const step of steps) await step(page);
    await page.waitForTimeout(250);
    await page.evaluate(axe);
    const { violations } = await page.evaluate(() => window.axe.run({ resultTypes: ["violations"] }));
    for (const { id, help, nodes } of violations) {
      found += 1;
      console.error(`${theme} ${name}: ${id}: ${help}`);
      for (const node of nodes.slice(0, 3))
        console.error(`    ${node.html.slice(0, 160)}\n    ${node.any[0]?.message ?? ""}`);
    }
    await page.close();
  }
}
console.log(`${SCENES.length * 2} pages looked at, ${found} faults`);
await browser.close();
await server.close();
process.exit(found === 0 ? 0 : 1);
