// Who gets in through `groundplan serve`: nobody but the tab that was given the address.
import assert from "node:assert/strict";
import { createServer, request } from "node:http";
import { connect } from "node:net";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { story } from "../app.mjs";

/** A request with any headers, also those that `fetch` would not send. */
function ask(port, path, headers = {}, body = "{}", method = "POST") {
  return new Promise((resolve, reject) => {
    const sent = request({ host: "127.0.0.1", port, path, method, headers: { "content-type": "application/json", ...headers } }, (answer) => {
      let text = "";
      answer.on("data", (part) => (text += part));
      answer.on("end", () => resolve({ status: answer.statusCode, headers: answer.headers, text }));
    });
    sent.on("error", reject);
    if (method === "POST") sent.write(body);
    sent.end();
  });
}

const STRANGER = { "x-groundplan": "none" };
const tokenOf = (url) => new URLSearchParams(new URL(url).hash.slice(1)).get("token");

/** What the page sends once it was let in. */
async function enter({ server }) {
  const { status, headers, text } = await ask(server.port, "/api/session", STRANGER, JSON.stringify({ token: tokenOf(server.url) }));
  assert.equal(status, 200);
  assert.equal(headers["set-cookie"], undefined);
  return { "x-groundplan": JSON.parse(text).key };
}

story("a wrong token gets no key, the right one works once, and another address is printed", { page: false }, async (app) => {
  const { port, url } = app.server;
  assert.equal((await ask(port, "/api/app_info", STRANGER)).status, 401);
  assert.equal((await ask(port, "/api/session", STRANGER, '{"token":"wrong"}')).status, 401);
  const inside = await enter(app);
  assert.equal((await ask(port, "/api/app_info", inside)).status, 200);
  const again = JSON.stringify({ token: tokenOf(url) });
  assert.equal((await ask(port, "/api/session", STRANGER, again)).status, 401);
  assert.equal((await ask(port, "/api/session", inside, again)).status, 200, "a reload with the address still in the bar");
  const next = await app.server.nextAddress();
  assert.notEqual(next, url);
  assert.deepEqual(await enter({ server: { port, url: next } }), inside);
});

story("another server on this machine gets nothing that opens ours", {}, async (app) => {
  const { port, url } = app.server;
  let got;
  const other = createServer((heard, answer) => {
    got = heard.headers;
    answer.end("<p>hello</p>");
  });
  await new Promise((ready) => other.listen(0, "127.0.0.1", ready));
  try {
    const page = await app.page.context().newPage();
    await page.goto(`http://127.0.0.1:${other.address().port}/`);
    assert.equal(got.cookie, undefined);
    const forged = { ...STRANGER, cookie: got.cookie ?? "", origin: new URL(url).origin };
    assert.equal((await ask(port, "/api/app_info", forged)).status, 401);
  } finally {
    other.closeAllConnections();
    other.close();
  }
});

story("a reload stays inside, and a tab that was not given the address is told how to get in", { serve: ["--template", "three-tier-web-shop"] }, async (app) => {
  const { page, server } = app;
  await page.reload();
  await page.waitForSelector("[data-ready=true]");
  const stranger = await page.context().newPage();
  await stranger.goto(new URL(server.url).origin);
  await stranger.getByRole("alert").getByText("open the newest address that `groundplan serve` printed").waitFor();
  await stranger.goto(await server.nextAddress());
  await stranger.waitForSelector("[data-ready=true]");
});

story("a foreign Origin, a foreign Host and a request without our header are refused", { page: false }, async (app) => {
  const { port } = app.server;
  const inside = await enter(app);
  const refused = async (more) => (await ask(port, "/api/app_info", { ...inside, ...more })).status;
  assert.equal(await refused({ origin: "http://evil.example" }), 403);
  assert.equal(await refused({ host: "evil.example" }), 403);
  assert.equal(await refused({ host: `evil.example:${port}` }), 403);
  assert.equal((await ask(port, "/api/app_info", {})).status, 403);
  assert.equal(await refused({ origin: `http://127.0.0.1:${port}` }), 200);
  const page = await ask(port, "/", {}, "", "GET");
  assert.match(page.headers["content-security-policy"], /default-src 'self'/);
  const socket = async (more) => {
    const headers = { upgrade: "websocket", connection: "Upgrade", "sec-websocket-protocol": `groundplan, ${inside["x-groundplan"]}`, ...more };
    return (await ask(port, "/api/events", headers, "", "GET")).status;
  };
  assert.equal(await socket({ origin: "http://evil.example" }), 403);
  assert.equal(await socket({}), 403);
  assert.equal(await socket({ origin: new URL(app.server.url).origin, "sec-websocket-protocol": "groundplan" }), 401);
});

story("files outside of the folder are neither read nor written", { page: false }, async (app) => {
  const { port } = app.server;
  const inside = await enter(app);
  const call = (name, args) => ask(port, `/api/${name}`, inside, JSON.stringify(args));
  const outside = join(app.place.home, "outside.gplan");
  await writeFile(outside, "format = 1\n");
  for (const path of [outside, "../outside.gplan", "/etc/passwd"]) {
    const { status, text } = await call("design_open", { path });
    assert.equal(status, 403, path);
    assert.equal(JSON.parse(text).code, "forbidden");
  }
  assert.equal((await call("folder_list", { path: ".." })).status, 403);
  const { session } = JSON.parse((await call("design_new", {})).text);
  assert.equal((await call("design_save", { session, path: outside, overwrite: true })).status, 403);
});

story("it listens on the loopback interface only", { page: false }, async (app) => {
  const { networkInterfaces } = await import("node:os");
  const others = Object.values(networkInterfaces()).flat().filter((one) => one.family === "IPv4" && !one.internal);
  for (const { address } of others) {
    const open = await new Promise((resolve) => {
      const socket = connect({ host: address, port: app.server.port, timeout: 1000 });
      socket.once("connect", () => resolve(true)).once("error", () => resolve(false)).once("timeout", () => resolve(false));
    });
    assert.equal(open, false, address);
  }
  assert.equal((await ask(app.server.port, "/", {}, "", "GET")).status, 200);
});
