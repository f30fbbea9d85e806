// Automatic layout, and containers that make room, against the real core.
import assert from "node:assert/strict";
import { story, until } from "../app.mjs";

const TEMPLATE = { serve: ["--template", "three-tier-web-shop"] };
const box = ([x, y, w, h]) => ({ x, y, right: x + w, bottom: y + h });
const overlap = (a, b) => a.x < b.right && b.x < a.right && a.y < b.bottom && b.y < a.bottom;

/** Siblings that lie over each other, and what sticks out of its container. */
function faults({ resources, layout }) {
  const found = [];
  const ids = Object.keys(resources);
  for (const [k, a] of ids.entries()) {
    const own = box(layout.resources[a]);
    const parent = resources[a].parent;
    const outer = parent === undefined ? undefined : box(layout.resources[parent]);
    if (outer && (own.x < outer.x || own.y < outer.y || own.right > outer.right || own.bottom > outer.bottom))
      found.push(`${parent} clips ${a}`);
    for (const b of ids.slice(k + 1))
      if (resources[b].parent === parent && overlap(own, box(layout.resources[b]))) found.push(`${a} over ${b}`);
  }
  return found;
}

story("everything is laid out in one act that undo takes back, and the view shows all of it", TEMPLATE, async (app) => {
  const before = await app.design();
  // Far away, so that what is in view afterwards is not what was in view before.
  await app.click("orders");
  await app.page.mouse.wheel(0, 4000);
  await app.keys("Escape", "Control+k");
  await app.page.keyboard.type("lay out everything");
  await app.page.keyboard.press("Enter");
  const after = await app.untilDesign((d) => JSON.stringify(d.layout) !== JSON.stringify(before.layout));
  assert.deepEqual(faults(after), []);
  assert.deepEqual(after.resources, before.resources);
  const middle = (id) => after.layout.resources[id][0] + after.layout.resources[id][2] / 2;
  assert.equal(middle("entry"), middle("app"));
  assert.equal(middle("app"), middle("orders"));
  const canvas = await app.page.locator("canvas").first().boundingBox();
  const isInView = (r) => r.x >= canvas.x && r.y >= canvas.y && r.x + r.w <= canvas.x + canvas.width;
  await until(() => app.rect("frankfurt"), isInView);
  assert.equal((await app.document()).history.undo, "Lay out everything");
  await app.page.keyboard.press("Control+z");
  await app.untilDesign((d) => JSON.stringify(d.layout) === JSON.stringify(before.layout));
});

story("a drop that grows a tier pushes the tiers below it away, in one act", TEMPLATE, async (app) => {
  const before = await app.design();
  const [from, tier] = [await app.grip("entry"), await app.rect("web-tier")];
  await app.drag(from, { x: from.x, y: tier.y + tier.h - 6 }, { keys: ["Control"] });
  const after = await app.untilDesign((d) => d.layout.resources["web-tier"][3] > before.layout.resources["web-tier"][3]);
  assert.deepEqual(faults(after), []);
  const down = (id) => after.layout.resources[id][1] - before.layout.resources[id][1];
  assert.ok(down("app-tier") > 0);
  assert.equal(down("app-tier"), down("orders"));
  await app.page.keyboard.press("Control+z");
  await app.untilDesign((d) => JSON.stringify(d.layout) === JSON.stringify(before.layout));
});
