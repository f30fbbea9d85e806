import { expect, test } from "vitest";
import type { RackDeviceDto } from "../../ipc/generated/RackDeviceDto";
import type { RackDto } from "../../ipc/generated/RackDto";
import { blocksOf, loadOf, looseOf, rackText, unitsOf } from "./elevation";

const device = (id: string, unit: number | undefined, height = 1): RackDeviceDto => ({
  id,
  title: id.toUpperCase(),
  kind: "switch",
  ...(unit === undefined ? { room: 1 } : { unit }),
  height,
  power: 100,
  feeds: "both",
});
const rack = (devices: RackDeviceDto[], units = 10): RackDto => ({
  id: "r1",
  units,
  free: 7,
  devices,
  feeds: [
    { name: "A", capacity: 4000, load: 1500, alone: 3000 },
    { name: "B", capacity: 2000, load: 1500, alone: 3000 },
  ],
  weight: 20,
  weightLimit: 100,
});
const shown = (all: ReturnType<typeof blocksOf>) =>
  all.map(({ device, row, rows, column, columns }) => [device.id, row, rows, column, columns]);

test("units count from the bottom, rows from the top", () => {
  const blocks = blocksOf(
    rack([device("top", 10), device("two", 3, 2), device("low", 1), device("loose", undefined)]),
  );
  expect(shown(blocks)).toEqual([
    ["top", 1, 1, 0, 1],
    ["two", 7, 2, 0, 1],
    ["low", 10, 1, 0, 1],
  ]);
});

test("what is in the same unit stands side by side, and only there", () => {
  const blocks = blocksOf(rack([device("a", 4, 3), device("b", 6), device("c", 4), device("d", 3)]));
  expect(shown(blocks).sort()).toEqual([
    ["a", 5, 3, 0, 2],
    ["b", 5, 1, 1, 2],
    ["c", 7, 1, 1, 2],
    ["d", 8, 1, 0, 1],
  ]);
});

test("what sticks out of the rack is drawn as far as it is in it", () => {
  expect(blocksOf(rack([device("high", 10, 2), device("far", 30)]))).toMatchObject([
    { row: 1, rows: 1, outside: true },
    { row: 1, rows: 1, outside: true },
  ]);
});

test("a feed says what it carries, and what it would have to carry alone", () => {
  const [a, b] = rack([]).feeds;
  expect(loadOf(a!, b).words).toBe("1.5 of 4 kW, 3 kW if B fails");
  expect(loadOf(a!, b)).toMatchObject({ load: 0.375, alone: 0.75, over: false });
  expect(loadOf(b!, a)).toMatchObject({ load: 0.75, alone: 1, over: true });
  const none = { name: "B", capacity: 0, load: 0, alone: 0 };
  expect(loadOf(none, a)).toMatchObject({ words: "not there", over: false });
  expect(loadOf({ ...none, alone: 150 }, a)).toMatchObject({
    words: "not there, but 0.15 kW hangs on it",
    over: true,
  });
  expect(loadOf(a!, none).words).toBe("1.5 of 4 kW");
});

test("the copied elevation has a line for each unit, what is free included", () => {
  const one = rack([device("top", 4), device("two", 1, 2), device("loose", undefined)], 4);
  expect(rackText(one, "Rack 1").split("\n")).toEqual([
    "Rack 1, 4 U, 7 free",
    "U4\tTOP\t100 W\tA and B",
    "U3\t–",
    "U1–2\tTWO\t100 W\tA and B",
    "no place yet\tLOOSE\t100 W\tA and B",
    "Feed A\t1.5 of 4 kW, 3 kW if B fails",
    "Feed B\t1.5 of 2 kW, 3 kW if A fails",
    "Weight\t20 of 100 kg",
    "",
  ]);
  expect(looseOf(one).map(unitsOf)).toEqual(["no place yet"]);
});
