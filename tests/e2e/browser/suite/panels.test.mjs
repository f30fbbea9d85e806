// The panels by mouse and keyboard against the real core: outline, inspector, problems, code, proof, versions.
import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { story, until } from "../app.mjs";

const SIZES = [{ width: 1000, height: 650 }, { width: 1440, height: 900 }];
const TEMPLATE = { serve: ["--template", "three-tier-web-shop"] };
const attributes = (design, id) => design.resources[id].attributes ?? design.resources[id];
const edit = async (app, one) => app.call("design_edit", { session: await app.session(), edit: one });
const subnet = (id) => ({ edit: "add-resource", id, kind: "subnet", parent: "shop" });
const row = (app, id) => app.page.locator(`[data-row="${id}"]`);
const findings = (app) => app.page.getByRole("treegrid", { name: "Findings" });
const active = (app, tree) =>
  tree.evaluate((element) => document.getElementById(element.getAttribute("aria-activedescendant"))?.textContent);
const undoName = async (app) => (await app.document()).history.undo;

async function outline(app) {
  await app.tab("Outline").click();
  const tree = app.page.getByRole("tree", { name: "Outline of the design" });
  await tree.waitFor();
  return tree;
}

story("the outline and the drawing are selected together, both ways", TEMPLATE, async (app) => {
  const tree = await outline(app);
  await app.click("orders");
  await row(app, "orders").and(app.page.locator("[aria-selected=true]")).waitFor();
  await row(app, "app").click();
  await until(() => app.selected(), (all) => all.join() === "app");
  await row(app, "entry").click({ modifiers: ["Control"] });
  await until(() => app.selected(), (all) => [...all].sort().join() === "app,entry");
  await row(app, "app").click();
  await tree.press("ArrowDown");
  await until(() => app.selected(), (all) => all.join() === "data-tier");
  await app.page.keyboard.type("ord");
  await until(() => app.selected(), (all) => all.join() === "orders");
  // A closed container opens for what is picked on the drawing.
  await row(app, "data-tier").click();
  await tree.press("ArrowLeft");
  await row(app, "orders").waitFor({ state: "detached" });
  await app.click("orders");
  await row(app, "orders").waitFor();
});

story("a thing is renamed, moved by a drag, refused and deleted in the outline", TEMPLATE, async (app) => {
  const tree = await outline(app);
  await row(app, "app").click();
  await tree.press("F2");
  const box = app.page.getByRole("textbox", { name: "New title of App server" });
  await box.press("Control+a");
  await app.page.keyboard.type("Shop server");
  await app.page.keyboard.press("Enter");
  await app.untilDesign((d) => d.resources.app.title === "Shop server");
  const middle = async (id) => {
    const { x, y, width, height } = await row(app, id).boundingBox();
    return { x: x + width / 2, y: y + height / 2 };
  };
  await app.drag(await middle("app"), await middle("orders"));
  await app.page.getByText("A server does not stand in a database").waitFor();
  await app.drag(await middle("app"), await middle("web-tier"));
  const moved = await app.untilDesign((d) => d.resources.app.parent === "web-tier");
  const [x, y] = moved.layout.resources.app;
  const [wx, wy, ww, wh] = moved.layout.resources["web-tier"];
  assert.ok(x >= wx && y >= wy && x < wx + ww && y < wy + wh, "it stands in its new container on the drawing, too");
  assert.equal(await undoName(app), "Move Shop server into web");
  await row(app, "images-door").click();
  await tree.press("Delete");
  await app.untilDesign((d) => !d.resources["images-door"]);
});

story("what is made, renamed or moved stands in the outline where it stands after a reload", TEMPLATE, async (app) => {
  const { page } = app;
  const order = () => page.getByRole("treeitem").evaluateAll((all) => all.map((one) => one.dataset.row ?? one.querySelector("[data-row]")?.dataset.row ?? one.id));
  await outline(app);
  await edit(app, subnet("aaa"));
  await edit(app, { edit: "rename-resource", from: "orders", to: "big-orders" });
  await edit(app, { edit: "move-to-parent", ids: ["images"], parent: null });
  await row(app, "aaa").waitFor();
  await row(app, "big-orders").waitFor();
  const made = await until(order, (all) => all.indexOf("aaa") >= 0 && all.indexOf("aaa") < all.indexOf("app-tier"));
  await page.reload();
  await outline(app);
  await row(app, "aaa").waitFor();
  assert.deepEqual(await order(), made);
});

