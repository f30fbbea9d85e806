// The whole story: problems and fixes, files, exports, the lab, and what happens when things go wrong.
import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { stop, story, until } from "../app.mjs";

const TEMPLATE = { serve: ["--template", "three-tier-web-shop"] };

/** A design file made from the template, opened. */
const file = (change = (text) => text) => ({
  serve: async (place) => {
    const path = join(place.folder, "shop.gplan");
    if (!readdirSync(place.folder).includes("shop.gplan")) {
      assert.equal(place.command("new", path, "--template", "three-tier-web-shop").status, 0);
      await writeFile(path, change(await readFile(path, "utf8")));
    }
    return [path];
  },
});

story("a problem appears with an edit, and its fix makes it vanish", TEMPLATE, async (app) => {
  const { page } = app;
  await page.getByRole("button", { name: "no problems" }).waitFor();
  await app.click("app-tier");
  const range = page.locator("[data-attribute=cidr] input");
  await range.fill("10.20.1.5/24");
  await range.press("Enter");
  await app.untilDesign((d) => JSON.stringify(d.resources["app-tier"]).includes("10.20.1.5/24"));
  await page.getByRole("button", { name: /^\d (errors?|warnings?)/ }).waitFor();
  await page.locator(".right").getByRole("button", { name: /10\.20\.1\.0\/24/ }).first().click();
  await page.getByRole("button", { name: "no problems" }).waitFor();
  assert.ok(JSON.stringify((await app.design()).resources["app-tier"]).includes("10.20.1.0/24"));
});

