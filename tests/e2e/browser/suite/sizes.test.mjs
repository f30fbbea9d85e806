// Small windows and large text: whatever can be pressed or typed into is on the screen, whole, or behind one more press.
import assert from "node:assert/strict";
import { story, until } from "../app.mjs";

const TEMPLATE = { serve: ["--template", "three-tier-web-shop"] };

/** Controls of which a part is outside of the window or of what cuts them off, and those that cover each other. */
const lost = (page) =>
  page.evaluate(() => {
    const name = (one) => (one.getAttribute("aria-label") ?? one.textContent ?? "").trim().slice(0, 40) || one.className;
    const shown = [...document.querySelectorAll("button, input:not([type=checkbox], [type=radio]), textarea, [role=tab], .switch, .check")].filter((one) => {
      const box = one.getBoundingClientRect();
      // Some are for screen readers only.
      return box.width > 1 && box.height > 1 && one.parentElement.getBoundingClientRect().width > 1 && getComputedStyle(one).visibility !== "hidden" && !one.closest("[aria-hidden=true], .sr, [inert]");
    });
    const faults = [];
    for (const one of shown) {
      const box = one.getBoundingClientRect();
      // What scrolls shows it when it is scrolled; what does not must hold all of it.
      let scrolls = false;
      for (let above = one.parentElement; above; above = above.parentElement) {
        const { overflowX, overflowY } = getComputedStyle(above);
        if (overflowX === "visible" && overflowY === "visible") continue;
        const around = above.getBoundingClientRect();
        scrolls ||= /auto|scroll/.test(overflowY);
        const wide = !/auto|scroll/.test(overflowX) && (box.left < around.left - 1 || box.right > around.right + 1);
        const high = !scrolls && (box.top < around.top - 1 || box.bottom > around.bottom + 1);
        if (wide || high) faults.push(`${name(one)} is cut by ${above.className}`);
      }
      if (box.left < -1 || box.right > innerWidth + 1 || (!scrolls && (box.top < -1 || box.bottom > innerHeight + 1))) faults.push(`${name(one)} is outside`);
      // Words of a button are read whole.
      if (one.matches("button, [role=tab]") && !one.querySelector(".cut") && !one.matches(".problem-go, .cut") && one.scrollWidth > one.clientWidth + 1) faults.push(`${name(one)} is cut in itself`);
    }
    for (const bar of document.querySelectorAll(".top-bar, .canvas-tools, .drawer-head, .deploy-bar, .tab-line, .status-bar, .drawing")) {
      const own = shown.filter((one) => bar.contains(one) && !(bar.matches(".drawing") && one.closest(".canvas-host")));
      for (const [at, a] of own.entries())
        for (const b of own.slice(at + 1)) {
          if (a.contains(b) || b.contains(a) || a.closest(".labelled") === (b.closest(".labelled") ?? 0)) continue;
          const [p, q] = [a.getBoundingClientRect(), b.getBoundingClientRect()];
          if (p.left < q.right - 1 && q.left < p.right - 1 && p.top < q.bottom - 1 && q.top < p.bottom - 1) faults.push(`${name(a)} covers ${name(b)}`);
        }
    }
    return [...new Set(faults)];
  });

const larger = async (app, times) => {
  for (let time = 0; time < times; time += 1) {
    await app.command("Larger text");
    await app.still();
  }
};

/** One of a row of tabs, wherever it is. */
async function choose(app, panel, name) {
  const { page } = app;
  const row = page.locator(panel);
  if ((await row.getByRole("tab", { name }).count()) === 0) {
    await row.getByRole("button", { name: new RegExp(`more:.*${name}`) }).click();
    await page.getByRole("menuitem", { name }).click();
  } else await row.getByRole("tab", { name }).click();
  await row.getByRole("tab", { name, selected: true }).waitFor();
  await app.still();
}

async function walk(app, where) {
  const { page } = app;
  const faults = [];
  const look = async (what) => faults.push(...(await lost(page)).map((fault) => `${where}, ${what}: ${fault}`));
  for (const name of ["Parts", "Outline", "Views"]) {
    await choose(app, ".left", name);
    await look(name);
  }
  for (const name of ["Log", "Versions", "Code", "Figures", "Proof", "Deploy", "Problems"]) {
    await choose(app, ".drawer", name);
    await look(name);
  }
  return faults;
}

async function dialogs(app) {
  for (const words of ["Add environment", "Shortcuts", "Link by pattern"]) {
    await app.command(words);
    const dialog = app.page.getByRole("dialog");
    await dialog.waitFor();
    await app.still();
    assert.deepEqual(await lost(app.page), [], words);
    await app.page.keyboard.press("Escape");
    await dialog.waitFor({ state: "detached" });
  }
}

