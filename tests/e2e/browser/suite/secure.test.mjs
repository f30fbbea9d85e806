// Who gets in through `groundplan serve`: nobody but the page that was given the address.
import assert from "node:assert/strict";
import { request } from "node:http";
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

const OURS = { "x-groundplan": "1" };
const tokenOf = (url) => new URLSearchParams(new URL(url).hash.slice(1)).get("token");

async function enter({ server }) {
  const { status, headers } = await ask(server.port, "/api/session", OURS, JSON.stringify({ token: tokenOf(server.url) }));
  assert.equal(status, 204);
  const [cookie] = headers["set-cookie"];
  assert.match(cookie, /HttpOnly/);
  assert.match(cookie, /SameSite=Strict/);
  return { ...OURS, cookie: cookie.split(";")[0] };
}

story("a wrong token gets no session, and the right one works once", { page: false }, async (app) => {
  const { port, url } = app.server;
  assert.equal((await ask(port, "/api/app_info", OURS)).status, 401);
  assert.equal((await ask(port, "/api/session", OURS, '{"token":"wrong"}')).status, 401);
  const inside = await enter(app);
  assert.equal((await ask(port, "/api/app_info", inside)).status, 200);
  assert.equal((await ask(port, "/api/session", OURS, JSON.stringify({ token: tokenOf(url) }))).status, 401);
});

story("a foreign Origin, a foreign Host and a request without our header are refused", { page: false }, async (app) => {
  const { port } = app.server;
  const inside = await enter(app);
  const refused = async (more) => (await ask(port, "/api/app_info", { ...inside, ...more })).status;
  assert.equal(await refused({ origin: "http://evil.example" }), 403);
  assert.equal(await refused({ host: "evil.example" }), 403);
  assert.equal(await refused({ host: `evil.example:${port}` }), 403);
  const { cookie } = inside;
  assert.equal((await ask(port, "/api/app_info", { cookie })).status, 403);
  assert.equal(await refused({ origin: `http://127.0.0.1:${port}` }), 200);
  const page = await ask(port, "/", {}, "", "GET");
  assert.match(page.headers["content-security-policy"], /default-src 'self'/);
  const socket = await ask(port, "/api/events", { cookie, origin: "http://evil.example", upgrade: "websocket", connection: "Upgrade" }, "", "GET");
  assert.equal(socket.status, 403);
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
