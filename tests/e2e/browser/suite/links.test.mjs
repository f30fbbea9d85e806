// Links: drawn from anywhere on a shape, dropped on a port, bent, fanned out, their ports edited in place.
import assert from "node:assert/strict";
import { story, until } from "../app.mjs";

const TEMPLATE = { serve: ["--template", "three-tier-web-shop"] };
const links = (design) => Object.entries(design.links);
const newest = (design, known) => links(design).find(([id]) => !known.includes(id));
/** What screen readers are told. */
const heard = (app) => app.page.locator("[id^=canvas-live]").textContent();
const said = (app, what) => until(() => heard(app), (text) => text.replaceAll("\u00a0", "").includes(what));
const middle = (r) => ({ x: r.x + r.width / 2, y: r.y + r.height / 2 });

story("a link starts anywhere on a shape and says at the pointer and aloud what can be linked and why not", TEMPLATE, async (app) => {
  const known = Object.keys((await app.design()).links);
  await app.keys("l");
  const app_ = await app.rect("app");
  const { mouse } = app.page;
  // At the very edge, on the icon, at the middle: all of it is a start.
  await mouse.move(app_.x + 3, app_.y + app_.h - 4);
  await mouse.down();
  await app.page.mouse.move(app_.x + 20, app_.y + app_.h + 30, { steps: 3 });
  const images = await app.grip("web-tier");
  await mouse.move(images.x, images.y, { steps: 8 });
  await said(app, "a server cannot be linked to a subnet");
  const orders = await app.grip("orders");
  await mouse.move(orders.x, orders.y, { steps: 8 });
  await said(app, "link to Orders");
  await mouse.up();
  const made = await app.untilDesign((d) => links(d).length === known.length + 1);
  assert.deepEqual([newest(made, known)[1].from, newest(made, known)[1].to], ["app", "orders"]);
  await app.page.getByText("Undo: Link App server → Orders").waitFor();
});

story("a target that the line comes near to shows its ports, and a drop on one allows that port only", TEMPLATE, async (app) => {
  const known = Object.keys((await app.design()).links);
  await app.keys("l");
  const from = await app.grip("entry");
  const to = await app.rect("app");
  const { mouse } = app.page;
  await mouse.move(from.x, from.y);
  await mouse.down();
  await mouse.move(from.x, from.y + 40, { steps: 3 });
  await mouse.move(to.x + to.w / 2, to.y - 14, { steps: 8 });
  const pill = await until(
    () => app.page.evaluate(() => globalThis.__gp.ports()[0]),
    (one) => one?.text === "http 8080",
  );
  await mouse.move(pill.x + pill.w / 2, pill.y + pill.h / 2, { steps: 4 });
  await said(app, "link to App server on http 8080");
  await mouse.up();
  const made = await app.untilDesign((d) => links(d).length === known.length + 1);
  assert.deepEqual(newest(made, known)[1].allow, ["http"]);
});

story("ports are edited where they stand: completed, refused with the reason, kept with Enter", TEMPLATE, async (app) => {
  const label = middle(await app.rect("app-orders").then((r) => ({ ...r, width: r.w, height: r.h })));
  await app.page.mouse.dblclick(label.x, label.y);
  const field = app.page.getByRole("combobox", { name: "Ports from App server to Orders" });
  await field.fill("99999");
  await app.page.keyboard.press("Enter");
  await app.page.getByRole("alert").filter({ hasText: "ports go from 1 to 65535" }).waitFor();
  assert.equal(await field.getAttribute("aria-invalid"), "true");
  await field.fill("");
  await app.page.keyboard.type("htt");
  const list = app.page.getByRole("listbox", { name: "What may be meant" });
  await list.getByRole("option", { name: "https tcp/443" }).waitFor();
  await app.page.keyboard.press("ArrowDown");
  await app.page.keyboard.press("ArrowDown");
  await app.page.keyboard.press("Enter");
  assert.equal(await field.inputValue(), "https");
  await app.page.keyboard.type(", post");
  await list.getByRole("option", { name: "postgresql tcp/5432" }).click();
  await app.page.keyboard.press("Enter");
  const done = await app.untilDesign((d) => d.links["app-orders"].allow?.length === 2);
  assert.deepEqual(done.links["app-orders"].allow, ["tcp/443", "postgresql"]);

  // By keyboard alone: the selected link's Enter opens the same field, Escape leaves it as it was.
  await app.page.mouse.click(label.x, label.y);
  await app.page.keyboard.press("Enter");
  await field.waitFor();
  await app.page.keyboard.type("22");
  await app.page.keyboard.press("Escape");
  await field.waitFor({ state: "detached" });
  assert.deepEqual((await app.design()).links["app-orders"].allow, ["tcp/443", "postgresql"]);
});

