// A three-tier design drawn, linked, edited, checked and saved with the keyboard alone by somebody who sees nothing:
// what is on the screen is known from the browser's accessibility tree only, as a screen reader gets it.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { story, until } from "../app.mjs";

/** Reads and types: no pointer, no selectors, no test bridge. */
class Reader {
  static async on(page) {
    const reader = new Reader();
    reader.keyboard = page.keyboard;
    reader.cdp = await page.context().newCDPSession(page);
    return reader;
  }

  async tree() {
    const { nodes } = await this.cdp.send("Accessibility.getFullAXTree");
    return nodes.map(({ nodeId, backendDOMNodeId, ignored, role, name, value, properties = [], childIds = [] }) => ({
      id: nodeId,
      backend: backendDOMNodeId,
      ignored,
      role: role?.value,
      name: name?.value ?? "",
      value: value?.value,
      children: childIds,
      ...Object.fromEntries(properties.map((one) => [one.name, one.value.value ?? one.value.relatedNodes])),
    }));
  }

  /** "textbox Range", as it is read out; of the drawing, the item that stands for the focus in it. */
  async focus() {
    const tree = await this.tree();
    const at = tree.findLast((node) => node.focused === true && node.role !== "RootWebArea");
    if (at?.role !== "application") return `${at?.role} ${at?.name}`;
    return tree.find((node) => node.role === "image" && tree.find(({ id }) => id === at.id)?.children.includes(node.id))?.name;
  }

  /** Waits until the focus is read out so. */
  on(pattern) {
    return until(() => this.focus(), (name) => pattern.test(name ?? ""));
  }

  /** The texts below a node. */
  words(tree, node) {
    return node.name || node.children.map((id) => this.words(tree, tree.find((one) => one.id === id) ?? { name: "", children: [] })).join(" ");
  }

  async heard() {
    const tree = await this.tree();
    return tree.filter((node) => node.live === "polite").map((node) => this.words(tree, node)).join(" | ");
  }

  /** Waits until a polite region says so. */
  hears(pattern) {
    return until(() => this.heard(), (said) => pattern.test(said));
  }

  /** Waits until something with this role is called so somewhere. */
  finds(role, pattern) {
    return until(async () => (await this.tree()).filter((node) => node.role === role && !node.ignored).map(({ name }) => name), (names) =>
      names.some((name) => pattern.test(name)),
    );
  }

  /** With the link tool: arrow by arrow until this target is read out. */
  async aim(key, pattern) {
    for (let k = 0; k < 5; k += 1) {
      // What was said before this key is still there to be heard.
      const before = await this.heard();
      await this.press(key);
      const said = await until(() => this.heard(), (now) => now !== before && /Enter links|nothing to link/.test(now));
      if (pattern.test(said)) return;
    }
    throw new Error(`${key} never came to ${pattern}; it read: ${await this.heard()}`);
  }

  async press(...keys) {
    for (const key of keys) await this.keyboard.press(key);
  }

  /** Key by key until the focus is read out so. */
  async seek(key, pattern, most = 60) {
    const heard = [];
    for (let k = 0; k < most; k += 1) {
      const now = await this.focus();
      if (pattern.test(now ?? "")) return;
      heard.push(now);
      await this.press(key);
    }
    throw new Error(`${key} never came to ${pattern}; it read: ${heard.join(" · ")}`);
  }

  /** In a grid that has the focus: key by key until the row that is active is read out so. */
  async row(key, pattern) {
    const heard = [];
    for (let k = 0; k < 12; k += 1) {
      const tree = await this.tree();
      const [active] = tree.findLast(({ focused, role }) => focused === true && role !== "RootWebArea")?.activedescendant ?? [];
      const row = tree.find(({ backend }) => backend !== undefined && backend === active?.backendDOMNodeId);
      heard.push(row ? this.words(tree, row) : "nothing");
      if (pattern.test(heard.at(-1))) return;
      await this.press(key);
    }
    throw new Error(`${key} never came to ${pattern}; it read: ${heard.join(" · ")}`);
  }

  async type(text) {
    await this.press("Control+a");
    await this.keyboard.type(text);
  }

  /** Adds a part where the selection is, and names it. */
  async add(part, name) {
    await this.press("/");
    await this.on(/^combobox Add a part/);
    await this.keyboard.type(part);
    await this.press("Enter");
    await this.on(new RegExp(`^${part} `));
    if (name) await this.rename(name);
  }

  async rename(name) {
    await this.press("F2");
    await this.on(/^textbox Name of/);
    await this.type(name);
    await this.press("Enter");
    await this.hears(new RegExp(`named ${name}`));
  }

  /** Writes into a field of what is selected, and comes back. */
  async field(pattern, text) {
    await this.press("Alt+Enter");
    await this.on(/^textbox Title/);
    await this.seek("Tab", pattern);
    await this.type(text);
    await this.press("Shift+F6");
    await this.on(/^(?!textbox)/);
  }

  /** Takes one of the choices of a field of what is selected, and comes back. */
  async choose(pattern, option) {
    await this.press("Alt+Enter");
    await this.on(/^textbox Title/);
    await this.seek("Tab", pattern);
    await this.press("Enter");
    await this.on(/^option/);
    await this.seek("ArrowDown", option, 6).catch(() => this.seek("ArrowUp", option, 6));
    await this.press("Enter");
    await this.on(pattern.source.includes("button") ? /^button/ : pattern);
    await this.press("Shift+F6");
    await this.on(/^(?!button)/);
  }

  /** To a thing by its name. */
  async go(name) {
    await this.command(name);
    await this.on(new RegExp(`^[a-z ]+ ${name}( in|,|$)`));
  }

