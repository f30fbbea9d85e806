import { expect, it } from "vitest";
import { type Entry, rank, score } from "./find";

const entry = (title: string, words = "", weight = 0): Entry => ({
  id: title,
  title,
  words,
  hint: "",
  weight,
  run: () => undefined,
});

it("finds by the beginning, by words, by other words, by letters in order, in this order", () => {
  expect(score("Add subnet", "", "add s")).toBe(0);
  expect(score("Add subnet", "", "sub")).toBe(1);
  expect(score("Add network", "vpc vnet", "vpc")).toBe(2);
  expect(score("Add subnet", "", "bnet")).toBe(3);
  expect(score("Show everything", "", "shev")).toBe(4);
  expect(score("Show everything", "", "zzz")).toBe(-1);
});

it("finds nothing by letters from the middle of words", () => {
  expect(score("Undo: link Container service to Container registry", "", "cover")).toBe(-1);
  expect(score("Copy as text", "", "kinds")).toBe(-1);
  expect(score("Zoom to fit the drawing", "", "ztd")).toBe(4);
});

it("finds Undo by its name, not by what it would undo", () => {
  const undo = { ...entry("Undo: link Orders to Shop"), called: "Undo" };
  expect(rank([undo], "orders")).toEqual([]);
  expect(rank([undo], "und")).toEqual([undo]);
});

it("puts commands before parts where both fit as well", () => {
  const found = rank([entry("Save part", "", 1), entry("Save"), entry("Other")], "save");
  expect(found.map((one) => one.title)).toEqual(["Save", "Save part"]);
});

it("takes text with signs of regular expressions as text", () => {
  expect(score("Zoom (all)", "", "(a")).toBeGreaterThanOrEqual(0);
  expect(score("Zoom", "", "[")).toBe(-1);
});