story("a link is bent by dragging it, its way-point moved, removed and all of them reset", TEMPLATE, async (app) => {
  const points = (d) => d.layout.links["entry-app"] ?? [];
  const label = await app.rect("entry-app");
  const on = { x: label.x + label.w / 2, y: label.y + label.h / 2 };
  await app.drag(on, { x: on.x + 60, y: on.y });
  const [[x, y]] = points(await app.untilDesign((d) => points(d).length === 1));
  await app.page.getByText("Undo: Bend Entry → App server").waitFor();
  const camera = await app.page.evaluate(() => globalThis.__gp.camera());
  const host = await app.page.locator(".canvas-root").boundingBox();
  const at = { x: host.x + (x - camera.x) * camera.zoom, y: host.y + (y - camera.y) * camera.zoom };
  await app.drag(at, { x: at.x - 110, y: at.y });
  const moved = points(await app.untilDesign((d) => points(d)[0]?.[0] < x));
  assert.equal(moved.length, 1);

  const now = { x: host.x + (moved[0][0] - camera.x) * camera.zoom, y: host.y + (moved[0][1] - camera.y) * camera.zoom };
  await app.page.mouse.dblclick(now.x, now.y);
  await app.untilDesign((d) => points(d).length === 0);
  await app.page.getByText("Undo: Remove a way-point").waitFor();

  // By keyboard: arrows bend the selected link, a command straightens it.
  await app.keys("Alt+Shift+ArrowRight", "Alt+Shift+ArrowRight");
  await app.untilDesign((d) => points(d).length === 1);
  await app.command("Straighten links");
  await app.untilDesign((d) => points(d).length === 0);
});

story("parallel links fan out, and each is picked by itself", TEMPLATE, async (app) => {
  const known = Object.keys((await app.design()).links);
  await app.keys("l");
  await app.drag(await app.grip("app"), await app.grip("orders"));
  const made = await app.untilDesign((d) => links(d).length === known.length + 1);
  const [id] = newest(made, known);
  await app.keys("Escape", "Escape");
  for (const one of ["app-orders", id]) {
    const r = await app.rect(one);
    await until(() => app.itemAt({ x: r.x + r.w / 2, y: r.y + r.h / 2 }), (item) => item?.id === one);
  }
});

story("a label keeps its place while other things move, and stays on its line when its own ends do", TEMPLATE, async (app) => {
  const { page } = app;
  const at = async () => {
    const { x, y, w, h } = await app.rect("app-orders");
    return { x: x + w / 2, y: y + h / 2 };
  };
  const before = await at();
  const [from] = [await app.grip("scratch")];
  await app.drag(from, { x: from.x, y: from.y + 30 });
  await page.evaluate(() => globalThis.__gp.whenQuiet());
  const after = await at();
  assert.ok(Math.abs(after.x - before.x) < 1 && Math.abs(after.y - before.y) < 1, JSON.stringify([before, after]));
  // In the middle of a drag it is on the line that is drawn then: a press on it takes the link.
  const grip = await app.grip("app");
  await page.mouse.move(grip.x, grip.y);
  await page.mouse.down();
  await page.mouse.move(grip.x + 80, grip.y, { steps: 8 });
  await app.idle();
  const meanwhile = await at();
  const [a, b] = [await app.rect("app"), await app.rect("orders")];
  assert.ok(meanwhile.y > a.y + a.h && meanwhile.y < b.y, "between its ends");
  await page.mouse.up();
  await page.evaluate(() => globalThis.__gp.whenQuiet());
  assert.equal((await app.itemAt(await at()))?.id, "app-orders");
  assert.deepEqual(await page.evaluate(() => globalThis.__gp.overlaps()), []);
});
