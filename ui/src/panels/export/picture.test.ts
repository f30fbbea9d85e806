import { expect, test } from "vitest";
import type { Editor } from "../../editor/editor";
import { PLAIN, pictureOf, sizeText } from "./picture";

const editor = { selection: { get: () => ({ resources: ["app"], links: [] }) } } as unknown as Editor;
const today = new Date(2026, 10, 27);

test("a picture has the day only where its title block says it", () => {
  const plain = pictureOf({ ...PLAIN, theme: "dark" }, editor, today);
  expect(plain).toEqual({
    theme: "dark",
    legend: false,
    titleBlock: false,
    badges: false,
    scale: 200,
    withoutDesign: false,
  });
  const block = pictureOf({ ...PLAIN, theme: "light", titleBlock: true, what: "selection" }, editor, today);
  expect(block).toMatchObject({ date: "27 November 2026", ids: ["app"] });
});

test("sizes are told as people say them", () => {
  expect([sizeText(12), sizeText(84_000), sizeText(3_500_000)]).toEqual(["12 bytes", "82 KB", "3.3 MB"]);
});
