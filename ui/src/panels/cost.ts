// Amounts of money in words, and what a sum leaves out. Pure.
import type { CostDto } from "../ipc/generated/CostDto";
import type { CostItemDto } from "../ipc/generated/CostItemDto";
import { plural } from "./facts";

const formats = new Map<string, Intl.NumberFormat>();

/** "$0.012", "$32.85", "$1,234": as exact as it matters. */
export function money(amount: number, currency: string): string {
  const size = Math.abs(amount);
  const digits = size === 0 || size >= 1000 ? 0 : size >= 1 ? 2 : 4;
  const key = `${currency} ${digits}`;
  const known = formats.get(key);
  const least = digits === 4 ? 2 : digits;
  const format =
    known ??
    new Intl.NumberFormat("en", {
      style: "currency",
      currency,
      minimumFractionDigits: least,
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

/** The sum, and what is not in it. */
export function caveat(cost: CostDto): string {
  const { items, environment, currency, date, billed } = cost;
  if (!billed) return `Nobody is paid for what runs in ${environment}: choose an environment of a cloud`;
  const byUse = items.filter((item) => item.byUse).length;
  const unpriced = items.filter((item) => item.unpriced).length;
  const out = [
    ...(byUse > 0 ? [`${plural(byUse, "part")} by use`] : []),
    ...(unpriced > 0 ? [`${plural(unpriced, "part")} without a known price`] : []),
  ];
  const rest = out.length > 0 ? `; not in it: ${out.join(", ")}` : "";
  return `${monthly(cost.month, currency)} in ${environment}, at list prices read on ${date}, before tax${rest}`;
}