story("links are listed under their ends, and can be removed there", TEMPLATE, async (app) => {
  const tree = await outline(app);
  await app.button("Show links").click();
  const link = app.page.getByRole("treeitem", { name: /^link to Orders 5432/ });
  await link.click();
  await app.page.locator(".inspector-head").getByRole("heading", { name: "App server → Orders" }).waitFor();
  await tree.press("Delete");
  await app.untilDesign((d) => !d.links["app-orders"]);
  await link.waitFor({ state: "detached" });
});

const large = {
  serve: async (place) => {
    const path = join(place.folder, "large.gplan");
    const lines = ["format = 1", '[resource.r]\nkind = "region"', '[resource.n]\nkind = "network"\nparent = "r"'];
    for (let tier = 0; tier < 100; tier += 1) {
      lines.push(`[resource.tier-${tier}]\nkind = "subnet"\nparent = "n"`);
      for (let one = 0; one < 99; one += 1) lines.push(`[resource.app-${tier}-${one}]\nkind = "server"\nparent = "tier-${tier}"`);
    }
    await writeFile(path, lines.join("\n"));
    return [path];
  },
};
story("the outline of 10,000 resources has rows for those in view only", large, async (app) => {
  const tree = await outline(app);
  await tree.press("End");
  await until(() => app.selected(), (all) => all.join() === "app-99-98");
  await tree.getByRole("treeitem", { name: "server app-99-98" }).waitFor();
  assert.ok((await app.page.getByRole("treeitem").count()) < 80);
  await app.page.keyboard.type("ti");
  await until(() => app.selected(), (all) => all.join() === "tier-0");
});

story("a value becomes a variable, differs in one environment, and comes back", TEMPLATE, async (app) => {
  const { page } = app;
  await app.click("app");
  const field = page.locator("[data-attribute=cpu]");
  const more = async (entry) => {
    await field.hover();
    await field.getByRole("button", { name: "More about vcpu" }).click();
    await page.getByRole("menuitem", { name: entry }).click();
  };
  await more("Make it a variable");
  const made = await app.untilDesign((d) => attributes(d, "app").cpu === "${var.app-cpu}");
  assert.deepEqual(Object.values(made.environments).map(({ variables }) => variables["app-cpu"]), [2, 2]);
  assert.equal(await undoName(app), "Make app-cpu a variable");
  await field.getByText("var app-cpu").waitFor();
  await field.getByRole("textbox", { name: "vCPU", exact: true }).fill("4");
  await page.keyboard.press("Enter");
  await app.untilDesign((d) => d.environments.test.variables["app-cpu"] === 4);
  await more("Write the value here again");
  const back = await app.untilDesign((d) => attributes(d, "app").cpu === 4);
  assert.equal(back.environments.production.variables, undefined);

  await more("Another value in test");
  const other = page.getByRole("textbox", { name: "vCPU in test" });
  await other.fill("1");
  await page.keyboard.press("Enter");
  await app.untilDesign((d) => d.environments.test.override?.app?.cpu === 1);
  await page.getByText("server · 1 vCPU").or(page.getByText("server · app")).first().waitFor();
  await page.getByRole("button", { name: /take vcpu back in test/ }).click();
  await app.untilDesign((d) => d.environments.test.override === undefined);
});

