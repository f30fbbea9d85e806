// Serves the built benchmark page on loopback and opens it in Debian's Chromium.

import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { extname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";

const ROOT = fileURLToPath(new URL("../dist-bench", import.meta.url));
const TYPES = { ".html": "text/html", ".js": "text/javascript", ".css": "text/css", ".woff2": "font/woff2" };

export const FLAGS = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

async function serve() {
  const server = createServer(async (request, response) => {
    const path = normalize(new URL(request.url, "http://x").pathname);
    try {
      const body = await readFile(join(ROOT, path === "/" ? "index.html" : path));
      response.setHeader("content-type", TYPES[extname(path)] ?? "text/html");
      response.end(body);
    } catch {
      response.statusCode = 404;
      response.end();
    }
  });
  await new Promise((ready) => server.listen(0, "127.0.0.1", ready));
  return server;
}

/** `run(open)`: `open(query, size)` answers a page on which the editor is ready. */
export async function withBrowser(run) {
  const server = await serve();
  const profile = await mkdtemp(join(tmpdir(), "gp-bench-"));
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: process.env.GP_CHROMIUM ?? "/usr/bin/chromium",
    args: FLAGS,
    headless: true,
    viewport: { width: 1600, height: 1000 },
  });
  try {
    return await run(async (query, size = { width: 1600, height: 1000 }) => {
      const page = await context.newPage();
      page.on("pageerror", (error) => console.error("page:", error.message));
      await page.setViewportSize(size);
      await page.goto(`http://127.0.0.1:${server.address().port}/${query}`);
      await page.waitForFunction(() => window.bench && window.__gp, null, { timeout: 60_000 });
      await page.evaluate(() => document.fonts.ready.then(() => window.__gp.whenIdle()));
      return page;
    });
  } finally {
    await context.close();
    server.close();
    await rm(profile, { recursive: true, force: true });
  }
}
