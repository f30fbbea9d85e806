// A terminal in a server of the running lab, from the drawing.
import assert from "node:assert/strict";
import { story, until } from "../app.mjs";

const LAB = { serve: ["--template", "three-tier-web-shop"], lab: true };

async function deploy(app) {
  const { page } = app;
  await page.getByText("4 of 4 intents proven").waitFor();
  await app.button("Deploy").click();
  await app.button("Approve and deploy").click();
  await page.getByText("proof and packets agree").waitFor();
}

const screen = ({ page }) => page.locator(".xterm-rows");
const shows = (app, words) => until(() => screen(app).innerText(), (text) => words.test(text.replaceAll("\u00a0", " ")));

async function doubleClick(app, id) {
  const { x, y } = await app.grip(id);
  await app.page.mouse.dblclick(x, y);
}

const type = async ({ page }, line) => {
  await page.keyboard.type(line);
  await page.keyboard.press("Enter");
};

story("a double click edits the title of a server that does not run, and opens a shell in one that does", LAB, async (app) => {
  const { page } = app;
  await doubleClick(app, "app");
  await page.locator("input.canvas-text, .canvas-host input, .canvas-host textarea").first().waitFor();
  await page.keyboard.press("Escape");
  await deploy(app);
  await doubleClick(app, "app");
  await shows(app, /app-0:~\$/);
  await type(app, "hostname; cat /etc/resolv.conf");
  await shows(app, /^app-0$[^]*nameserver 169\.254\.169\.253/m);
  // What the drawing opens for it answers; the address has the name that it is drawn with.
  await type(app, "exec 3<>/dev/tcp/orders/5432 && echo it answers");
  await shows(app, /^it answers$/m);
  // Another instance, in a tab of its own; looking elsewhere and back loses nothing.
  await app.button("Terminal of another instance").click();
  await page.getByRole("menuitem", { name: "app[1]" }).click();
  await shows(app, /app-1:~\$/);
  await app.tab("Deploy").click();
  await app.tab("Terminal").click();
  await page.getByRole("toolbar", { name: "Terminals" }).getByRole("button", { name: "app[0]", exact: true }).click();
  await shows(app, /^it answers$/m);
  // F6 leaves it: keys are the window's again.
  await page.keyboard.press("F6");
  await app.command("Dark theme");
  // F2 renames all the same.
  await app.click("app");
  await app.keys("F2");
  await page.locator("input.canvas-text, .canvas-host input, .canvas-host textarea").first().waitFor();
  await page.keyboard.press("Escape");
});

story("a program that says more than anybody can read holds up neither the window nor its own end", LAB, async (app) => {
  const { page } = app;
  await deploy(app);
  await doubleClick(app, "app");
  await shows(app, /app-0:~\$/);
  await type(app, "yes $(hostname) and more");
  await shows(app, /app-0 and more/);
  const slowest = await page.evaluate(async () => {
    let slowest = 0;
    for (let last = performance.now(), end = last + 1500; last < end; ) {
      await new Promise(requestAnimationFrame);
      slowest = Math.max(slowest, performance.now() - last);
      last = performance.now();
    }
    return slowest;
  });
  assert.ok(slowest < 1000, `the window stood still for ${slowest} ms`);
  await page.keyboard.press("Control+c");
  await type(app, "echo over $((6 * 7))");
  await shows(app, /^over 42$/m);
});

story("a terminal says that its lab is gone, and opens again with the next one", LAB, async (app) => {
  const { page } = app;
  await deploy(app);
  await app.click("app");
  await app.keys("Shift+T");
  await shows(app, /app-0:~\$/);
  const [{ id }] = JSON.parse(app.place.command("labs", "--json").out);
  assert.equal(app.place.command("destroy", "--lab", id, "--approve").status, 0);
  await page.getByText(/app\[0\] in test: .*the lab has ended/i).waitFor();
  await app.button("Open again").click();
  await page.getByText(/app\[0\] in test: No lab of this design/i).waitFor();
  await app.tab("Deploy").click();
  await app.button("Deploy").first().click();
  await app.button("Approve and deploy").click();
  await until(() => app.place.command("labs", "--json").out, (text) => text.includes("pid"));
  const at = { session: await app.session(), environment: "test" };
  await until(() => app.call("deploy_status", at), ({ state }) => state === "running");
  await app.tab("Terminal").click();
  await app.button("Open again").click();
  await until(() => screen(app).innerText(), (text) => (text.match(/app-0:~/g) ?? []).length >= 2);
  await type(app, "exit");
  await app.button("Open terminal").waitFor();
});