story("a range is said before, refused in words in the field, and found where a file is outside of it", TEMPLATE, async (app) => {
  const { page } = app;
  await app.click("app");
  const field = page.locator("[data-attribute=cpu]");
  const box = field.getByRole("textbox");
  await box.focus();
  await field.getByText("1 to 448").waitFor();
  const before = (await app.document()).revision;
  for (const [text, wrong] of [["-2", "too small: at least 1"], ["900", "too large: at most 448"]]) {
    await box.fill(text);
    await page.keyboard.press("Enter");
    await field.getByText(wrong).waitFor();
    assert.equal(await box.getAttribute("aria-invalid"), "true");
  }
  assert.equal((await app.document()).revision, before, "what does not fit is not sent");
  await box.fill("4");
  await page.keyboard.press("Enter");
  await app.untilDesign((d) => attributes(d, "app").cpu === 4);
  await edit(app, { edit: "set-attribute", resource: "app", path: ["cpu"], value: -2 });
  await field.getByText("Outside: 1 to 448").waitFor();
  await page.getByRole("article", { name: /too small/ }).waitFor();
});

story("fields of lists keep their labels when they are filled", TEMPLATE, async (app) => {
  const { page } = app;
  await app.click("entry");
  const labelled = async (group, label, value) => {
    const box = page.getByRole("group", { name: group }).getByRole("textbox", { name: label, exact: true });
    assert.equal(await box.inputValue(), value);
    const [words, field] = [await page.getByRole("group", { name: group }).getByText(label, { exact: true }).boundingBox(), await box.boundingBox()];
    assert.ok(words.y + words.height <= field.y + 1 && Math.abs(words.x - field.x) < 16, `${label} stands over its field`);
  };
  await labelled("listeners 1", "Certificate", "shop.example.com");
  await labelled("listeners 1", "Port", "443");
  await labelled("listeners 2", "Redirect to port", "443");
  await page.locator("[data-attribute=health-check]").getByText("Path", { exact: true }).waitFor();
  // A label is a place to click.
  await page.getByRole("group", { name: "listeners 2" }).getByText("Port", { exact: true }).click();
  await page.getByRole("group", { name: "listeners 2" }).getByRole("textbox", { name: "Port", exact: true }).and(page.locator(":focus")).waitFor();
});

story("Escape in the fields drops the draft, closes the list, then gives the keyboard back to the drawing", TEMPLATE, async (app) => {
  const { page } = app;
  const drawing = () => page.evaluate(() => document.activeElement.classList.contains("canvas-root"));
  const field = (name) => page.locator(".right").getByLabel(name, { exact: true });
  await app.click("app");
  await page.keyboard.press("Enter");
  await field("Title").and(page.locator(":focus")).waitFor();
  await page.keyboard.press("Escape");
  await until(drawing, Boolean);
  assert.deepEqual(await app.selected(), ["app"]);
  // A draft first, then the keyboard.
  await page.keyboard.press("Enter");
  await field("Title").and(page.locator(":focus")).waitFor();
  await page.keyboard.type("Something else");
  await page.keyboard.press("Escape");
  assert.equal(await field("Title").inputValue(), "App server");
  assert.equal(await drawing(), false);
  await page.keyboard.press("Escape");
  await until(drawing, Boolean);
  // A list of choices first.
  await field("Stands in").click();
  await page.keyboard.press("Control+a");
  await page.keyboard.type("web");
  await page.getByRole("listbox").waitFor();
  await page.keyboard.press("Escape");
  await until(() => field("Stands in").inputValue(), (value) => value === "app");
  await page.keyboard.press("Escape");
  await page.getByRole("listbox").waitFor({ state: "detached" });
  assert.equal(await drawing(), false);
  await page.keyboard.press("Escape");
  await until(drawing, Boolean);
  assert.deepEqual(await app.selected(), ["app"]);
  assert.equal(await undoName(app), undefined);
  // What the drawing does with keys it does again.
  await page.keyboard.press("Escape");
  await until(() => app.selected(), (all) => all.join() !== "app");
});

story("a long value is read whole: where it comes from goes below", TEMPLATE, async (app) => {
  await edit(app, subnet("spare"));
  await until(async () => (await app.page.evaluate(() => globalThis.__gp.rectOf("spare"))) !== null, Boolean);
  await app.page.evaluate(() => globalThis.__gp.editor.select({ resources: ["spare"], links: [] }));
  const range = app.page.locator("[data-attribute=range], [data-attribute=cidr]").first();
  const input = range.locator("input");
  await until(() => input.inputValue(), (value) => /^10\..*\/\d+$/.test(value));
  const top = async (one) => (await one.boundingBox()).y;
  assert.ok(await input.evaluate((one) => one.scrollWidth <= one.clientWidth), await input.inputValue());
  assert.ok((await top(range.locator(".origin"))) > (await top(input)) + 10);
  // A short one stands in one line with it.
  await app.page.evaluate(() => globalThis.__gp.editor.select({ resources: ["orders"], links: [] }));
  const address = app.page.locator(".field", { hasText: "Address" });
  await address.waitFor();
  assert.ok(Math.abs((await top(address.locator(".origin"))) - (await top(address.locator(".value")))) < 10);
});

