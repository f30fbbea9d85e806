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

story("a picture shows what the canvas shows", shop(), async (app) => {
  const { page } = app;
  await app.keys("Control+b", "Control+i", "Control+j", "Shift+1");
  await page.waitForFunction(() => document.querySelector(".left, .right, .drawer") === null);
  await page.mouse.move(720, 70);
  await app.keys("Control+0");
  await page.evaluate(() => globalThis.__gp.whenQuiet());
  const camera = await page.evaluate(() => globalThis.__gp.camera());
  assert.equal(camera.zoom, 1);
  const session = await app.session();
  const box = await page.locator(".canvas-host").boundingBox();
  const view = [Math.round(camera.x), Math.round(camera.y), Math.floor(box.width), Math.floor(box.height)];
  const environment = "test";
  const picture = { theme: "light", view, scale: 100, withoutDesign: true, badges: false };
  const of = (format) => app.call("export_picture", { session, environment, format, picture });
  // Boxes: where the canvas has them, there the picture has them.
  const svg = Buffer.from((await of("svg")).base64, "base64").toString();
  const { resources } = (await app.design()).layout;
  for (const id of ["shop", "app-tier", "app", "orders"]) {
    const [, x, y, w, h] = svg.match(new RegExp(`data-id="${id}" x="(.+?)" y="(.+?)" width="(.+?)" height="(.+?)"`)).map(Number);
    assert.deepEqual([x, y, w, h], resources[id]);
    const rect = await app.rect(id);
    assert.ok(Math.abs(rect.x - box.x - (x - camera.x)) < 1.5 && Math.abs(rect.w - w) < 1.5, id);
  }
  // Dots: side by side, blurred a little, because the canvas's paper has dots and its ticks are not in the picture.
  const png = (await of("png")).base64;
  const shot = (await page.screenshot({ clip: { ...box, width: view[2], height: view[3] } })).toString("base64");
  const [outer, inner] = [await app.rect("frankfurt"), await app.rect("internet")];
  // The tools and the focus ring lie around it.
  const part = [inner.x - box.x - 8, outer.y - box.y - 8, outer.x + outer.w - inner.x + 16, outer.h + 16].map(Math.round);
  const differs = await page.evaluate(async ([one, other, [x, y, w, h]]) => {
    const pixels = async (base64) => {
      const image = new Image();
      image.src = `data:image/png;base64,${base64}`;
      await image.decode();
      const canvas = new OffscreenCanvas(image.width, image.height);
      const context = canvas.getContext("2d");
      context.filter = "blur(1.5px)";
      context.drawImage(image, 0, 0);
      return context.getImageData(x, y, w, h);
    };
    const [a, b] = await Promise.all([pixels(one), pixels(other)]);
    let far = 0;
    for (let at = 0; at < a.data.length; at += 4)
      if (Math.max(...[0, 1, 2].map((k) => Math.abs(a.data[at + k] - b.data[at + k]))) > 40) far += 1;
    return far / (a.data.length / 4);
  }, [png, shot, part]);
  if (process.env.GP_PICTURES) {
    await writeFile(join(process.env.GP_PICTURES, "picture.png"), Buffer.from(png, "base64"));
    await writeFile(join(process.env.GP_PICTURES, "canvas.png"), Buffer.from(shot, "base64"));
  }
  assert.ok(differs < 0.008, `${differs} of the dots differ`);
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
