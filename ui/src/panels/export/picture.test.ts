import { expect, test } from "vitest";
import { signal } from "../../document/signal";
import type { Workbench } from "../context";
import { EVERYTHING } from "../showing";
import { PLAIN, pictureOf, sizeText } from "./picture";

const workbench = {
  editor: { selection: { get: () => ({ resources: ["app"], links: [] }) } },
  showing: signal(EVERYTHING),
} as unknown as Workbench;
const today = new Date(2026, 10, 27);

test("a picture has the day only where its title block says it", () => {
  const plain = pictureOf({ ...PLAIN, theme: "dark" }, workbench, today);
  expect(plain).toEqual({
    theme: "dark",
    legend: false,
    titleBlock: false,
    badges: false,
    scale: 200,
    withoutDesign: false,
  });
  const block = pictureOf(
    { ...PLAIN, theme: "light", titleBlock: true, what: "selection" },
    workbench,
    today,
  );
  expect(block).toMatchObject({ date: "27 November 2026", ids: ["app"] });
});

test("a picture shows what is shown: what a layer leaves out is not in it", () => {
  const { showing } = workbench;
  showing.set({ ...EVERYTHING, hidden: ["links"] });
  expect(pictureOf({ ...PLAIN, theme: "dark" }, workbench, today)).toMatchObject({ withoutLinks: true });
  showing.set(EVERYTHING);
});

test("sizes are told as people say them", () => {
  expect([sizeText(12), sizeText(84_000), sizeText(3_500_000)]).toEqual(["12 bytes", "82 KB", "3.3 MB"]);
});
