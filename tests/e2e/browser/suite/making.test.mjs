// Making: parts from the palette, by typing, from a shape, from the keyboard; against the real core.
import assert from "node:assert/strict";
import { story, until } from "../app.mjs";

const TEMPLATE = { serve: ["--template", "three-tier-web-shop"] };
const kinds = (design, kind) => Object.keys(design.resources).filter((id) => design.resources[id].kind === kind);
const titles = (design) => Object.values(design.resources).flatMap((one) => one.title ?? []);
const freeIn = (r) => ({ x: r.x + r.w * 0.82, y: r.y + r.h * 0.6 });
const focused = (app) => app.page.evaluate(() => document.activeElement.getAttribute("aria-label") ?? "");
const tool = (app) => app.page.evaluate(() => globalThis.__gp.editor.tool.get());
const part = (app, kind) => app.page.locator(`.part[data-kind=${kind}]`).first();

story("a part in hand shows its true size and where it goes, and Escape puts it back", TEMPLATE, async (app) => {
  const { page } = app;
  const box = await part(app, "server").boundingBox();
  const to = freeIn(await app.rect("app-tier"));
  await page.mouse.move(box.x + 20, box.y + 15);
  await page.mouse.down();
  await page.mouse.move(box.x + 40, box.y + 30, { steps: 3 });
  await page.mouse.move(to.x, to.y, { steps: 8 });
  const ghost = await page.evaluate(() => globalThis.__gp.preview());
  assert.deepEqual([ghost.ghost.box.w, ghost.ghost.box.h], [184, 56]);
  assert.equal(ghost.hint.text, "into app");
  await page.keyboard.press("Escape");
  await page.mouse.up();
  assert.equal(kinds(await app.design(), "server").length, 1);
  assert.equal(await tool(app), "select");
});

story("a part in hand snaps to what stands near, Ctrl frees it, and it stands where its ghost stood", TEMPLATE, async (app) => {
  const { page } = app;
  const preview = () => page.evaluate(() => globalThis.__gp.preview());
  const near = await app.rect("orders");
  const scale = near.w / (await app.design()).layout.resources.orders[2];
  const source = await part(app, "server").boundingBox();
  // Left edges are four pixels apart, at the right of what stands in the tier already.
  const goal = { x: near.x + (184 * scale) / 2 + 4, y: (await app.rect("app")).y + near.h * 1.2 };
  await page.mouse.move(source.x + 10, source.y + 10);
  await page.mouse.down();
  await page.mouse.move(goal.x, goal.y, { steps: 12 });
  const held = await until(preview, ({ guides }) => guides.length > 0);
  assert.ok(held.guides.some((one) => one.axis === "x" && one.type === "line"));
  await page.keyboard.down("Control");
  await page.mouse.move(goal.x + 1, goal.y);
  await until(preview, ({ guides }) => guides.length === 0);
  await page.keyboard.up("Control");
  await page.mouse.move(goal.x, goal.y);
  const { ghost } = await until(preview, ({ guides }) => guides.length > 0);
  await page.mouse.up();
  const { layout } = await app.untilDesign((d) => d.resources.server);
  assert.equal(layout.resources.server[0], ghost.box.x);
  assert.deepEqual((await preview()).guides, []);
});

story("typing adds a part at the pointer: by the slash, and through Do anything", TEMPLATE, async (app) => {
  const { page } = app;
  const at = freeIn(await app.rect("data-tier"));
  await page.mouse.move(at.x, at.y, { steps: 3 });
  await page.evaluate(() => globalThis.__gp.editor.grabFocus());
  await page.keyboard.press("/");
  await until(() => focused(app), (label) => label === "Add a part");
  await page.keyboard.type("server");
  await page.keyboard.press("Enter");
  const first = await app.untilDesign((d) => kinds(d, "server").length === 2);
  const [made] = kinds(first, "server").filter((id) => id !== "app");
  assert.equal(first.resources[made].parent, "data-tier");
  const there = await app.rect(made);
  assert.ok(Math.abs(there.x + there.w / 2 - at.x) < there.w / 2, "it lies under the pointer");

  const net = await app.rect("shop");
  await page.mouse.move(net.x + net.w - 6, net.y + net.h - 6, { steps: 3 });
  await page.keyboard.press("Control+k");
  await until(() => focused(app), (label) => label === "Do anything");
  await page.keyboard.type("subnet");
  await page.keyboard.press("Enter");
  const second = await app.untilDesign((d) => kinds(d, "subnet").length === 4);
  assert.equal(second.resources.subnet.parent, "shop");
});