story("many are edited at once: mixed shows, and one step takes it back", TEMPLATE, async (app) => {
  const { page } = app;
  const before = await app.design();
  await app.click("app");
  await app.click("orders", ["Shift"]);
  const cpu = page.locator("[data-attribute=memory]").getByRole("textbox");
  await until(() => cpu.getAttribute("placeholder"), (text) => text === "mixed");
  await cpu.fill("16 GiB");
  await page.keyboard.press("Enter");
  await app.untilDesign((d) => ["app", "orders"].every((id) => attributes(d, id).memory === "16 GiB"));
  await until(() => cpu.inputValue(), (text) => text === "16 GiB");
  await page.getByRole("button", { name: "Add tag" }).click();
  const tagged = await app.untilDesign((d) => ["app", "orders"].every((id) => "tag-1" in (d.resources[id].tags ?? {})));
  assert.equal(Object.keys(tagged.resources.app.tags).length, 1);
  await app.keys("Escape");
  await app.click("images");
  await app.keys("Control+z", "Control+z");
  await app.untilDesign((d) => JSON.stringify(d.resources) === JSON.stringify(before.resources));
});

story("problems are grouped, filtered and fixed all of a kind by keyboard, in one step", TEMPLATE, async (app) => {
  const { page } = app;
  await edit(app, { edit: "batch", name: "Two", edits: [subnet("spare"), subnet("spare-b"), subnet("spare-c")] });
  await app.tab("Problems").click();
  const group = findings(app).getByRole("row", { name: /Empty container/ });
  await group.waitFor();
  await findings(app).focus();
  await findings(app).press("Home");
  await until(() => active(app, findings(app)), (text) => text?.startsWith("Empty container"));
  await findings(app).press("ArrowLeft");
  await page.getByText("Nothing stands in “spare”").waitFor({ state: "detached" });
  await findings(app).press("ArrowRight");
  await findings(app).press("ArrowDown");
  await findings(app).press("Enter");
  await until(() => app.selected(), (all) => all.length === 1 && all[0].startsWith("spare"));
  await page.locator("button.select-button[aria-label=Group]").click();
  await page.getByRole("option", { name: "By place" }).click();
  await group.waitFor({ state: "detached" });
  await page.locator("button.select-button[aria-label=Group]").click();
  await page.getByRole("option", { name: "By kind" }).click();
  await group.waitFor();
  await findings(app).focus();
  await findings(app).press("Home");
  await findings(app).press("f");
  await app.untilDesign((d) => !d.resources.spare && !d.resources["spare-b"] && !d.resources["spare-c"]);
  await app.call("design_undo", { session: await app.session() });
  await app.untilDesign((d) => d.resources.spare && d.resources["spare-b"] && d.resources["spare-c"]);
});

