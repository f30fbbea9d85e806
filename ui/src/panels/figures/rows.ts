// Rows of the table of costs: the dearest first; under an opened one what it is billed for. Pure.
import type { BillDto } from "../../ipc/generated/BillDto";
import type { BillLineDto } from "../../ipc/generated/BillLineDto";
import type { CostDto } from "../../ipc/generated/CostDto";
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
  words: string;
}

export function costRows(cost: CostDto, by: Grouping, titleOf: (id: string) => string): CostRow[] {
  const share = (month: number) => (cost.month > 0 ? month / cost.month : 0);
  const rows =
    by === "part"
      ? cost.items.map(({ id, month, link, byUse, unpriced }) => ({
          id,
          month,
          title: titleOf(id),
          words: [
            ...(link ? ["traffic"] : []),
            ...(byUse ? [month > 0 ? "and by use" : "by use"] : []),
            ...(unpriced ? ["a price is not known"] : []),
          ].join(", "),
        }))
      : (by === "container" ? cost.containers : cost.tags).map(({ id, month }) => ({
          id,
          month,
          title: by === "container" ? titleOf(id) : id.replace("=", ": "),
          words: `${Math.round(share(month) * 100)} %`,
        }));
  return rows
    .filter(({ month }) => by === "part" || month > 0)
    .sort((a, b) => b.month - a.month || a.title.localeCompare(b.title))
    .map(({ id, month, title, words }) => ({
      key: `${by} ${id}`,
      is: "item",
      title,
      ...(by === "tag" ? {} : { goes: id }),
      opens: by === "part",
      share: share(month),
      month: month === 0 && words !== "" ? null : month,
      words,
    }));
}

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
