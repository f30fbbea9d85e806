// What was deployed before: the list of runs, what happened in one, and its text.
import assert from "node:assert/strict";
import { story } from "../app.mjs";

const TEMPLATE = { serve: ["--template", "three-tier-web-shop"] };

story("the history tells every run of an environment and what happened in it", { ...TEMPLATE, lab: true }, async (app) => {
  const { page } = app;
  await page.getByText("4 of 4 intents proven").waitFor();
  await app.tab("Deploy").click();
  await app.button("History of test").click();
  await page.getByText("Nothing was deployed to test yet").waitFor();
  await app.button("Back to the deployment").click();

  await app.button("Deploy").click();
  await app.button("Approve and deploy").click();
  await page.getByText("proof and packets agree").waitFor();
  await app.button("History of test").click();
  const runs = page.getByRole("list", { name: "Runs in test" });
  await runs.getByRole("button", { name: /Deploy .* to create .* done/ }).waitFor();
  const events = page.getByRole("list", { name: "Events" });
  await events.getByText(/^Create/).first().waitFor();
  await app.button("Copy").click();
  await page.getByText("Run copied").waitFor();

  // What is done meanwhile comes in.
  await app.button("Back to the deployment").click();
  await page.locator(".drawer-slot").getByRole("button", { name: "Destroy" }).click();
  await page.locator(".plan").getByRole("button", { name: "Destroy" }).click();
  await page.getByText("Swept: nothing is left").waitFor();
  await app.button("History of test").click();
  await runs.getByRole("button", { name: /Destroy/ }).waitFor();
  const names = await runs.getByRole("button").allInnerTexts();
  assert.deepEqual(names.map((name) => name.split(" ")[0]), ["Destroy", "Deploy"], "the newest is first");
  await runs.getByRole("button", { name: /Deploy/ }).click();
  await events.getByText(/^Create/).first().waitFor();
});