story("findings are waived with a reason, stand apart, are taken back, and come back when they expire", TEMPLATE, async (app) => {
  const { page } = app;
  await edit(app, { edit: "batch", name: "Two", edits: [subnet("spare"), subnet("spare-b")] });
  await app.tab("Problems").click();
  await findings(app).getByRole("button", { name: "More about all of them" }).click();
  await page.getByRole("menuitem", { name: "Waive all 2…" }).click();
  const dialog = page.getByRole("dialog", { name: "Waive 2 findings" });
  await dialog.getByRole("textbox", { name: "Reason" }).fill("for later");
  await page.keyboard.press("Enter");
  await dialog.getByText("say who accepts it, a person or a team").waitFor();
  await dialog.getByRole("textbox", { name: "Who accepts it" }).fill("shop-team");
  await dialog.getByRole("textbox", { name: "Until, last day" }).fill("2027-02-30");
  await dialog.getByText("give a day like 2027-03-31").waitFor();
  await dialog.getByRole("textbox", { name: "Until, last day" }).fill("2020-01-01");
  await dialog.getByText("choose a day to come").waitFor();
  assert.ok(await dialog.getByRole("button", { name: "Waive" }).isDisabled());
  await dialog.getByRole("textbox", { name: "Until, last day" }).fill("2999-03-31");
  await dialog.getByRole("button", { name: "Waive" }).click();
  const waived = await app.untilDesign((d) => d.policy.waiver?.length === 2);
  const words = { rule: "empty-container", reason: "for later", owner: "shop-team", expires: "2999-03-31" };
  for (const [index, resource] of ["spare", "spare-b"].entries()) assert.deepEqual({ ...waived.policy.waiver[index] }, { ...words, resource });
  await findings(app).getByRole("button", { name: /^Waived/ }).click();
  await findings(app).getByText("for later · shop-team · until 2999-03-31").first().waitFor();
  await app.button("Take back").first().click();
  await app.untilDesign((d) => d.policy.waiver?.length === 1);
  await findings(app).getByRole("button", { name: "Remove it" }).first().waitFor();
  const { policy } = await app.design();
  const ended = policy.waiver.map((one) => ({ ...one, expires: "2020-01-01" }));
  await edit(app, { edit: "set-policy", policy: { ...policy, waiver: ended } });
  await findings(app).getByText(/The waiver of “empty-container” on .* ended on 2020-01-01/).waitFor();
  await findings(app).getByRole("button", { name: /^Empty container/ }).waitFor();
  await app.button("New day…").click();
  await page.getByRole("dialog").getByRole("textbox", { name: "Until, last day" }).fill("2999-12-31");
  await page.getByRole("dialog").getByRole("button", { name: "Change" }).click();
  await app.untilDesign((d) => d.policy.waiver[0].expires === "2999-12-31" && d.policy.waiver[0].reason === "for later");
});

story("only what is a judgement can be waived, not a value that is none", TEMPLATE, async (app) => {
  const { page } = app;
  await edit(app, { edit: "set-attribute", resource: "app", path: ["cpu"], value: -2 });
  await edit(app, subnet("spare"));
  await app.tab("Problems").click();
  const entries = async (message) => {
    const row = findings(app).getByRole("row", { name: message });
    await row.getByRole("button", { name: "More about it" }).click();
    const all = await page.getByRole("menuitem").allTextContents();
    await page.keyboard.press("Escape");
    return all.map((one) => one.replace(/[A-Z]$/, ""));
  };
  assert.deepEqual(await entries(/too small/), ["Explain", "Copy the message"]);
  assert.deepEqual(await entries(/Nothing stands in/), ["Explain", "Waive…", "Copy the message"]);
  await findings(app).getByRole("button", { name: /too small/ }).click();
  await findings(app).focus();
  await findings(app).press("w");
  assert.equal(await page.getByRole("dialog").count(), 0);
  const card = page.getByRole("article", { name: /too small/ });
  await card.waitFor();
  assert.deepEqual(await card.getByRole("button").allTextContents(), ["Make it 1", "Leave it out", "Explain"]);
  await findings(app).press("End");
  await findings(app).press("w");
  await page.getByRole("dialog", { name: /^Waive: nothing stands in/ }).waitFor();
});

