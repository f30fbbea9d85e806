// Budgets, the table for people, the figures for machines.

/** Milliseconds of the main thread: per frame, or for the whole act. Up to 10,000 resources, and above. */
const BUDGETS = {
  open: { act: 500 },
  "pan at 100 %": { frame: 6, large: 10 },
  "pan, everything visible": { frame: 6, large: 10 },
  zoom: { frame: 10 },
  "drag a node": { frame: 10, large: 10 },
  "drag a container of 40": { frame: 10, large: 10 },
  "drag these 500": { frame: 10, large: 10 },
  "select 500": { act: 50 },
  "status of 1,000": { act: 50 },
};
const LARGE = 10_000;
/** Megabytes of JavaScript, up to 10,000 resources. */
const HEAP = 60;
/** No task of the main thread may last longer at 50,000 resources. */
const BLOCK = 100;

/** What is too much in one line of results, in words. */
export function judge(size, name, result) {
  if (result.failed) return [result.failed];
  const budget = BUDGETS[name] ?? {};
  const large = size > LARGE;
  const most = large ? budget.large : (budget.frame ?? budget.act);
  const over = [];
  if (most !== undefined && result.cpu > most) over.push(`over ${most} ms`);
  if (large && name !== "open" && result.longest > BLOCK) over.push(`blocks over ${BLOCK} ms`);
  return over;
}

export function budgetOf(size, name) {
  const budget = BUDGETS[name] ?? {};
  return size > LARGE ? budget.large : (budget.frame ?? budget.act);
}

export const heapOver = (size, heap) => (size <= LARGE && heap > HEAP ? [`over ${HEAP} MB`] : []);

const ms = (value) =>
  value === undefined ? "–" : value < 100 ? value.toFixed(1) : Math.round(value).toLocaleString("en");
const cells = (widths, texts) =>
  texts.map((t, k) => (k === 0 ? t.padEnd(widths[k]) : t.padStart(widths[k]))).join("  ");
const WIDTHS = [25, 8, 9, 8, 8, 16];

export const HEAD = cells(WIDTHS, ["ms of the main thread", "cpu", "frame p95", "longest", "budget", ""]);

/** One line, as soon as it is known. `cpu` is per frame, or of the whole act where there is no frame. */
export function line(size, name, result, isOurs) {
  if (result.failed) return cells(WIDTHS, [name, "", "", "", "", result.failed]);
  const budget = isOurs ? budgetOf(size, name) : undefined;
  const over = isOurs ? judge(size, name, result) : [];
  const verdict = over.length > 0 ? over.join(", ") : budget !== undefined ? "pass" : "";
  const label =
    result.of !== undefined && !name.includes(String(result.of)) ? `${name} (${result.of})` : name;
  const frame = result.frameP95 ?? result.wall;
  return cells(WIDTHS, [
    label,
    ms(result.cpu),
    ms(frame),
    ms(result.longest),
    budget ? `≤ ${budget}` : "",
    verdict,
  ]);
}

/** How many times the main-thread time of ours the others need, per gesture. */
export function ratios(ours, others) {
  return Object.entries(ours)
    .filter(([, result]) => result.cpu !== undefined)
    .map(([name, result]) => {
      const times = others.map(({ results }) => {
        const other = results[name];
        return other?.cpu === undefined
          ? (other?.failed ?? "not reached")
          : other.cpu / Math.max(0.1, result.cpu);
      });
      return { name, times };
    });
}

export const timesText = (times) =>
  typeof times === "number"
    ? `${times < 10 ? times.toFixed(1) : Math.round(times).toLocaleString("en")} ×`
    : times;
