// React Flow on the same data, in a window as large as the editor's drawing, without panels and without a core.

import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";
import { goToFirstFrame, watchFrames } from "./probe.mjs";

const ROOT = fileURLToPath(new URL("../dist-bench/flow", import.meta.url));
const TYPES = { ".html": "text/html", ".js": "text/javascript", ".css": "text/css", ".woff2": "font/woff2" };

async function serve(design) {
  const text = JSON.stringify(design);
  const server = createServer(async (request, response) => {
    const path = normalize(new URL(request.url, "http://x").pathname);
    response.setHeader("content-type", TYPES[extname(path)] ?? "text/html");
    if (path === "/design.json") return response.end(text);
    const body = await readFile(join(ROOT, path === "/" ? "index.html" : path)).catch(() => undefined);
    if (body === undefined) response.statusCode = 404;
    response.end(body);
  });
  await new Promise((ready) => server.listen(0, "127.0.0.1", ready));
  return server;
}

export class FlowSide {
  keepsWork = false;

  constructor(design, onlyVisible, size) {
    Object.assign(this, { design, onlyVisible, size });
    this.name = onlyVisible ? "React Flow, only visible" : "React Flow";
  }

  async open(browser) {
    this.server = await serve(this.design);
    this.page = await browser.newPage({ viewport: this.size, reducedMotion: "reduce" });
    this.page.on("pageerror", (fault) => console.error("page:", fault.message));
    await this.page.addInitScript(`(${watchFrames})(() => document.querySelector(".react-flow__edge path"))`);
    const query = this.onlyVisible ? "?only-visible" : "";
    await goToFirstFrame(this.page, `http://127.0.0.1:${this.server.address().port}/${query}`);
  }

  ready() {
    return this.idle();
  }

  look(camera) {
    return this.page.evaluate((c) => window.flow.look(c), camera);
  }

  place() {
    return this.page.evaluate(() => window.flow.place());
  }

  /** Two frames on: React has rendered, the browser has drawn. */
  idle() {
    return this.page.evaluate(
      () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done)))),
    );
  }

  quiet() {
    return this.idle();
  }

  async stats() {
    return {};
  }

  selected() {
    return this.page.evaluate(() => window.flow.selected());
  }

  where(id) {
    return this.page.evaluate((one) => window.flow.where(one), id);
  }

  async prepareStatuses(ids) {
    this.ids = ids;
  }

  async changeStatuses() {
    await this.page.evaluate((some) => window.flow.fail(some), this.ids);
    await this.idle();
  }

  async close() {
    await this.page?.context().close();
    this.server?.close();
  }
}