story("findings and plans call things as the drawing does, and keep their ids at hand", TEMPLATE, async (app) => {
  const { page } = app;
  await edit(app, { edit: "set-attribute", resource: "app", path: ["cpu"], value: -2 });
  await app.tab("Problems").click();
  const told = findings(app).getByRole("button", { name: "Cpu of “App server”: -2 is too small: at least 1" });
  await told.waitFor();
  assert.equal(await page.locator(".problem-place", { hasText: "App server" }).getAttribute("title"), "App server (app)");
  await findings(app).getByRole("button", { name: "More about it" }).click();
  await page.getByRole("menuitem", { name: "Copy the message" }).click();
  await page.getByText("Message copied").waitFor();
  assert.match(await page.evaluate(() => navigator.clipboard.readText()), /^cpu of .*(“app”|\(app\))/);

  await app.tab("Deploy").click();
  await app.button("Plan a deploy").click();
  const plan = page.locator(".plan");
  const card = plan.getByRole("article", { name: /Cpu of “App server”|cpu of “App server”/ });
  await card.waitFor();
  const change = plan.getByRole("listitem").filter({ hasText: "app · zone a" });
  await change.getByText("app-tier/a").waitFor();
  assert.equal(await change.locator(".run-text").getAttribute("title"), "app · zone a (app-tier/a)");
  // Both are read without scrolling through slits: the finding whole, and changes below it.
  const box = await page.locator(".plan .window").boundingBox();
  const within = ({ y, height }) => y >= box.y && y + height <= box.y + box.height;
  assert.ok(within(await card.boundingBox()));
  assert.ok(within(await plan.getByRole("listitem").nth(2).boundingBox()));
  assert.equal(await page.locator(".plan-findings").evaluate((one) => getComputedStyle(one).overflowY), "visible");
  // And the last change is reached by scrolling past both.
  await page.locator(".plan .window").focus();
  await page.keyboard.press("End");
  await plan.getByRole("listitem").filter({ hasText: "way-out[1]" }).waitFor();
  const cut = await plan.locator(".run-line .cut").evaluateAll((all) => all.filter((one) => one.scrollWidth > one.clientWidth).map((one) => one.textContent));
  assert.deepEqual(cut, []);
});

story("in an old plan only what is still found can be fixed, and the rest says why", TEMPLATE, async (app) => {
  const { page } = app;
  for (const resource of ["app", "orders"]) await edit(app, { edit: "set-attribute", resource, path: ["cpu"], value: -2 });
  await app.tab("Deploy").click();
  await app.button("Plan a deploy").click();
  const card = (title) => page.locator(".plan").getByRole("article", { name: new RegExp(`cpu of “${title}”`, "i") });
  const fix = (title) => card(title).getByRole("button", { name: "Leave it out" });
  const over = (title) => card(title).getByText("Not found in the drawing any more: plan again");
  await fix("Orders").waitFor();
  await fix("App server").click();
  await over("App server").waitFor();
  assert.deepEqual(await card("App server").getByRole("button").allTextContents(), ["Explain"]);
  // What the drawing of now has as well is fixed there.
  await fix("Orders").click();
  await over("Orders").waitFor();
  await app.untilDesign((d) => attributes(d, "app").cpu === undefined && attributes(d, "orders").cpu === undefined);
  await app.button("Plan again").click();
  await card("Orders").waitFor({ state: "detached" });
});

