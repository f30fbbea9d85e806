// What makes people trust the editor: nothing is lost, pictures are what is seen, and they open again.
import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { story, until } from "../app.mjs";

/** The web shop in a file. */
const shop = (change = (text) => text) => ({
  serve: async (place) => {
    place.command("new", "shop.gplan", "--template", "three-tier-web-shop");
    const path = join(place.folder, "shop.gplan");
    await writeFile(path, change(await readFile(path, "utf8")));
    return ["shop.gplan"];
  },
});

/** The shop with everything that a drawing can show: names that are cut, small cards, what is wrong, marks on the ground. */
const crowded = (text) =>
  text
    .replace('title = "Orders"', 'title = "Orders of all customers since 2019"')
    .replace('title = "App server"\ncount = 2', 'title = "Application server"\ncount = 3')
    .replace('title = "app"', 'title = "application servers and all of their helpers"')
    .replace("images = [808, 152, 176, 56]", "images = [808, 152, 104, 56]")
    .replace("frankfurt = [152, 0, 856, 560]", "frankfurt = [152, 0, 856, 640]")
    .replace("shop = [176, 48, 584, 488]", "shop = [176, 48, 584, 576]")
    .replace("[layout.resources]", `${CROWD}\n[layout.resources]\n${CROWD_PLACES}`);

const CROWD = `
[resource.lane]
kind = "zone"
parent = "frankfurt"
letter = "a"

[resource.hint]
kind = "note"
title = "Talk to Mia before you change anything about the orders: invoices are made from them every night."

[resource.group]
kind = "frame"
title = "Group of loose things"

[resource.jobs]
kind = "queue"
parent = "frankfurt"
title = "Invoices"
fifo = true

[resource.worker]
kind = "server"
parent = "app-tier"
title = "Worker"
cpu = 4
memory = "8 GiB"

[resource.low]
kind = "volume"
parent = "frankfurt"
title = "Low volume, long title"
size = "20 GiB"
encrypted = true

[resource.old]
kind = "subnet"
parent = "shop"
title = "old"
cidr = "10.20.9.0/24"
exposure = "private"

[link.internet-orders]
from = "internet"
to = "orders"
allow = ["tcp/22"]

[link.worker-orders]
from = "worker"
to = "orders"
allow = ["tcp/5432", "tcp/5433", "tcp/5434", "udp/9000-9100"]

[intent.entry-is-kept-from-app]
expect = "unreachable"
from = "entry"
to = "app"
`;

const CROWD_PLACES = `lane = [472, 80, 248, 544]
hint = [0, 280, 136, 72]
group = [0, 400, 136, 120]
jobs = [808, 400, 144, 56]
worker = [224, 288, 112, 56]
low = [808, 496, 128, 32]
old = [200, 528, 240, 80]`;

/** The app moved by a grid step: one unsaved edit. */
async function moveApp(app) {
  await app.click("app");
  await app.keys("ArrowRight");
  await app.untilDesign((d) => d.layout.resources.app[0] === 368);
}

