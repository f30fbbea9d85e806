// Somebody does things to a running lab behind our back: the Deploy panel names them three ways, and settles them.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { appendFileSync, readdirSync, readlinkSync } from "node:fs";
import { story, until } from "../app.mjs";

/** Goes into the namespace of the lab that has this address. */
function inside(pid, address, act) {
  const seen = new Set();
  const elsewhere = readlinkSync("/proc/self/ns/user") !== readlinkSync(`/proc/${pid}/ns/user`);
  const user = elsewhere ? [`--user=/proc/${pid}/ns/user`, "--preserve-credentials"] : [];
  for (const fd of readdirSync(`/proc/${pid}/fd`)) {
    let target = "";
    try {
      target = readlinkSync(`/proc/${pid}/fd/${fd}`);
    } catch {
      continue;
    }
    if (!target.startsWith("net:") || seen.has(target)) continue;
    seen.add(target);
    const enter = (command) =>
      spawnSync(
        "nsenter",
        [...user, `--net=/proc/${pid}/fd/${fd}`, "sh", "-c", `PATH=$PATH:/usr/sbin:/sbin; ${command}`],
        { encoding: "utf8" },
      );
    if (!enter(`ip -4 -o addr show to ${address}`).stdout) continue;
    const done = enter(act);
    assert.equal(done.status, 0, done.stderr);
    return;
  }
  assert.fail(`nothing has the address ${address}`);
}

const SHOP = {
  serve: (place) => {
    place.command("new", "shop.gplan", "--template", "three-tier-web-shop");
    place.command("deploy", "shop.gplan", "--approve");
    return ["shop.gplan"];
  },
  lab: true,
};

// What somebody else starts in a namespace of his own loses its capabilities on the way.
const enters = process.getuid() === 0 && spawnSync("nsenter", ["--version"]).status === 0;

story("drift is shown three ways, put back by a plan, and ignored until it changes again", SHOP, async (app) => {
  if (!enters) {
    if (process.env.GP_SKIPS) appendFileSync(process.env.GP_SKIPS, "drift in the browser: only root enters a lab's namespaces\n");
    return;
  }
  const { page } = app;
  const [lab] = JSON.parse(app.place.command("labs", "--json").out);
  const meaning = JSON.parse(app.place.command("resolve", "shop.gplan", "--environment", "test").out);
  const { ip } = meaning.resources.app.instances.find((one) => one.address === "app[0]");

  await app.tab("Deploy").click();
  await app.button("Drift").click();
  await page.getByText("What runs is as it was made").waitFor();

  inside(lab.pid, ip, "ip route add 192.0.2.0/24 dev eth0; nft flush ruleset");
  await app.button("Look again").click();
  await page.getByText("2 parts drifted").waitFor();
  const row = (attribute) => page.locator(".drift-table tbody tr").filter({ hasText: attribute });
  const odd = (attribute, side) => row(attribute).locator(`[data-side="${side}"] [data-differs]`);
  assert.deepEqual(await odd("routes", "is").allTextContents(), ["route 192.0.2.0/24 eth0"]);
  assert.equal(await odd("routes", "made").count(), 0);
  assert.ok((await odd("rules", "made").count()) > 0, "rules that are gone are marked where they were made");

  await app.button("Ignore: app[0].routes").click();
  await page.getByText("1 part drifted").waitFor();
  await row("routes").getByText("ignored").waitFor();

  await page.getByText("Choose all").locator("xpath=ancestor::label").click();
  await app.button("Put back 1").click();
  await page.getByText("1 to change").waitFor();
  await app.button("Approve and put back").click();
  await page.getByText("Nothing but what is ignored drifted").waitFor();

  await app.button("Heed: app[0].routes").click();
  await page.getByText("1 part drifted").waitFor();
  await app.button("Put back: app[0].routes").click();
  await app.button("Approve and put back").click();
  await page.getByText("What runs is as it was made").waitFor();
  await app.button("Close").click();

  await app.button("Extend").click();
  await page.getByRole("menuitem", { name: "In 8 hours from now" }).click();
  const left = () => JSON.parse(app.place.command("labs", "--json").out)[0].ends_in;
  await until(left, (seconds) => seconds > 28_000);
  await page.getByText("Ends by itself in 8 h").waitFor();
});