story("a finding is explained, and a broken intent is pointed elsewhere", TEMPLATE, async (app) => {
  const { page } = app;
  await edit(app, { edit: "set-intent", id: "wrong", intent: { expect: "reachable", from: "internet", to: "orders" } });
  await app.tab("Problems").click();
  await findings(app).getByRole("button", { name: "More about it" }).first().click();
  await page.getByRole("menuitem", { name: "Explain" }).click();
  const explained = page.getByRole("dialog").locator(".explained");
  await explained.getByText("Why:", { exact: false }).waitFor();
  assert.doesNotMatch(await explained.textContent(), /`|Fires:/);
  await page.keyboard.press("Escape");
  // The row shows the place; only its button opens the rule.
  await findings(app).locator(".problem-go").filter({ hasText: /orders|Orders/ }).first().click();
  await until(() => app.selected(), (all) => all.length > 0);
  assert.equal(await page.getByRole("dialog").count(), 0);
  const row = page.locator(".problem").filter({ has: app.button("Change it…") }).first();
  const acts = await row.locator(".problem-actions").getByRole("button").allTextContents();
  assert.equal(acts[0], "Change it…");
  await app.button("Change it…").first().click();
  const dialog = page.getByRole("dialog", { name: "Intent" });
  await dialog.getByRole("combobox", { name: "To" }).fill("Entry");
  await page.keyboard.press("Enter");
  await dialog.getByRole("button", { name: "Change intent" }).click();
  await app.untilDesign((d) => d.intents.wrong.to === "entry");
});

story("a click on code selects the shape, and a selected shape lights its code", TEMPLATE, async (app) => {
  const { page } = app;
  await app.tab("Code").click();
  await app.click("orders");
  const lit = page.locator(".code-line.on").first();
  await lit.waitFor();
  assert.match(await lit.textContent(), /orders/);
  await page.getByRole("textbox", { name: "Find in the code" }).fill('"aws_instance" "app"');
  const hit = page.locator(".code-line.hit");
  await hit.waitFor();
  await page.getByText("1 of 1").waitFor();
  await hit.click();
  await until(() => app.selected(), (all) => all.join() === "app");
  await page.locator(".code-line.on.hit").waitFor();
  await app.button("Copy this file").click();
  await page.getByText(/\.tf copied/).waitFor();
  assert.match(await page.evaluate(() => navigator.clipboard.readText()), /"aws_instance" "app"/);
});

story("the proof answers who reaches whom, by which hops, and why not", TEMPLATE, async (app) => {
  const { page } = app;
  await app.click("app");
  await app.click("orders", ["Shift"]);
  await app.tab("Proof").click();
  await page.getByText("App server reaches Orders on tcp/5432").waitFor();
  await page.locator(".hop").first().waitFor();
  for (const size of SIZES) {
    await page.setViewportSize(size);
    const port = page.getByRole("textbox", { name: "Port" }).locator("..");
    await until(async () => [await port.boundingBox(), await page.locator(".ask-form").boundingBox()], ([box, form]) => box.x >= form.x && box.x + box.width <= form.x + form.width);
  }
  await page.getByRole("combobox", { name: "From", exact: true }).fill("Internet");
  await page.keyboard.press("Enter");
  await page.getByText("Internet cannot reach Orders").waitFor();
  await page.getByText(/^Stopped at Orders/).waitFor();
  await page.getByRole("button", { name: "Question" }).click();
  await page.getByRole("option", { name: "Who reaches …" }).click();
  await page.getByText("1 thing reaches Orders").waitFor();
  await page.getByRole("button", { name: "App server" }).click();
  await until(() => app.selected(), (all) => all.join() === "app");
  await page.getByRole("button", { name: "Question" }).click();
  await page.getByRole("option", { name: "What is exposed to the internet" }).click();
  await page.getByRole("list", { name: /Internet reaches/ }).getByText("Entry").waitFor();
});

story("the menu of a right click is whole at the lower edge, and no long title pushes anything aside", TEMPLATE, async (app) => {
  const { page } = app;
  await edit(app, { edit: "batch", name: `Rename to “${"Endless".repeat(60)}”`, edits: [subnet("spare")] });
  const bar = page.locator(".status-bar");
  await bar.getByRole("button", { name: /^Undo: / }).waitFor();
  const endless = page.locator(".palette-list").getByText(/^No part is called/);
  await page.getByRole("textbox", { name: "Search parts" }).fill("endless".repeat(60));
  assert.ok(await endless.evaluate((one) => one.scrollWidth <= one.parentElement.clientWidth));
  await page.getByRole("textbox", { name: "Search parts" }).fill("");
  const within = (box, { width, height }) => box && box.x >= 0 && box.y >= 0 && box.x + box.width <= width && box.y + box.height <= height;
  for (const size of SIZES) {
    await page.setViewportSize(size);
    await until(() => bar.evaluate((one) => one.scrollWidth <= one.clientWidth && [...one.children].every((child) => child.getBoundingClientRect().height <= 26)), Boolean);
    await app.idle();
    const canvas = await page.locator(".canvas-root").boundingBox();
    await app.click("entry");
    await page.mouse.click(canvas.x + 40, canvas.y + canvas.height - 14, { button: "right" });
    const menu = page.getByRole("menu", { name: "What can be done here" });
    await menu.waitFor();
    await app.still();
    assert.ok(within(await menu.boundingBox(), size));
    await page.keyboard.press("End");
    await app.still();
    assert.ok(within(await menu.getByRole("menuitem").last().boundingBox(), size));
    await page.keyboard.press("Escape");
    await menu.waitFor({ state: "detached" });
  }
  // Where it cannot be whole it scrolls, and the keyboard goes through it.
  await app.click("entry");
  await page.setViewportSize({ width: 1000, height: 480 });
  await app.idle();
  await page.keyboard.press("Shift+F10");
  const last = page.getByRole("menu").getByRole("menuitem").last();
  await last.waitFor();
  await page.keyboard.press("End");
  await last.and(page.locator(":focus")).waitFor();
  assert.ok(within(await last.boundingBox(), { width: 1000, height: 480 }));
  await page.keyboard.type("Rename");
  await page.keyboard.press("Enter");
  await page.locator("input:focus, textarea:focus").waitFor();
  await page.keyboard.press("Control+a");
  await page.keyboard.type("Front door");
  await page.keyboard.press("Enter");
  await app.untilDesign((d) => d.resources.entry.title === "Front door");
  await page.setViewportSize(SIZES[1]);
  await edit(app, { edit: "set-attribute", resource: "app", path: ["title"], value: "endless".repeat(60) });
  await app.click("app");
  await app.keys("Delete");
  const notice = page.locator(".toast", { hasText: "endless" });
  await notice.waitFor();
  assert.ok(await notice.evaluate((one) => one.scrollWidth <= one.clientWidth));
});

const file = {
  serve: async (place) => {
    const path = join(place.folder, "shop.gplan");
    place.command("new", path, "--template", "three-tier-web-shop");
    return [path];
  },
};

story("a folder of files but no folders is not called empty", file, async (app) => {
  await app.button("Export").click();
  await app.button("Choose a folder…").click();
  await app.page.getByText("No folders in here").waitFor();
});

story("versions show what differs from the saved file and from before an act, and go back there", file, async (app) => {
  const { page } = app;
  await edit(app, { edit: "set-attribute", resource: "app", path: ["cpu"], value: 8 });
  await edit(app, subnet("spare"));
  await app.tab("Versions").click();
  await page.getByText("1 added, 1 changed").waitFor();
  const changes = page.getByRole("list", { name: "Differences" });
  await changes.getByText("Resource added").waitFor();
  assert.match(await changes.locator(".change.value").first().textContent(), /cpu.*was 2.*is 8/);
  await changes.getByRole("button", { name: "App server" }).click();
  await until(() => app.selected(), (all) => all.join() === "app");
  await page.getByRole("button", { name: /^Before “Add/ }).click();
  await page.getByText("1 added", { exact: true }).waitFor();
  await page.getByRole("button", { name: /^Before “Set cpu/ }).click();
  await app.button("Undo 2 acts").click();
  await app.untilDesign((d) => attributes(d, "app").cpu === 2 && !d.resources.spare);
  await page.keyboard.press("Control+s");
});

story("what a panel was set to is remembered after a reload", file, async (app) => {
  const { page } = app;
  await app.tab("Problems").click();
  await edit(app, subnet("spare"));
  await page.getByRole("button", { name: "Severity" }).click();
  await page.getByRole("option", { name: "Advice" }).click();
  await until(() => app.call("settings_get"), (settings) => settings["problems.severity"] === "advice" || JSON.stringify(settings).includes('"advice"'));
  await page.reload();
  await page.waitForSelector("[data-ready=true]");
  await page.getByRole("button", { name: /Advice.*Severity|Severity.*Advice/ }).or(page.getByText("Advice", { exact: true })).first().waitFor();
});

story("the first environment that is written leaves the lab beside it", {}, async (app) => {
  const { page } = app;
  await app.button("New design").click();
  await app.command("Add environment");
  const dialog = page.getByRole("dialog", { name: "New environment" });
  await dialog.getByRole("textbox", { name: "Name", exact: true }).fill("production");
  await dialog.getByRole("button", { name: "Add environment" }).click();
  await dialog.waitFor({ state: "detached" });
  const written = async () => Object.keys((await app.design()).environments);
  assert.deepEqual(await written(), ["lab", "production"]);
  await page.keyboard.press("Control+z");
  await until(written, (ids) => ids.length === 0);
});
