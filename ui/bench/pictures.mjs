// Screenshots of the drawing in both themes: `node bench/pictures.mjs FOLDER`.
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { withBrowser } from "./browser.mjs";

const folder = process.argv[2] ?? "dist-bench/pictures";
await mkdir(folder, { recursive: true });
const SIZE = { width: 1000, height: 640 };

await withBrowser(async (open) => {
  for (const theme of ["light", "dark"]) {
    const page = await open(`?theme=${theme}&error`, SIZE);
    await page.screenshot({ path: join(folder, `template-${theme}.png`) });
    await page.evaluate(() => window.__gp.editor.setCamera({ x: -20, y: 60, zoom: 1 }));
    const app = await page.evaluate(() => window.__gp.gripOf("app"));
    await page.mouse.click(app.x, app.y);
    await page.evaluate(() => window.__gp.whenIdle());
    await page.screenshot({ path: join(folder, `selected-${theme}.png`) });
    await page.mouse.move(app.x, app.y);
    await page.mouse.down();
    await page.mouse.move(app.x - 60, app.y + 70, { steps: 4 });
    await page.mouse.move(app.x - 110, app.y + 135, { steps: 4 });
    await page.waitForTimeout(100);
    await page.screenshot({ path: join(folder, `dragging-${theme}.png`) });
    await page.keyboard.press("Escape");
    await page.mouse.up();
    await page.keyboard.press("l");
    await page.mouse.move(app.x, app.y);
    await page.mouse.down();
    await page.mouse.move(app.x + 200, app.y - 90, { steps: 6 });
    await page.waitForTimeout(100);
    await page.screenshot({ path: join(folder, `linking-${theme}.png`) });
    await page.mouse.up();
    await page.close();
  }
  const page = await open("?n=10000");
  await page.screenshot({ path: join(folder, "large-far.png") });
  for (const zoom of [0.09, 0.2, 0.5]) {
    await page.evaluate((z) => window.__gp.editor.setCamera({ x: 0, y: 0, zoom: z }), zoom);
    await page.waitForTimeout(300);
    await page.evaluate(() => window.__gp.whenIdle());
    await page.screenshot({ path: join(folder, `large-${zoom}.png`) });
  }
});
