import { expect, it } from "vitest";
import { emptyDesign } from "../document/model";
import { createDocumentStore } from "../document/store";
import { addressTitle, worded, wordedText } from "./worded";

const document = createDocumentStore();
document.load(
  {
    ...emptyDesign(),
    resources: {
      app: { kind: "server", title: "App server" },
      "app-tier": { kind: "subnet", title: "Application" },
      spare: { kind: "subnet" },
      zone: { kind: "zone", title: "Zone A" },
    },
    links: { "app-spare": { from: "app", to: "spare" } },
  },
  1,
);

it.each([
  ["app", "App server"],
  ["app[0]", "App server [0]"],
  ["app-tier/a", "Application · zone a"],
  ["spare", "spare"],
  ["spare[1]", "spare[1]"],
  ["gone[0]", "gone[0]"],
  ["app-spare", "App server → spare"],
])("the address %s is called %s", (address, title) => expect(addressTitle(document, address)).toBe(title));

it.each([
  ["cpu of “app”: -2 is too small", "cpu of “App server”: -2 is too small"],
  [
    "“app” cannot reach “spare”: stopped at app-tier/a",
    "“App server” cannot reach “spare”: stopped at Application · zone a",
  ],
  ["Could not create app-tier/a, app-tier/b", "Could not create Application · zone a, Application · zone b"],
  ["delete app", "delete App server"],
  ["the link “app-spare” carries nothing", "the link “App server → spare” carries nothing"],
  // Nothing but quotes and addresses is meant as a name.
  [
    "app is a word, tcp/5432 a service, /var/app[0]/x a path",
    "app is a word, tcp/5432 a service, /var/app[0]/x a path",
  ],
  ["delete what is not drawn", "delete what is not drawn"],
])("%s", (text, wanted) => expect(wordedText(document, text)).toBe(wanted));

it("keeps the id of each, and a word that is no name", () => {
  expect(worded(document, "“app” has no “zone”", { keep: "zone" })).toEqual([
    "“",
    { title: "App server", id: "app" },
    "” has no “zone”",
  ]);
});

it("a title that is another's id stays what it is", () => {
  const shop = createDocumentStore();
  const resources = {
    app: { kind: "server", title: "App server" },
    "app-tier": { kind: "subnet", title: "app" },
  };
  shop.load({ ...emptyDesign(), resources }, 1);
  const message = "nothing stands in “app”";
  expect(wordedText(shop, message)).toBe(message);
  expect(wordedText(shop, message, { ids: ["app-tier"] })).toBe(message);
  expect(wordedText(shop, message, { ids: ["app-tier", "app"] })).toBe(message);
  expect(wordedText(shop, "cpu of “app”: too small", { ids: ["app"] })).toBe(
    "cpu of “App server”: too small",
  );
  expect(wordedText(shop, "“app[0]” does not answer")).toBe("“App server [0]” does not answer");
});