story("what another program changed is merged, conflict by conflict, as one step", shop(), async (app) => {
  const { page } = app;
  const path = join(app.folder, "shop.gplan");
  await moveApp(app);
  await app.keys("F2");
  await page.keyboard.type("Mine");
  await page.keyboard.press("Enter");
  await app.untilDesign((d) => d.resources.app.title === "Mine");
  const text = await readFile(path, "utf8");
  const theirs = `# theirs\n${text.replace('title = "App server"', 'title = "Theirs"').replace('name = "Web shop"', 'name = "Bookshop"')}`;
  await writeFile(path, theirs);
  const asked = page.getByRole("alertdialog");
  await asked.getByText("1 conflict: choose what holds").waitFor();
  await asked.getByRole("region", { name: "Changed on disk" }).getByText("2 changed").waitFor();
  const conflict = asked.getByRole("radiogroup", { name: "Mine: title" });
  assert.equal(await conflict.getByRole("radio", { name: "Mine Mine" }).isChecked(), true);
  await conflict.getByText("On disk").click();
  await asked.getByRole("button", { name: "Merge both" }).click();
  const merged = await app.untilDesign((d) => d.name === "Bookshop");
  assert.equal(merged.resources.app.title, "Theirs");
  assert.equal(merged.layout.resources.app[0], 368);
  await app.click("app");
  await app.keys("Control+z");
  await app.untilDesign((d) => d.resources.app.title === "Mine" && d.name === "Web shop");
  await app.keys("Control+Shift+z", "Control+s");
  await page.getByText("shop.gplan · saved").waitFor();
  const saved = await readFile(path, "utf8");
  assert.match(saved, /^# theirs\n/);
  assert.match(saved, /name = "Bookshop"[^]*title = "Theirs"/);
});

story("a damaged file that was repaired outside can be read again for as long as it takes", shop((text) => `${text}\n[resource.\n`), async (app) => {
  const { page } = app;
  const path = join(app.folder, "shop.gplan");
  await page.getByText(/^Read-only:/).waitFor();
  await writeFile(path, (await readFile(path, "utf8")).replace("\n[resource.\n", "\n"));
  const bar = page.getByRole("status").filter({ hasText: "Another program changed this file" });
  await bar.getByRole("button", { name: "Reload" }).click();
  await page.getByText(/^Read-only:/).waitFor({ state: "detached" });
  await bar.waitFor({ state: "detached" });
  await moveApp(app);
});

/** So many servers that a picture of them takes a while. */
const many = {
  serve: async (place) => {
    const servers = Array.from({ length: 600 }, (_, k) => `[resource.s${k}]\nkind = "server"\n`);
    await writeFile(join(place.folder, "many.gplan"), `format = 1\n${servers.join("")}`);
    return ["many.gplan"];
  },
};

story("a picture that takes long says how far it is, and stops when something else is wanted", many, async (app) => {
  const { page } = app;
  await page.keyboard.press("Control+e");
  const dialog = page.getByRole("dialog");
  const choose = async (format) => {
    await dialog.getByRole("button", { name: /Format/ }).click();
    await page.getByRole("option", { name: format }).click();
  };
  const stopped = async (act) => {
    await choose("PNG picture");
    await dialog.getByRole("progressbar", { name: "Export" }).waitFor();
    const [answer] = await Promise.all([
      page.waitForResponse((one) => one.url().endsWith("/api/export_run") && one.status() !== 200),
      act(),
    ]);
    assert.equal((await answer.json()).code, "stopped");
  };
  await stopped(() => choose("SVG picture"));
  await dialog.getByText("untitled.svg").waitFor();
  await stopped(() => page.keyboard.press("Escape"));
  await dialog.waitFor({ state: "detached" });
  assert.equal(await page.locator(".toast.error").count(), 0, "who stops it need not be told");
});

story("a picture is written from the dialog and opens again, by its file and by dropping it", shop(), async (app) => {
  const { page } = app;
  for (const format of ["SVG picture", "PNG picture", "PDF picture"]) {
    await page.keyboard.press("Control+e");
    const dialog = page.getByRole("dialog");
    await dialog.getByRole("button", { name: /Format/ }).click();
    await page.getByRole("option", { name: format }).click();
    const legend = dialog.getByRole("checkbox", { name: "Legend" });
    if (!(await legend.isChecked())) await dialog.getByText("Legend", { exact: true }).click();
    const choose = dialog.getByRole("button", { name: "Choose a folder…" });
    if (await choose.isVisible()) {
      await choose.click();
      await app.button("Use this folder").click();
    }
    await dialog.getByRole("button", { name: "Write 1 file" }).click();
    await dialog.waitFor({ state: "detached" });
  }
  const svg = await readFile(join(app.folder, "web-shop.svg"), "utf8");
  assert.match(svg, />Private subnet</);
  assert.match((await readFile(join(app.folder, "web-shop.pdf"))).toString("latin1"), /^%PDF-/);
  const png = await readFile(join(app.folder, "web-shop.png"));
  const before = await app.design();
  const data = await page.evaluateHandle((bytes) => {
    const transfer = new DataTransfer();
    transfer.items.add(new File([Uint8Array.from(bytes)], "web-shop.png", { type: "image/png" }));
    return transfer;
  }, [...png]);
  const first = await app.session();
  await page.dispatchEvent("body", "dragover", { dataTransfer: data });
  await page.getByText("Drop a design, or a picture that carries one").waitFor();
  await page.dispatchEvent("body", "drop", { dataTransfer: data });
  await until(() => app.session(), (session) => session !== first);
  const document = await app.document();
  assert.deepEqual({ ...document.design, id: null }, { ...before, id: null });
  assert.notEqual(document.design.id, before.id, "a copy shares no deployment");
  assert.equal(document.path, undefined);
  assert.equal(document.history.dirty, true, "it is in no file yet");
  const checked = app.place.command("check", "web-shop.svg");
  assert.notEqual(checked.status, 2, checked.complaint);
});

story("what is selected is copied as a picture, as SVG and as text", shop(), async (app) => {
  const { page } = app;
  await app.click("app");
  await app.command("Copy as PNG");
  await page.getByText("The selection copied as a picture").waitFor();
  const size = await page.evaluate(async () => {
    const [item] = await navigator.clipboard.read();
    const bitmap = await createImageBitmap(await item.getType("image/png"));
    return [bitmap.width, bitmap.height];
  });
  assert.deepEqual(size, [(184 + 48) * 2, (56 + 48) * 2]);
  await app.click("app");
  await app.command("Copy as SVG");
  await page.getByText("The selection copied as SVG").waitFor();
  assert.match(await page.evaluate(() => navigator.clipboard.readText()), /^<svg [^]*>App server × 2</);
  await app.click("app");
  await app.command("Copy as text");
  await page.getByText("The selection copied as text").waitFor();
  assert.match(await page.evaluate(() => navigator.clipboard.readText()), /^App server \(.+\)\n$/);
});

story("a clipboard that takes no pictures is said, with another way", shop(), async (app) => {
  const { page } = app;
  await page.evaluate(() => {
    navigator.clipboard.write = () => Promise.reject(new Error("not allowed"));
  });
  await app.click("app");
  await app.command("Copy as PNG");
  await page.getByText("Not copied: this window’s clipboard takes no pictures").waitFor();
  await app.button("Export…").last().click();
  await page.getByRole("dialog", { name: "Export" }).waitFor();
});

/** One thing of a drawing: what is said of it, and the numbers that may be a little off. */
const thing = (words, ...at) => ({ words, at: at.map(Number) });

/** Ticks are no findings, and not in a picture: ring, disc and sign are three lines. */
function withoutTicks(lines) {
  const ticks = lines.flatMap((line, k) => (/^fill (#12925f|#2bb673): circle/.test(line) ? [k] : []));
  const places = ticks.flatMap((k) => [...lines[k].matchAll(/circle (\S+) (\S+) /g)].map(([, x, y]) => [x, y].map(Number)));
  return { rest: lines.filter((_, k) => !ticks.some((tick) => Math.abs(tick - k) <= 1)), places };
}

/** Words, icons, boxes and where lines begin, out of what the recording painter wrote down. */
function inPainting(lines) {
  return lines.flatMap((line) => {
    const [, text, ...of] = /^text “([^]*)” (\S+) (\S+) (\S+)px (\S+) (\S+)$/.exec(line) ?? [];
    if (of.length > 0) return text === "" ? [] : [thing(`“${text}” ${of[3]} ${of[4]}`, ...of.slice(0, 3))];
    const [, icon, ...at] = /^icon (\S+ \S+) (\S+) (\S+) (\S+)$/.exec(line) ?? [];
    if (icon) return [thing(icon, ...at)];
    const [style, path = ""] = line.split(": ");
    const marks = path.split(", ").map((mark) => mark.split(" "));
    return marks.filter(([kind]) => kind === "round" || kind === "move").map(([, ...where]) => thing(style, ...where));
  });
}

/** The same out of a picture. */
function inPicture(svg) {
  const anchors = { middle: "center", end: "right" };
  const [, body] = svg.split("</defs>");
  let [left, top] = [0, 0];
  return [...body.matchAll(/<(g|text|use|rect|path) ([^>]*?)\/?>(?:([^<]*)<\/text>)?|<\/g>/g)].flatMap(([, name, inner, text]) => {
    const is = Object.fromEntries([...(inner ?? "").matchAll(/([\w-]+)="(.*?)"/g)].map(([, key, value]) => [key, value]));
    if (!name || name === "g") [left, top] = /translate\((\S+) (\S+)\)/.exec(is.transform)?.slice(1).map(Number) ?? [0, 0];
    if (name === "text")
      return [thing(`“${text}” ${is.fill} ${anchors[is["text-anchor"]] ?? "left"}`, is.x, is.y, is["font-size"])];
    if (name === "use") return [thing(`${is.href.slice(3)} ${is.fill}`, is.x, is.y, is.width)];
    const begins = [...(is.d ?? "").matchAll(/M(\S+?)[ ,](-?[\d.]+)/g)].map(([, x, y]) => [Number(x) + left, Number(y) + top]);
    const places = is.rx ? [[is.x, is.y, is.width, is.height, is.rx]] : begins;
    return stylesOf(is).flatMap((style) => places.map((where) => thing(style, ...where)));
  });
}

/** A shadow is partly seen through; the veil of a zone is told of apart. */
function stylesOf({ fill, "fill-opacity": opacity, stroke, "stroke-width": width = "1", "stroke-dasharray": dash }) {
  const colour = fill?.startsWith("rgb(") ? fill.replace("rgb", "rgba").replace(")", `,${opacity})`) : fill;
  const filled = fill && fill !== "none" ? [`fill ${colour}`] : [];
  return stroke ? [...filled, `stroke ${stroke} ${width}${dash ? ` dash ${dash}` : ""}`] : filled;
}

/** What of these is not among those; the letters of both sides are not to a hair as wide. */
function lacking(these, those) {
  const left = [...those];
  const same = (a, b) => a.words === b.words && a.at.every((value, k) => Math.abs(value - b.at[k]) < 0.75);
  return these.filter((one) => {
    const at = left.findIndex((other) => same(one, other));
    if (at >= 0) left.splice(at, 1);
    return at < 0;
  });
}

/**
 * Two pictures side by side, patch by patch, so that one letter or one edge counts: the share of dots that differ.
 * Blurred a little, because letters are smoothed differently and the canvas's paper has dots. Runs in the page.
 */
async function worstPatches({ one, other, part: [left, top, width, height], ticks }) {
  const SIZE = 16;
  const pixels = async (base64) => {
    const image = new Image();
    image.src = `data:image/png;base64,${base64}`;
    await image.decode();
    const canvas = new OffscreenCanvas(image.width, image.height);
    const context = canvas.getContext("2d");
    context.filter = "blur(1.5px)";
    context.drawImage(image, 0, 0);
    context.filter = "none";
    for (const [x, y] of ticks) context.fillRect(x - 12, y - 12, 24, 24);
    return context.getImageData(left, top, width, height).data;
  };
  const [a, b] = await Promise.all([pixels(one), pixels(other)]);
  const patches = new Map();
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const at = 4 * (y * width + x);
      if (Math.max(...[0, 1, 2].map((k) => Math.abs(a[at + k] - b[at + k]))) <= 20) continue;
      const patch = [x, y].map((v) => v - (v % SIZE)).join();
      patches.set(patch, (patches.get(patch) ?? 0) + 1);
    }
  const shares = [...patches].map(([patch, dots]) => ({ patch, differs: dots / SIZE ** 2 }));
  return shares.sort((p, q) => q.differs - p.differs);
}

for (const theme of ["light", "dark"])
  story(`a picture shows what the canvas shows, ${theme}`, { ...shop(crowded), theme }, async (app) => {
    const { page } = app;
    await app.keys("Control+b", "Control+i", "Control+j");
    await page.waitForFunction(() => document.querySelector(".left, .right, .drawer") === null);
    await page.getByText(/\d+ errors?/).first().waitFor();
    await page.mouse.move(720, 70);
    // The canvas has the room that the panels left.
    await app.still();
    await app.idle();
    await app.keys("Shift+1", "Control+0");
    await page.evaluate(() => globalThis.__gp.whenQuiet());
    const camera = await page.evaluate(() => globalThis.__gp.camera());
    assert.equal(camera.zoom, 1);
    const session = await app.session();
    const box = await page.locator(".canvas-host").boundingBox();
    const view = [Math.round(camera.x), Math.round(camera.y), Math.floor(box.width), Math.floor(box.height)];
    const picture = { theme, view, scale: 100, withoutDesign: true, badges: true };
    const of = async (format) =>
      (await app.call("export_picture", { session, environment: "test", format, picture })).base64;
    // Boxes, words, icons and lines: where and as the canvas paints them, there and so the picture has them.
    const svg = Buffer.from(await of("svg"), "base64").toString();
    const { rest, places } = withoutTicks(await page.evaluate(() => globalThis.__gp.painted()));
    const painted = inPainting(rest);
    const drawn = inPicture(svg);
    const [broken, forbidden] = [/^stroke \S+ 1.5 dash 5 4$/, /^stroke (#d92d20|#ff6b5e) 1.5$/];
    for (const line of [broken, forbidden]) assert.ok(painted.some(({ words }) => line.test(words)), String(line));
    assert.deepEqual(lacking(painted, drawn), [], "the canvas has more");
    assert.deepEqual(lacking(drawn, painted), [], "the picture has more");
    // Where the design has them, there both have them.
    const { resources } = (await app.design()).layout;
    for (const id of ["shop", "app-tier", "app", "orders"]) {
      const [, ...rect] = svg.match(new RegExp(`data-id="${id}" x="(.+?)" y="(.+?)" width="(.+?)" height="(.+?)"`)).map(Number);
      assert.deepEqual(rect, resources[id]);
      const { x, w } = await app.rect(id);
      assert.ok(Math.abs(x - box.x - (rect[0] - camera.x)) < 1.5 && Math.abs(w - rect[2]) < 1.5, id);
    }
    const shot = await page.screenshot({ clip: { ...box, width: view[2], height: view[3] } });
    const png = await of("png");
    if (process.env.GP_PICTURES) {
      await writeFile(join(process.env.GP_PICTURES, `picture-${theme}.png`), Buffer.from(png, "base64"));
      await writeFile(join(process.env.GP_PICTURES, `canvas-${theme}.png`), shot);
    }
    const ticks = places.map(([x, y]) => [x - view[0], y - view[1]]);
    const [outer, inner] = [await app.rect("frankfurt"), await app.rect("internet")];
    // The tools and the focus ring lie around it.
    const part = [inner.x - box.x - 8, outer.y - box.y - 8, outer.x + outer.w - inner.x + 16, outer.h + 16].map(Math.round);
    const patches = await page.evaluate(worstPatches, { one: png, other: shot.toString("base64"), part, ticks });
    assert.deepEqual(patches.filter(({ differs }) => differs > 0.06), []);
  });

story("a lab that ended elsewhere is no lab any more", { ...shop(), lab: true }, async (app) => {
  const { page } = app;
  await app.tab("Deploy").click();
  await app.button("Plan a deploy").click();
  await app.button("Approve and deploy").click();
  await page.getByText(/^Lab up:/).first().waitFor();
  await page.getByText(/^Every drawn flow tried/).waitFor();
  const ended = app.place.command("destroy", "shop.gplan", "--environment", "test", "--approve", "--allow-data-loss");
  assert.equal(ended.status, 0, ended.complaint);
  await page.getByText("The lab ended").waitFor();
  const status = await app.call("deploy_status", { session: await app.session(), environment: "test" });
  assert.equal(status.state, "nothing");
});

story("panels stand for each design as they were left", shop(), async (app) => {
  const { page } = app;
  await app.tab("Outline").click();
  await page.getByRole("searchbox").or(page.getByRole("textbox", { name: /outline/i })).first().fill("app");
  await app.command("Close design");
  await page.locator("[data-template=three-tier-web-shop]").click();
  await app.untilDesign((d) => d.name === "Web shop");
  await app.tab("Parts").click();
  await app.command("Close design");
  await page.locator(".start-card[data-path$='shop.gplan']").click();
  await page.waitForSelector("[data-ready=true]");
  await page.getByRole("tab", { name: "Outline", selected: true }).waitFor();
  assert.equal(await page.getByRole("searchbox").or(page.getByRole("textbox", { name: /outline/i })).first().inputValue(), "app");
});
