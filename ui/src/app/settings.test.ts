import { expect, test } from "vitest";
import { emptyDesign } from "../document/model";
import { fakeBackend } from "../ipc/fake";
import { createSettings } from "./settings";

test("sizes, tabs and filters are kept for each design; a new one stands as the one before", () => {
  const settings = createSettings(fakeBackend(emptyDesign()), {}, 0);
  settings.ofDesign("a");
  settings.set("left.size", 300);
  settings.set("problems.filter", { text: "cidr", severity: "all" });
  settings.ofDesign("b");
  expect(settings.get("left.size", 232)).toBe(300);
  settings.set("left.size", 200);
  settings.set("problems.filter", { text: "", severity: "all" });
  settings.set("theme", "dark");
  settings.ofDesign("a");
  expect(settings.get("left.size", 232)).toBe(300);
  expect(settings.get("problems.filter", { text: "" })).toMatchObject({ text: "cidr" });
  expect(settings.get("theme", "light")).toBe("dark");
});

test("the designs that were shown longest ago are forgotten", () => {
  const settings = createSettings(fakeBackend(emptyDesign()), {}, 0);
  settings.set("left.size", 111);
  for (let n = 0; n < 45; n++) {
    settings.ofDesign(`design ${n}`);
    settings.set("left.size", 200 + n);
  }
  settings.set("drawer.size", 1);
  settings.ofDesign("design 0");
  expect(settings.get("left.size", 232)).toBe(244);
  settings.ofDesign("design 20");
  expect(settings.get("left.size", 232)).toBe(220);
});