story("a double click offers favourites and recent parts first, and what is starred is remembered", TEMPLATE, async (app) => {
  const { page } = app;
  await part(app, "queue").hover();
  await page.getByRole("button", { name: "Queue is a favourite" }).first().click();
  await page.getByRole("region", { name: "Favourites" }).getByText("Queue").waitFor();
  const region = await app.rect("frankfurt");
  await page.mouse.dblclick(region.x + 10, region.y + region.h * 0.5);
  const options = page.getByRole("option");
  await options.first().waitFor();
  assert.match(await options.first().textContent(), /^\s*Queue/);
  await page.keyboard.type("bucket");
  await page.keyboard.press("Enter");
  await app.untilDesign((d) => kinds(d, "bucket").length === 2 || kinds(d, "bucket").length === 3);

  const again = await app.rect("frankfurt");
  await page.mouse.dblclick(again.x + 10, again.y + again.h * 0.5);
  await options.first().waitFor();
  assert.match(await options.nth(0).textContent(), /^\s*Queue/);
  assert.match(await options.nth(1).textContent(), /^\s*Bucket/);
  await page.keyboard.press("Escape");
  await until(() => app.call("settings_get").then((all) => all["parts.favourites"]), (kept) => kept?.[0] === "queue");
});

story("the plus that comes with the pointer offers only what may be linked, and links it", TEMPLATE, async (app) => {
  const { page } = app;
  const app_ = await app.rect("app");
  await page.mouse.move(app_.x + app_.w / 2, app_.y + app_.h / 2, { steps: 4 });
  await page.mouse.move(app_.x + app_.w / 2, app_.y + app_.h + 16, { steps: 4 });
  await page.mouse.down();
  await page.mouse.up();
  await page.getByRole("dialog", { name: "Add a part linked with App server" }).waitFor();
  const offered = (await page.getByRole("option").allTextContents()).map((text) => text.trim());
  assert.ok(offered.some((text) => text.startsWith("Database")));
  assert.ok(!offered.some((text) => /^(Region|Zone|Note|Network)/.test(text)), offered.join(" | "));
  await page.keyboard.type("database");
  await page.keyboard.press("Enter");
  const design = await app.untilDesign((d) => kinds(d, "database").length === 2);
  const made = kinds(design, "database").find((id) => id !== "orders");
  assert.equal(design.resources[made].parent, "app-tier");
  assert.ok(Object.values(design.links).some((link) => link.from === "app" && link.to === made));
});

story("Ctrl with an arrow grows a linked sibling, and titles are not doubled", TEMPLATE, async (app) => {
  await app.click("app");
  await app.keys("Control+ArrowRight");
  const one = await app.untilDesign((d) => kinds(d, "server").length === 2);
  const [made] = kinds(one, "server").filter((id) => id !== "app");
  assert.ok(Object.values(one.links).some((link) => link.from === "app" && link.to === made));
  await until(() => app.selected(), (selected) => selected[0] === made);
  await app.keys("Control+d");
  const two = await app.untilDesign((d) => kinds(d, "server").length === 3);
  assert.equal(new Set(titles(two)).size, titles(two).length, titles(two).join(", "));
});

story("a tool that is kept draws one link after the other, until Escape", TEMPLATE, async (app) => {
  const before = Object.keys((await app.design()).links).length;
  await app.click("app");
  await app.keys("q", "l");
  await app.drag(await app.grip("internet"), await app.grip("app"));
  await app.untilDesign((d) => Object.keys(d.links).length === before + 1);
  assert.equal(await tool(app), "link");
  await app.drag(await app.grip("app"), await app.grip("internet"));
  await app.untilDesign((d) => Object.keys(d.links).length === before + 2);
  assert.equal(await tool(app), "link");
  await app.keys("Escape");
  assert.equal(await tool(app), "select");
  await part(app, "server").click();
  for (const id of ["app-tier", "data-tier"]) {
    const at = freeIn(await app.rect(id));
    await app.page.mouse.click(at.x, at.y);
    await app.untilDesign((d) => kinds(d, "server").some((one) => one !== "app" && d.resources[one].parent === id));
  }
  await app.keys("Escape");
  await app.button("Keep the tool after use").click();
  assert.equal(await tool(app), "select");
});

