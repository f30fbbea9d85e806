// A rack's elevation as blocks in a grid, and in words. Pure.
import type { FeedDto } from "../../ipc/generated/FeedDto";
import type { RackDeviceDto } from "../../ipc/generated/RackDeviceDto";
import type { RackDto } from "../../ipc/generated/RackDto";

/** Something in the rack, where it is drawn. Row 1 is the top unit. */
export interface Block {
  device: RackDeviceDto;
  row: number;
  rows: number;
  /** Things in the same units stand side by side: which of how many. */
  column: number;
  columns: number;
  /** It sticks out of the top. */
  outside: boolean;
}

/** What has a place, the highest first. */
export function blocksOf(rack: RackDto): Block[] {
  const placed = rack.devices.flatMap((device) => (device.unit === undefined ? [] : [block(rack, device)]));
  // What overlaps, by way of others too, shares the width.
  const groups: Block[][] = [];
  let end = 0;
  for (const one of [...placed].sort((a, b) => a.row - b.row)) {
    const group = groups.at(-1);
    if (group && one.row < end) group.push(one);
    else groups.push([one]);
    end = Math.max(group && one.row < end ? end : 0, one.row + one.rows);
  }
  for (const group of groups) {
    const ends: number[] = [];
    for (const one of group) {
      const free = ends.findIndex((until) => until <= one.row);
      one.column = free < 0 ? ends.length : free;
      ends[one.column] = one.row + one.rows;
    }
    for (const one of group) one.columns = ends.length;
  }
  return groups.flat();
}

function block(rack: RackDto, device: RackDeviceDto): Block {
  const unit = device.unit ?? 1;
  const top = Math.min(unit + device.height - 1, rack.units);
  const bottom = Math.min(unit, rack.units);
  return {
    device,
    row: rack.units - top + 1,
    rows: top - bottom + 1,
    column: 0,
    columns: 1,
    outside: unit + device.height - 1 > rack.units,
  };
}

export const looseOf = (rack: RackDto) => rack.devices.filter(({ unit }) => unit === undefined);

/** "U4", "U4–5". */
export function unitsOf({ unit, height }: RackDeviceDto): string {
  if (unit === undefined) return "no place yet";
  return height > 1 ? `U${unit}–${unit + height - 1}` : `U${unit}`;
}

export const kilowatts = (watts: number) => Number((watts / 1000).toFixed(2));

/** "A and B"; where a device is plugged in. */
export const FEEDS: Record<string, string> = { both: "A and B", a: "A only", b: "B only" };

/** How a feed is loaded: parts of its capacity, at most 1, and the words. */
export interface Load {
  name: string;
  load: number;
  alone: number;
  over: boolean;
  words: string;
}

export function loadOf(feed: FeedDto, other: FeedDto | undefined): Load {
  const { name, capacity, load, alone } = feed;
  const part = (watts: number) => (capacity > 0 ? Math.min(1, watts / capacity) : 0);
  const now = `${kilowatts(load)} of ${kilowatts(capacity)} kW`;
  const later = other && other.capacity > 0 ? `, ${kilowatts(alone)} kW if ${other.name} fails` : "";
  const none = alone > 0 ? `not there, but ${kilowatts(alone)} kW hangs on it` : "not there";
  return {
    name,
    load: part(load),
    alone: part(alone),
    over: alone > capacity,
    words: capacity > 0 ? now + later : none,
  };
}

/** The elevation as text, a line for each unit or thing, the highest first. */
export function rackText(rack: RackDto, title: string): string {
  const lines = [`${title}, ${rack.units} U, ${rack.free} free`];
  const blocks = blocksOf(rack);
  for (let row = 1; row <= rack.units; row++) {
    const here = blocks.filter((one) => one.row === row);
    const words = here.map(
      ({ device }) => `${unitsOf(device)}\t${device.title}\t${device.power} W\t${FEEDS[device.feeds]}`,
    );
    const filled = blocks.some((one) => one.row < row && row < one.row + one.rows);
    if (words.length > 0) lines.push(...words);
    else if (!filled) lines.push(`U${rack.units - row + 1}\t–`);
  }
  for (const device of looseOf(rack))
    lines.push(`${unitsOf(device)}\t${device.title}\t${device.power} W\t${FEEDS[device.feeds]}`);
  const [a, b] = rack.feeds;
  if (a) lines.push(`Feed A\t${loadOf(a, b).words}`);
  if (b) lines.push(`Feed B\t${loadOf(b, a).words}`);
  lines.push(`Weight\t${weightWords(rack)}`);
  return `${lines.join("\n")}\n`;
}

export function weightWords({ weight, weightLimit }: RackDto): string {
  const now = Number(weight.toFixed(1));
  return weightLimit === undefined ? `${now} kg` : `${now} of ${weightLimit} kg`;
}
