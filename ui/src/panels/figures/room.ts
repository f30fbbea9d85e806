// Figures in words: how full a range is, how much there is of something. Pure.
import type { RoomDto } from "../../ipc/generated/RoomDto";
import type { SumDto } from "../../ipc/generated/SumDto";

/** How much of what can be given away is: 0 to 1. */
export function fullness({ size, kept, used }: RoomDto): number {
  const room = size - kept;
  return room <= 0 ? 1 : Math.min(1, used / room);
}

export function freeOf({ size, kept, used }: RoomDto): number {
  return Math.max(0, size - kept - used);
}

const UNITS = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"];

export function bytesText(bytes: number): string {
  let [amount, unit] = [bytes, 0];
  while (amount >= 1024 && unit < UNITS.length - 1) {
    amount /= 1024;
    unit += 1;
  }
  return `${Number(amount.toFixed(1))} ${UNITS[unit]}`;
}

export function sumText({ what, amount }: SumDto): string {
  return what === "cpu" ? `${amount} vCPU` : bytesText(amount);
}

/** The fullest first: what runs out is what matters. */
export function byFullness(rooms: readonly RoomDto[]): RoomDto[] {
  return [...rooms].sort((a, b) => fullness(b) - fullness(a) || a.title.localeCompare(b.title));
}