story("deleting a tier says how many intents went with it, and Undo brings all of it back", TEMPLATE, async (app) => {
  const before = await app.design();
  await app.click("data-tier");
  await app.keys("Delete");
  await app.page.getByText(/Deleted data with the one thing in it, and the 3 intents that named it/).waitFor();
  await app.untilDesign((d) => Object.keys(d.intents).length === 1);
  await app.page.locator(".toast").getByRole("button", { name: "Undo" }).click();
  const after = await app.untilDesign((d) => d.resources["data-tier"]);
  assert.deepEqual(after.intents, before.intents);
  assert.deepEqual(after.resources, before.resources);

  // What was undone otherwise is offered no longer: sooner than a notice goes by itself.
  await app.click("data-tier");
  await app.keys("Delete");
  const offer = app.page.locator(".toast").getByRole("button", { name: "Undo" });
  await offer.waitFor();
  await app.keys("Control+z");
  await app.untilDesign((d) => d.resources["data-tier"]);
  await offer.waitFor({ state: "detached", timeout: 2000 });
});

/** Puts a text on the clipboard, and the pointer over a place. */
async function copied(app, text, at) {
  await app.page.evaluate((it) => navigator.clipboard.writeText(it), text);
  await app.page.evaluate(() => globalThis.__gp.editor.grabFocus());
  await app.page.mouse.move(at.x, at.y, { steps: 3 });
}

const inView = (app, id) =>
  app.page.evaluate((one) => {
    const [r, b] = [document.querySelector(".canvas-root").getBoundingClientRect(), globalThis.__gp.rectOf(one)];
    return b.x >= r.x && b.y >= r.y && b.x + b.w <= r.right && b.y + b.h <= r.bottom;
  }, id);

function overlaps(design, ids) {
  const place = (id) => design.layout.resources[id];
  const over = ([x, y, w, h], [X, Y, W, H]) => x < X + W && X < x + w && y < Y + H && Y < y + h;
  const siblings = (id) =>
    Object.keys(design.resources).filter((one) => one !== id && design.resources[one].parent === design.resources[id].parent);
  return ids.flatMap((id) => siblings(id).filter((one) => over(place(id), place(one))).map((one) => `${id} on ${one}`));
}

story("a table from a spreadsheet is shown line by line with its faults, then pasted as nested and linked shapes", TEMPLATE, async (app) => {
  const { page } = app;
  const before = Object.keys((await app.design()).resources);
  const text = [
    "Kind\tName\tIn\tvCPU\tLinks to",
    "subnet\tback\tshop\t\t",
    "server\tWorker\tback\t4\tOrders:5432",
    "servr\tTypo\tback\t\t",
    "queue\tJobs\t\t\tWorker",
  ].join("\n");
  await copied(app, text, freeIn(await app.rect("app-tier")));
  await page.keyboard.press("Control+v");
  const dialog = page.getByRole("dialog", { name: "Paste a table as shapes" });
  await dialog.getByText("There is no kind “servr”: did you mean “Server”?").waitFor();
  await dialog.getByText("Line 4", { exact: true }).waitFor();
  assert.equal(await dialog.getByRole("list", { name: "What will be made" }).getByRole("listitem").count(), 3);
  await dialog.getByRole("button", { name: "Paste 3 shapes" }).click();
  const design = await app.untilDesign((d) => d.resources.worker);
  assert.equal(design.resources.worker.parent, "back");
  assert.equal(design.resources.back.parent, "shop");
  assert.equal(design.resources.jobs.parent, "frankfurt", "a queue lives in the region");
  assert.equal(design.resources.worker.attributes.cpu, 4);
  assert.ok(Object.values(design.links).some((link) => link.from === "worker" && link.to === "orders" && link.allow[0] === "tcp/5432"));
  assert.deepEqual([...(await until(() => app.selected(), (ids) => ids.length === 3))].sort(), ["back", "jobs", "worker"]);
  for (const id of ["worker", "back", "jobs"]) assert.ok(await inView(app, id), `${id} is in view`);
  assert.deepEqual(overlaps(design, ["worker", "back", "jobs"]), []);
  await app.page.getByText("Undo: Paste 3 resources").waitFor();
  await app.keys("Control+z");
  await app.untilDesign((d) => Object.keys(d.resources).length === before.length);
});

story("CSV is pasted at the pointer in rows, and Escape pastes nothing", TEMPLATE, async (app) => {
  const { page } = app;
  const at = freeIn(await app.rect("data-tier"));
  await copied(app, 'kind,name\nserver,"Batch, nightly"\nserver,Reports\n', at);
  await page.keyboard.press("Control+v");
  await page.getByRole("dialog", { name: "Paste a table as shapes" }).waitFor();
  await page.keyboard.press("Escape");
  await page.getByRole("dialog").waitFor({ state: "detached" });
  assert.equal(kinds(await app.design(), "server").length, 1);
  await page.mouse.move(at.x + 2, at.y, { steps: 2 });
  await page.keyboard.press("Control+v");
  await page.getByRole("button", { name: "Paste 2 shapes" }).click();
  const design = await app.untilDesign((d) => kinds(d, "server").length === 3);
  const made = kinds(design, "server").filter((id) => id !== "app");
  assert.deepEqual(made.map((id) => design.resources[id].parent), ["data-tier", "data-tier"]);
  assert.ok(made.some((id) => design.resources[id].title === "Batch, nightly"));
  assert.deepEqual(overlaps(design, made), []);
});

