// Amounts of money in words, and what a sum leaves out. Pure.
import type { CostDto } from "../ipc/generated/CostDto";
import type { CostItemDto } from "../ipc/generated/CostItemDto";
import type { CostSumDto } from "../ipc/generated/CostSumDto";
import { plural } from "./facts";

const formats = new Map<string, Intl.NumberFormat>();

/** "$0.10185", "$32.85", "$1,234": as exact as it matters. */
export function money(amount: number, currency: string): string {
  const size = Math.abs(amount);
  const digits = size === 0 || size >= 1000 ? 0 : size >= 1 ? 2 : 5;
  const key = `${currency} ${digits}`;
  const known = formats.get(key);
  const format =
    known ??
    new Intl.NumberFormat("en", {
      style: "currency",
      currency,
      minimumFractionDigits: Math.min(2, digits),
      maximumFractionDigits: digits,
    });
  formats.set(key, format);
  return format.format(amount);
}

export function monthly(amount: number, currency: string): string {
  return `${money(amount, currency)} a month`;
}

/** What one thing costs, and whether that is all of it. */
export function monthText({ month, byUse, unpriced }: CostItemDto, currency: string): string {
  if (month === 0) return unpriced ? "no price is known" : byUse ? "by use" : "free";
  return `${byUse || unpriced ? "from " : ""}${monthly(month, currency)}`;
}

export function sumText({ month, partial }: CostSumDto, currency: string): string {
  return `${partial ? "from " : ""}${monthly(month, currency)}`;
}

/** Whether the sum is not all of it. */
export function isPartial({ items }: CostDto): boolean {
  return items.some((item) => item.byUse || item.unpriced);
}

/** Of which days the prices are, as far as their sources say: "of 2025-03-02 to 2026-08-26". */
export function priceDays({ sources }: CostDto): string {
  const days = sources.flatMap(({ date }) => date ?? []).sort();
  const [first, last] = [days[0], days[days.length - 1]];
  if (first === undefined) return "of no date that is known";
  return first === last ? `of ${first}` : `of ${first} to ${last}`;
}

/** The sum, and what is not in it. */
export function caveat(cost: CostDto): string {
  const { items, environment, currency, billed, traffic } = cost;
  if (!billed) return `Nobody is paid for what runs in ${environment}: choose an environment of a cloud`;
  if (items.length === 0) return `Nothing that is drawn costs anything in ${environment}`;
  const byUse = items.filter((item) => item.byUse).length;
  const unpriced = items.filter((item) => item.unpriced).length;
  const out = [
    ...(byUse > 0 ? [`${plural(byUse, "part")} by use`] : []),
    ...(unpriced > 0 ? [`${plural(unpriced, "part")} without a known price`] : []),
  ];
  const sum = `${out.length > 0 ? "At least " : ""}${monthly(cost.month, currency)}`;
  const moved = traffic.month > 0 ? `, ${money(traffic.month, currency)} of it for what links move` : "";
  const rest = out.length > 0 ? `; not in it, or not all of it: ${out.join(", ")}` : "";
  return `${sum} in ${environment}${moved}, at list prices ${priceDays(cost)}, before tax${rest}`;
}
