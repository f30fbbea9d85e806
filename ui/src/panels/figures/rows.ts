// Rows of figures: costs, the dearest first, with what an opened one is billed for; zones, what fails with one first.
// Pure.
import type { BillDto } from "../../ipc/generated/BillDto";
import type { BillLineDto } from "../../ipc/generated/BillLineDto";
import type { CostDto } from "../../ipc/generated/CostDto";
import type { CostSumDto } from "../../ipc/generated/CostSumDto";
import type { SpreadDto } from "../../ipc/generated/SpreadDto";
import { money } from "../cost";

export type Grouping = "part" | "container" | "tag";

export interface CostRow {
  key: string;
  is: "item" | "line";
  title: string;
  /** The thing it is about. */
  goes?: string;
  /** Whether there is a bill to be shown. */
  opens: boolean;
  /** Of the whole; null where that says nothing. */
  share: number | null;
  /** A month of it; null where it is in no sum. */
  month: number | null;
  /** That is not all of it. */
  partial: boolean;
  words: string;
}

export function costRows(cost: CostDto, by: Grouping, titleOf: (id: string) => string): CostRow[] {
  return by === "part" ? partRows(cost, titleOf) : sumRows(cost, by, titleOf);
}

function partRows(cost: CostDto, titleOf: (id: string) => string): CostRow[] {
  const rows = cost.items.map(({ id, month, link, byUse, unpriced }): CostRow => {
    const more = [
      ...(link ? ["traffic"] : []),
      ...(byUse ? [month > 0 ? "and by use" : "by use"] : []),
      ...(unpriced ? [month > 0 ? "and what has no known price" : "no price is known"] : []),
    ];
    return {
      key: `part ${id}`,
      is: "item",
      title: titleOf(id),
      goes: id,
      opens: true,
      share: shareOf(month, cost),
      month: month === 0 && more.length > 0 ? null : month,
      partial: byUse || unpriced,
      words: more.join(", "),
    };
  });
  return rows.sort(dearestFirst);
}

/** What carries no tag and what links move have rows of their own: all that is in the sum is in some row. */
function sumRows(cost: CostDto, by: "container" | "tag", titleOf: (id: string) => string): CostRow[] {
  const { containers, tags, traffic, untagged } = cost;
  const named: [title: string, goes: string | null, sum: CostSumDto][] =
    by === "container"
      ? [
          ...containers.map((sum): [string, string, CostSumDto] => [titleOf(sum.id), sum.id, sum]),
          ["What links move", null, traffic],
        ]
      : [
          ...tags.map((sum): [string, null, CostSumDto] => [sum.id.replace("=", ": "), null, sum]),
          ["Without a tag", null, untagged],
        ];
  const rows = named
    .filter(([, , { month, partial }]) => month > 0 || partial)
    .map(
      ([title, goes, { id, month, partial }]): CostRow => ({
        key: `${by} ${id} ${title}`,
        is: "item",
        title,
        ...(goes === null ? {} : { goes }),
        opens: false,
        share: shareOf(month, cost),
        month: month === 0 ? null : month,
        partial,
        words: `${Math.round(shareOf(month, cost) * 100)} %${partial ? ", not all of it is known" : ""}`,
      }),
    );
  return rows.sort(dearestFirst);
}

const shareOf = (month: number, cost: CostDto) => (cost.month > 0 ? month / cost.month : 0);
const dearestFirst = (a: CostRow, b: CostRow) =>
  (b.month ?? 0) - (a.month ?? 0) || a.title.localeCompare(b.title);

/** The bill of the opened one stands under it. */
export function billRows(rows: CostRow[], open: string, bill: BillDto, cost: CostDto): CostRow[] {
  const at = rows.findIndex((row) => row.goes === open);
  if (at < 0) return rows;
  const line = (title: string, words: string, month: number | null, index: number): CostRow => ({
    key: `line ${index}`,
    is: "line",
    title,
    opens: false,
    share: null,
    month,
    partial: false,
    words,
  });
  const lines = bill.lines.map((one, index) =>
    line(one.what, lineWords(one, cost), one.quantity === undefined ? null : one.month, index),
  );
  const unknown = bill.unpriced.map((what, index) =>
    line(what, "no price is known", null, bill.lines.length + index),
  );
  return [...rows.slice(0, at + 1), ...lines, ...unknown, ...rows.slice(at + 1)];
}

/** "2 × $0.12 an hour", and of which day the price is. */
function lineWords({ quantity, price, per, source }: BillLineDto, cost: CostDto): string {
  const rate = `${money(price, cost.currency)} ${per}`;
  const count = quantity === undefined ? `${rate}, by use` : `${Number(quantity.toFixed(2))} × ${rate}`;
  const from = cost.sources.find(({ id }) => id === source);
  return from?.date ? `${count} (${from.date})` : count;
}

export interface ZoneRow {
  id: string;
  title: string;
  /** "a, b"; of which region, where there are several. */
  zones: string;
  /** It stands in one zone and fails with it. */
  alone: boolean;
}

export function zoneRows(spread: readonly SpreadDto[], titleOf: (id: string) => string): ZoneRow[] {
  const several = new Set(spread.map(({ region }) => region)).size > 1;
  const rows = spread.map(({ id, zones, region }) => ({
    id,
    title: titleOf(id),
    zones: zones.join(", ") + (several && region !== undefined ? ` of ${titleOf(region)}` : ""),
    alone: zones.length === 1,
  }));
  return rows.sort((a, b) => Number(b.alone) - Number(a.alone) || a.title.localeCompare(b.title));
}

/** How many parts a zone takes along. */
export function lostWith(rows: readonly ZoneRow[]): [zone: string, count: number][] {
  const lost = new Map<string, number>();
  for (const { zones, alone } of rows) if (alone) lost.set(zones, (lost.get(zones) ?? 0) + 1);
  return [...lost].sort(([a], [b]) => a.localeCompare(b));
}