story("copies are pasted beside what stands there, with titles of their own, wherever the pointer is", TEMPLATE, async (app) => {
  const { page } = app;
  await app.click("app");
  await app.keys("Control+c");
  const over = await app.grip("app");
  await page.mouse.move(over.x, over.y, { steps: 2 });
  await app.keys("Control+v", "Control+v");
  const design = await app.untilDesign((d) => kinds(d, "server").length === 3);
  assert.deepEqual(overlaps(design, kinds(design, "server")), []);
  assert.deepEqual(kinds(design, "server").map((id) => design.resources[id].title).sort(), ["App server", "App server 2", "App server 3"]);
  await until(() => app.selected(), (ids) => ids.length === 1 && ids[0] !== "app");
  await page.locator(".top-bar").hover();
  await page.keyboard.press("Control+v");
  await app.untilDesign((d) => kinds(d, "server").length === 4);
  const [last] = await until(() => app.selected(), (ids) => ids.length === 1);
  await until(() => inView(app, last), Boolean);
});

story("links by pattern are listed, some are taken off, and the rest is one act", TEMPLATE, async (app) => {
  const { page } = app;
  const session = await app.session();
  const edits = [1, 2, 3].flatMap((n) => [
    { edit: "add-resource", id: `job-${n}`, kind: "server", parent: "app-tier" },
    { edit: "add-resource", id: `db-${n}`, kind: "database", parent: "data-tier" },
  ]);
  await app.call("design_edit", { session, edit: { edit: "batch", name: "Add pairs", edits } });
  const before = Object.keys((await app.untilDesign((d) => d.resources["db-3"])).links).length;
  await app.command("Link by pattern");
  const dialog = page.getByRole("dialog", { name: "Link by pattern" });
  await dialog.getByLabel("From things called").fill("job-(");
  await dialog.getByLabel("To the one called").fill("db-$1");
  await dialog.getByText(/This is no pattern/).waitFor();
  await dialog.getByLabel("From things called").fill("job-(\\d+)");
  await dialog.getByRole("button", { name: "Link 3 pairs" }).waitFor();
  await dialog.getByText("job-2 → db-2").click();
  await dialog.getByRole("button", { name: "Link 2 pairs" }).click();
  const design = await app.untilDesign((d) => Object.keys(d.links).length === before + 2);
  assert.ok(design.links["job-1-db-1"] && design.links["job-3-db-3"] && !design.links["job-2-db-2"]);
  await page.getByText("Undo: Link 2 pairs by pattern").waitFor();
});

story("F1 says what a kind is: of a shape, of a part in the palette; and what a provider has nothing of is dimmed", TEMPLATE, async (app) => {
  const { page } = app;
  await app.click("orders");
  await app.keys("F1");
  const page1 = page.getByRole("dialog", { name: "Database" });
  await page1.getByText("A relational database that the provider runs").waitFor();
  await page1.getByRole("row", { name: /Storage storage Room for data. 20 GiB 20 GiB to 64 TiB/ }).waitFor();
  await page1.getByText("aws_db_instance").waitFor();
  await app.keys("Escape");
  await part(app, "queue").focus();
  await app.keys("F1");
  await page.getByRole("dialog", { name: "Queue" }).waitFor();
  await app.keys("Escape");
  await app.click("orders");
  await app.keys("Escape", "Escape", "F1");
  await page.getByRole("dialog", { name: "Shortcuts" }).waitFor();
  await app.keys("Escape");

  const dimmed = () => page.locator(".part.absent").evaluateAll((all) => all.map((one) => one.dataset.kind));
  const inLab = await dimmed();
  assert.ok(inLab.includes("key") && !inLab.includes("server") && !inLab.includes("secret"), inLab.join(" "));
  const environment = { provider: "kubernetes" };
  await app.call("design_edit", { session: await app.session(), edit: { edit: "set-environment", id: "cluster", environment } });
  await app.button("Environment: test").click();
  await page.getByRole("menuitem", { name: /^cluster/ }).click();
  await until(dimmed, (all) => all.includes("server") && !all.includes("database"));
  assert.match(await part(app, "server").getAttribute("title"), /Nothing of Kubernetes is its counterpart/);
  await part(app, "server").click();
  await app.untilDesign((design) => kinds(design, "server").length === 2);
});