story("a design is saved by mouse, closed and opened again", TEMPLATE, async (app) => {
  const { page } = app;
  await app.click("app");
  await app.keys("ArrowRight");
  const moved = await app.untilDesign((d) => d.layout.resources.app[0] === 368);
  await page.keyboard.press("Control+s");
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("textbox").fill("mine");
  await dialog.getByRole("button", { name: "Save", exact: true }).click();
  await page.getByText("mine.gplan · saved").waitFor();
  const text = await readFile(join(app.folder, "mine.gplan"), "utf8");
  assert.match(text, /^# A web shop in three tiers/, "comments stay");
  assert.match(text, /app = \[368, 288, 184, 56\]/);

  await app.command("Close design");
  await page.waitForSelector(".start-card");
  await app.button("Open…").click();
  await dialog.getByRole("button", { name: "mine.gplan" }).click();
  await dialog.getByRole("button", { name: "Open", exact: true }).click();
  await page.waitForSelector("[data-ready=true]");
  assert.deepEqual((await app.design()).layout, moved.layout);
});

story("a design that nobody named is called as its file: in the bars, in the window's title and at the start", {}, async (app) => {
  const { page } = app;
  const heading = (name) => page.locator(".top-bar").getByRole("heading", { name, exact: true });
  await app.button("New design").click();
  await heading("Untitled").waitFor();
  assert.match(await page.title(), /Untitled – Groundplan$/);
  await app.keys("Control+s");
  const name = page.getByRole("dialog").getByRole("textbox", { name: "Name of the file" });
  assert.equal(await name.inputValue(), "untitled.gplan");
  await name.fill("shop.gplan");
  await page.keyboard.press("Enter");
  await heading("shop").waitFor();
  await until(() => page.title(), (title) => title === "shop – Groundplan");
  await until(() => page.getByRole("textbox", { name: "Name of the design" }).inputValue(), (value) => value === "shop");
  // Nobody named it: the file says so still.
  assert.equal((await app.design()).name, "Untitled");
  await app.command("Close design");
  await page.locator(".start-card strong", { hasText: /^shop$/ }).waitFor();
});

story("an export is written to a folder", file(), async (app) => {
  const { page } = app;
  await app.button("Export").click();
  await page.getByText("network.tf").waitFor();
  await app.button("Choose a folder…").click();
  await app.button("Use this folder").click();
  await page.getByRole("button", { name: /^Write \d+ files/ }).click();
  await page.getByText(/files written to/).waitFor();
  const written = readdirSync(app.folder).filter((name) => name.endsWith(".tf"));
  assert.ok(written.includes("network.tf") && written.includes("versions.tf"));
  assert.match(await readFile(join(app.folder, "network.tf"), "utf8"), /resource "aws_vpc" "shop"/);
});

story("a deploy to the lab is approved, proven with packets, and destroyed without a trace", { ...TEMPLATE, lab: true }, async (app) => {
  const { page } = app;
  await page.getByText("4 of 4 intents proven").waitFor();
  await app.button("Deploy").click();
  await app.button("Approve and deploy").click();
  await page.getByText(/Every drawn flow tried: (\d+) of \1 answer/).waitFor();
  await page.getByText(/Everything else tried: (\d+) of \1 blocked/).waitFor();
  await page.getByText("proof and packets agree").waitFor();
  const at = { session: await app.session(), environment: "test" };
  const { verification, state } = await app.call("deploy_status", at);
  assert.equal(state, "running");
  assert.deepEqual(verification.disagreements, []);
  assert.equal(verification.agree[0], verification.agree[1]);
  assert.notEqual(app.place.command("labs", "--json").out.trim(), "[]");

  await app.tab("Proof").click();
  await app.tab("Matrix").click();
  await page.getByText(/packets: open/).first().waitFor();
  await app.tab("Deploy").click();
  await page.locator(".drawer-slot").getByRole("button", { name: "Destroy" }).click();
  await page.locator(".plan").getByRole("button", { name: "Destroy" }).click();
  await page.getByText("Swept: nothing is left").waitFor();
  assert.equal(app.place.command("labs", "--json").out.trim(), "[]");
});

story("a plan and a deploy say that the drawing changed since", { ...TEMPLATE, lab: true }, async (app) => {
  const { page } = app;
  await page.getByText("4 of 4 intents proven").waitFor();
  const session = await app.session();
  const edit = (resource, path, value) =>
    app.call("design_edit", { session, edit: { edit: "set-attribute", resource, path, value } });
  await app.button("Deploy").click();
  const approve = app.button("Approve and deploy");
  await approve.waitFor();
  // Where a shape stands is in no plan.
  await app.click("app");
  await app.keys("ArrowRight");
  await app.untilDesign((d) => d.layout.resources.app[0] === 368);
  assert.ok(await approve.isEnabled());
  await edit("app", ["tags", "team"], "shop");
  const old = page.getByText("The drawing changed since this plan was made");
  await old.waitFor();
  assert.ok(await approve.isDisabled());
  await app.button("Plan again").click();
  await old.waitFor({ state: "detached" });
  await approve.click();
  await page.getByText("proof and packets agree").waitFor();
  const since = page.getByText("The drawing changed since it was deployed");
  assert.equal(await since.count(), 0);
  await edit("app", ["tags", "team"], "other");
  await since.waitFor();
  await app.button("Plan changes").click();
  await page.locator(".plan").waitFor();
});

story("an approval that came too late is refused, and asks for a new plan", { ...file(), lab: true }, async (app) => {
  const { page } = app;
  await page.getByText("4 of 4 intents proven").waitFor();
  await app.click("app");
  await app.button("Deploy").click();
  const approve = app.button("Approve and deploy");
  await until(() => approve.isEnabled(), Boolean);
  // The drawing changes under the plan.
  const cpu = page.locator("[data-attribute=cpu]").getByRole("textbox");
  await cpu.fill("4");
  await cpu.press("Enter");
  await page.getByText("The drawing changed since this plan was made").waitFor();
  assert.ok(await approve.isDisabled());
  await app.button("Plan again").click();
  await until(() => approve.isEnabled(), Boolean);
  await app.keys("Control+s");
  await page.getByText("shop.gplan · saved").waitFor();

  // What runs changes under it: that only the core can know, and it refuses.
  const done = app.place.command("deploy", "shop.gplan", "--environment", "test", "--approve");
  assert.equal(done.status, 0, done.complaint);
  await approve.click();
  await page.getByText("What runs there changed since this plan was made").waitFor();
  assert.ok(await approve.isDisabled());
  await app.button("Plan again").click();
  await page.getByText("Nothing to do: what runs is what is drawn").waitFor();
  assert.ok(await approve.isDisabled());
  const gone = app.place.command("destroy", "shop.gplan", "--environment", "test", "--approve", "--allow-data-loss");
  assert.equal(gone.status, 0, gone.complaint);
});

story("a verification says what it does and since when, and offers no Cancel that does nothing", { ...TEMPLATE, lab: true }, async (app) => {
  const { page } = app;
  await page.getByText("4 of 4 intents proven").waitFor();
  await app.call("design_edit", { session: await app.session(), edit: { edit: "set-attribute", resource: "app", path: ["count"], value: 100 } });
  await app.button("Deploy").click();
  await app.button("Approve and deploy").click();
  await page.getByText("proof and packets agree").waitFor();
  // What was said of the first one is not said of the second.
  await app.button("Verify again").click();
  const panel = page.locator(".deploy-bar");
  await panel.getByText(/^Trying every connection for real…/).waitFor();
  const [, seconds] = /(\d+) s \(the last time took \d/.exec(await until(() => panel.textContent(), (text) => /\d s \(/.test(text)));
  assert.ok(Number(seconds) < 3, `${seconds} s after it began`);
  await page.locator(".status-bar").getByText(/Verifying/).waitFor();
  assert.equal(await app.button("Cancel").count(), 0);
  assert.equal(await panel.getByRole("progressbar").count(), 0);
  await app.button("Destroy").first().click();
  await page.locator(".plan").getByRole("button", { name: "Destroy" }).click();
  await page.getByText("Swept: nothing is left").waitFor();
});

story("a template that nobody touched closes without a question, an edited one asks", TEMPLATE, async (app) => {
  const { page } = app;
  await app.command("Close design");
  await page.locator("[data-template=three-tier-web-shop]").click();
  await page.waitForSelector("[data-ready=true]");
  await app.click("app");
  await app.keys("ArrowRight");
  await app.untilDesign((d) => d.layout.resources.app[0] === 368);
  await app.command("Close design");
  const asked = page.getByRole("alertdialog");
  await asked.getByText("Save “Web shop” first?").waitFor();
  await asked.getByRole("button", { name: "Don’t save" }).click();
  await page.waitForSelector(".start-card");
});

story("two windows on one file show the same edits, and closing one says so in the other", file(), async (app) => {
  const other = await app.window();
  await app.click("app");
  await app.keys("ArrowRight");
  await other.untilDesign((d) => d.layout.resources.app[0] === 368);

  // A view with places of its own is looked at in both, until one of them leaves it.
  const far = async (one) => (await one.rect("internet")).x > (await one.rect("orders")).x;
  const session = await app.session();
  const edit = (edit) => app.call("design_edit", { session, edit });
  await edit({ edit: "set-view", id: "far", view: { title: "Far" } });
  await edit({ edit: "set-own-places", view: "far", own: true });
  await edit({ edit: "set-layout", view: "far", resources: { internet: [2000, 152, 120, 56] } });
  await app.tab("Views").click();
  await app.button("Far").click();
  await until(() => far(app), Boolean);
  await until(() => far(other), Boolean);
  await other.tab("Views").click();
  await other.button("Everything").click();
  await until(async () => (await far(app)) || (await far(other)), (one) => !one);
  await app.keys("Control+z", "Control+z", "Control+z");
  await app.untilDesign((d) => !d.views.far);

  await other.command("Close design");
  await other.page.getByRole("alertdialog").getByRole("button", { name: "Save", exact: true }).click();
  await other.page.waitForSelector(".start-card");
  await app.page.getByText("“Web shop” was closed in another window").waitFor();
  await app.button("Open again").click();
  await app.page.waitForSelector("[data-ready=true]");
  await app.untilDesign((d) => d.layout.resources.app[0] === 368);
  assert.match(await readFile(join(app.folder, "shop.gplan"), "utf8"), /app = \[368, 288, 184, 56\]/);
});

story("what runs and is in no file is not closed unasked", { ...TEMPLATE, lab: true }, async (app) => {
  const { page } = app;
  await page.getByText("4 of 4 intents proven").waitFor();
  await app.button("Deploy").click();
  await app.button("Approve and deploy").click();
  await page.getByText("proof and packets agree").waitFor();
  const choose = async (environment) => {
    await page.getByRole("button", { name: /^Environment: / }).click();
    await page.getByRole("menuitemradio", { name: environment }).or(page.getByRole("menuitem", { name: environment })).first().click();
  };
  // Closing asks about every environment, not only about the one that is looked at.
  await choose("production");
  await page.getByText("Nothing runs").waitFor();
  await app.command("Close design");
  const asked = page.getByRole("alertdialog");
  await asked.getByText(/It was deployed from here, and is in no file/).waitFor();
  await asked.getByRole("button", { name: "Cancel" }).click();
  await choose("test");
  await app.tab("Deploy").click();
  await page.locator(".drawer-slot").getByRole("button", { name: "Destroy" }).click();
  await page.getByText("goes with everything else").first().waitFor();
  await page.locator(".plan").getByRole("button", { name: "Destroy" }).click();
  await page.getByText("Swept: nothing is left").waitFor();
  await app.command("Close design");
  await page.waitForSelector(".start-card");
});

story("every fix of a problem is offered where it is listed", TEMPLATE, async (app) => {
  const { page } = app;
  const edit = { edit: "set-attribute", resource: "data-tier", path: ["zones"], value: ["a"] };
  await app.call("design_edit", { session: await app.session(), edit });
  const row = page.locator(".problem").filter({ hasText: "has a standby, but only zone a" });
  await row.getByRole("button", { name: "Use zones a and b" }).waitFor();
  await row.getByRole("button", { name: "Other fixes" }).click();
  await page.getByRole("menuitem", { name: "Do without a standby" }).click();
  await app.untilDesign((d) => (d.resources.orders.standby ?? d.resources.orders.attributes?.standby) === false);
  await row.waitFor({ state: "detached" });
});

story("edits survive the program being killed", file(), async (app) => {
  await app.click("app");
  await app.keys("ArrowRight");
  const edited = await app.untilDesign((d) => d.layout.resources.app[0] === 368);
  await stop(app.server.child, "SIGKILL");
  const again = await app.place.open(file());
  const asked = again.page.getByRole("alertdialog");
  await asked.getByRole("region", { name: "Last saved" }).getByText("13 resources · 5 links").waitFor();
  await asked.getByRole("region", { name: "Recovered" }).getByText("Move App server").waitFor();
  // A page that is loaded again asks again: nothing is decided yet.
  await again.page.reload();
  await asked.getByText("1 edit after the last save:").waitFor();
  await asked.getByRole("button", { name: "Use the recovered version" }).click();
  const kept = await again.untilDesign((d) => d.layout.resources.app[0] === 368);
  assert.deepEqual(kept.layout, edited.layout);
  assert.equal((await again.document()).history.dirty, true);
});

story("edits of a killed program are offered beside a file that changed since", file(), async (app) => {
  const path = join(app.folder, "shop.gplan");
  await app.click("app");
  await app.keys("ArrowRight");
  await app.untilDesign((d) => d.layout.resources.app[0] === 368);
  await stop(app.server.child, "SIGKILL");
  const theirs = `${await readFile(path, "utf8")}# theirs\n`;
  await writeFile(path, theirs);
  const again = await app.place.open(file());
  const { page } = again;
  const asked = page.getByRole("alertdialog");
  await asked.getByText(/The file was changed since by another program/).waitFor();
  await asked.getByRole("button", { name: "Keep both: save as…" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("textbox").fill("mine");
  await dialog.getByRole("button", { name: "Save", exact: true }).click();
  await page.getByText("mine.gplan · saved").waitFor();
  assert.match(await readFile(join(again.folder, "mine.gplan"), "utf8"), /app = \[368, 288, 184, 56\]/);
  assert.equal(await readFile(path, "utf8"), theirs);
});

story("another design is not written over unasked", file(), async (app) => {
  const { page } = app;
  const path = join(app.folder, "other.gplan");
  await writeFile(path, "# other\n");
  const saveAs = async () => {
    await page.keyboard.press("Control+Shift+s");
    const dialog = page.getByRole("dialog");
    await dialog.getByRole("textbox").fill("other");
    await dialog.getByRole("button", { name: "Save", exact: true }).click();
    return page.getByRole("alertdialog");
  };
  const asked = await saveAs();
  await asked.getByText("Replace the file that is there?").waitFor();
  await asked.getByRole("button", { name: "Cancel" }).click();
  assert.equal(await readFile(path, "utf8"), "# other\n");
  await (await saveAs()).getByRole("button", { name: "Replace" }).click();
  await page.getByText("other.gplan · saved").waitFor();
  assert.match(await readFile(path, "utf8"), /^# A web shop in three tiers/);
});

story("the log says what was done, and is filtered and copied", file(), async (app) => {
  const { page } = app;
  await app.click("app");
  await app.keys("ArrowRight", "Control+s");
  await page.getByText("shop.gplan · saved").waitFor();
  await app.tab("Log").click();
  const line = page.getByRole("log").locator(".log-line.info").filter({ hasText: "saved path=" });
  await line.first().waitFor();
  await page.getByRole("textbox", { name: "Filter the log" }).fill("nothing like it");
  await page.getByText("Nothing to report").waitFor();
  await page.getByRole("textbox", { name: "Filter the log" }).fill("saved path=");
  await line.first().waitFor();
  await app.button("Copy").click();
  await page.getByText("Log copied").waitFor();
  assert.match(await page.evaluate(() => navigator.clipboard.readText()), /^\d{4}-\d\d-\d\dT.* info gp_app::session: saved path=.*shop\.gplan/m);
});

story("a file that was changed meanwhile is not overwritten unasked", file(), async (app) => {
  const path = join(app.folder, "shop.gplan");
  await app.click("app");
  await app.keys("ArrowRight");
  await app.untilDesign((d) => d.layout.resources.app[0] === 368);
  const theirs = `${await readFile(path, "utf8")}# theirs\n`;
  await writeFile(path, theirs);
  await app.page.keyboard.press("Control+s");
  const asked = app.page.getByRole("alertdialog");
  await asked.getByText("Another program changed this file").waitFor();
  assert.equal(await readFile(path, "utf8"), theirs);
  await asked.getByRole("button", { name: "Reload, drop my changes" }).click();
  await app.untilDesign((d) => d.layout.resources.app[0] === 360);
});

story("a damaged file opens read-only, says where it is damaged, and stays as it is", file((text) => `${text}\n[resource.\nkind = \n`), async (app) => {
  const path = join(app.folder, "shop.gplan");
  const before = await readFile(path, "utf8");
  await app.page.getByText(/^Read-only:/).waitFor();
  const { diagnostics, design } = await app.document();
  assert.ok(diagnostics.some((one) => one.line > 100));
  assert.equal(Object.keys(design.resources).length, 13);
  assert.equal(await readFile(path, "utf8"), before);
});