story("nothing is out of reach in a small window: what has no room is in a menu", TEMPLATE, async (app) => {
  const { page } = app;
  await app.call("design_edit", { session: await app.session(), edit: { edit: "set-attribute", resource: "app", path: ["cpu"], value: -2 } });
  await app.click("entry");
  await page.locator(".problem").first().waitFor();
  for (const [width, height] of [[1000, 700], [800, 560]]) {
    await page.setViewportSize({ width, height });
    await app.still();
    assert.deepEqual(await walk(app, `${width} × ${height}`), []);
  }
  await choose(app, ".drawer", "Deploy");
  await app.button("Plan a deploy").click();
  await page.locator(".plan").waitFor();
  assert.deepEqual(await lost(page), []);
  await app.command("Show log");
  await page.locator(".drawer").getByRole("tab", { name: "Log", selected: true }).waitFor();
  await choose(app, ".drawer", "Deploy");
  // By keyboard as well: the button after the tabs has the rest.
  await page.locator(".drawer").getByRole("tab", { selected: true }).focus();
  await page.keyboard.press("Tab");
  await page.getByRole("button", { name: /more:.*Log/ }).and(page.locator(":focus")).waitFor();
  await page.keyboard.press("Enter");
  await page.getByRole("menuitem", { name: "Log" }).waitFor();
  await page.keyboard.press("End");
  await page.keyboard.press("Enter");
  await page.locator(".drawer").getByRole("tab", { name: "Log", selected: true }).waitFor();
});

story("panels, dialogs, menus and notices follow the text size", TEMPLATE, async (app) => {
  const { page } = app;
  await app.click("app");
  const sizes = () =>
    page.evaluate(() =>
      Object.fromEntries(
        [".top-bar h1", ".part", ".field-label", ".tab", ".status-bar"].map((one) => {
          const element = document.querySelector(one);
          return [one, [Number.parseFloat(getComputedStyle(element).fontSize), element.getBoundingClientRect().height]];
        }),
      ),
    );
  const before = await sizes();
  await larger(app, 3);
  const notice = page.locator(".toast", { hasText: "Text at 150 %" });
  await notice.waitFor();
  assert.equal(await notice.evaluate((one) => getComputedStyle(one).fontSize), "19.5px");
  for (const [one, [size, height]] of Object.entries(await sizes())) {
    assert.ok(Math.abs(size / before[one][0] - 1.5) < 0.02, `${one}: ${before[one][0]} became ${size}`);
    assert.ok(height >= before[one][1] * 1.4, `${one}: ${before[one][1]} high became ${height}`);
  }
  assert.deepEqual(await walk(app, "150 %"), []);
  // Rows of a list keep their distance, and the last is reached.
  await choose(app, ".left", "Outline");
  const rows = await page.locator("[role=treeitem]").evaluateAll((all) => all.map((one) => one.getBoundingClientRect()).map(({ top, bottom }) => [top, bottom]));
  for (const [at, [top]] of rows.entries()) assert.ok(at === 0 || top >= rows[at - 1][1] - 1, `row ${at} stands on the one above`);
  await page.getByRole("tree").focus();
  await page.keyboard.press("End");
  await until(() => app.selected(), (all) => all.join() === "internet");
  // The edge of a panel stays under the pointer.
  const edge = page.getByRole("separator", { name: "Width of the left panel" });
  const { x, y, width } = await edge.boundingBox();
  await app.drag({ x: x + width / 2, y: y + 200 }, { x: x + width / 2 + 60, y: y + 200 });
  const moved = await edge.boundingBox();
  assert.ok(Math.abs(moved.x - x - 60) <= 2, `${moved.x - x} of 60`);
  await dialogs(app);
  await page.keyboard.press("Control+z");
});

story("at 200 % everything is still within a small window, and the tools leave the drawing to see", TEMPLATE, async (app) => {
  const { page } = app;
  await app.call("design_edit", { session: await app.session(), edit: { edit: "set-attribute", resource: "app", path: ["cpu"], value: -2 } });
  await page.locator(".problem").first().waitFor();
  await larger(app, 5);
  await page.locator(".toast", { hasText: "Text at 200 %" }).getByRole("button").click();
  for (const [width, height] of [[1000, 700], [800, 560]]) {
    await page.setViewportSize({ width, height });
    await app.still();
    assert.deepEqual(await walk(app, `${width} × ${height} at 200 %`), []);
    const [drawing, tools] = await Promise.all([".drawing", ".canvas-tools"].map((one) => page.locator(one).boundingBox()));
    assert.ok(tools.height < drawing.height / 2 && tools.width < drawing.width, `tools of ${tools.width} × ${tools.height} on ${drawing.width} × ${drawing.height}`);
    await app.button("Deploy").waitFor();
    // What left the bars is in their menus.
    await app.button("Main menu").click();
    await page.getByRole("menuitem", { name: "Export" }).waitFor();
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: /more tools/ }).click();
    await page.getByRole("menuitem", { name: "Draw links" }).click();
    await page.getByRole("toolbar", { name: "Tools" }).getByRole("button", { name: "Draw links", pressed: true }).waitFor();
    await page.keyboard.press("v");
    await dialogs(app);
  }
});
