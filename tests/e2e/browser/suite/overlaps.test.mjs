// What is painted never lies over what it must not: counted in the real page, on every template and on a generated design.
import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { story, until } from "../app.mjs";

const TEMPLATES = readdirSync(fileURLToPath(new URL("../../../../templates", import.meta.url)));

/** Once the core has judged and routed, and all is painted. */
async function overlaps(app) {
  await app.page.getByText(/no problems|\d+ (problem|warning|error|piece|advice)/).first().waitFor();
  await app.idle();
  return app.page.evaluate(() => globalThis.__gp.overlaps());
}

for (const template of TEMPLATES)
  story(`nothing lies over what it must not in ${template}`, { serve: ["--template", template] }, async (app) => {
    await until(() => overlaps(app), ({ length }) => length === 0);
    // The counter sees what is put there on purpose.
    const { resources } = (await app.design()).layout;
    const [[, onto], [moved]] = Object.entries(resources).filter(([, [, , w, h]]) => w < 200 && h > 40 && h < 80);
    const edit = { edit: "set-layout", resources: { [moved]: onto } };
    await app.call("design_edit", { session: await app.session(), edit });
    await until(() => overlaps(app), (found) => found.some((one) => one.startsWith("label on label")));
    assert.deepEqual(app.faults, []);
  });