  /** A command by its words. */
  async command(words) {
    await this.press("Control+k");
    await this.on(/^combobox Do anything/);
    await this.keyboard.type(words);
    await this.press("Enter");
  }
}

const NEW = "a three-tier design is drawn, linked, edited, checked and saved by keys, read from the accessibility tree";

story(NEW, {}, async (app) => {
  const reader = await Reader.on(app.page);
  await reader.seek("Tab", /^button New design/);
  await reader.press("Enter");
  await reader.on(/^nothing selected/);

  await reader.add("internet", "Visitors");
  await reader.press("Escape");
  await reader.add("region", "Frankfurt");
  await reader.field(/^combobox City/, "frankfurt");
  await reader.add("network", "shop");
  await reader.field(/^textbox Range/, "10.20.0.0/16");
  for (const [name, range] of [["web", "10.20.0.0/24"], ["app", "10.20.1.0/24"], ["data", "10.20.2.0/24"]]) {
    await reader.add("subnet", name);
    await reader.field(/^textbox Range/, range);
    await reader.press("Shift+Enter");
    await reader.on(/^network shop in region Frankfurt, .*holds \d/);
  }

  await reader.press("Enter");
  await reader.on(/^subnet web in network shop/);
  await reader.choose(/^button .*Exposure/, /^option Public/);
  await reader.add("load balancer", "Entry");
  await reader.press("Shift+Enter", "Alt+ArrowDown");
  await reader.on(/^subnet app/);
  await reader.add("server", "App");
  await reader.press("Alt+Enter");
  await reader.on(/^textbox Title/);
  await reader.seek("Tab", /^button Add services/);
  await reader.press("Enter");
  await reader.finds("button", /^Remove services 1/);
  await reader.seek("Shift+Tab", /^textbox Port/);
  await reader.type("8080");
  await reader.press("F6");
  await app.untilDesign(({ resources }) => resources.server?.attributes?.services?.[0]?.port === 8080);
  await reader.seek("F6", /^server App/, 6);

  await reader.press("Shift+Enter");
  await reader.seek("Alt+ArrowUp", /^subnet data/, 4);
  await reader.add("database", "Orders");

  // One link is drawn with the link tool, one is chosen by name, one is drawn towards the internet's only target.
  await reader.go("Entry");
  await reader.press("l", "ArrowDown");
  await reader.hears(/link to App, Enter links/);
  await reader.press("Enter");
  await reader.hears(/linked Entry to App.*link from Entry to App/);
  await reader.press("F2");
  await reader.on(/^combobox Ports from Entry to App/);
  await reader.type("8080");
  await reader.press("Enter");
  await reader.on(/^link from Entry to App, 8080/);
  await reader.press("ArrowDown");
  await reader.on(/^server App in subnet app, .*1 link/);
  await reader.command("Link to");
  await reader.on(/^dialog Link App to/);
  await reader.seek("Tab", /^combobox To/, 4);
  await reader.keyboard.type("Orders");
  await reader.press("ArrowDown", "Enter");
  await reader.seek("Tab", /^button Link$/, 12);
  await reader.press("Enter");
  await reader.hears(/link from App to Orders.* added/);
  await reader.go("Visitors");
  await reader.press("l");
  await reader.aim("ArrowUp", /link to Entry, Enter links/);
  await reader.press("Enter");
  await reader.hears(/linked Visitors to Entry/);

  // What is wrong is read in the problems, and put right there.
  await reader.seek("F6", /^tab Problems \d/, 6);
  for (const fix of [/^button Listen on port 80/, /^button Add a NAT gateway/]) {
    await reader.seek("Tab", fix, 60);
    await reader.press("Enter");
    await until(async () => (await reader.tree()).filter((node) => !node.ignored && node.role === "button").map(({ name }) => `button ${name}`), (names) => !names.some((name) => fix.test(name)));
  }
  await reader.seek("F6", /^tab Problems \d/, 6);
  await reader.seek("Tab", /^treegrid Findings/, 60);
  await reader.row("ArrowDown", /cannot reach .*no public address/);
  await reader.press("Enter");
  await reader.on(/^link from Visitors to Entry, .*broken, 1 error/);
  await reader.press("ArrowUp");
  await reader.on(/^load balancer Entry/);
  await reader.choose(/^button .*Reached from/, /^option The internet/);
  await reader.finds("button", /^no problems/);

  await reader.press("Control+s");
  await reader.on(/^textbox Name of the file/);
  await reader.type("shop");
  await reader.press("Enter");
  await reader.finds("RootWebArea", /^shop – Groundplan$/);
  await reader.on(/^load balancer Entry in subnet web, 2 links/);
  const { resources, links } = await app.design();
  assert.deepEqual(
    Object.values(resources).map(({ kind, parent }) => `${kind} in ${parent ? resources[parent].title : "nothing"}`).sort(),
    [
      "database in data",
      "internet in nothing",
      "load-balancer in web",
      "nat-gateway in web",
      "network in Frankfurt",
      "region in nothing",
      "server in app",
      "subnet in shop",
      "subnet in shop",
      "subnet in shop",
    ],
  );
  assert.deepEqual(Object.values(links).map(({ from, to }) => `${from} → ${to}`).sort(), [
    "internet → load-balancer",
    "load-balancer → server",
    "server → database",
  ]);
  const text = await readFile(join(app.folder, "shop.gplan"), "utf8");
  for (const range of ["10.20.0.0/16", "10.20.0.0/24", "10.20.1.0/24", "10.20.2.0/24"]) assert.match(text, new RegExp(range));
  assert.deepEqual(app.faults, []);
});
