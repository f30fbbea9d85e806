// Findings as rows: groups by what they are, where they are or how grave they are; and below them what was waived.
import type { Branch } from "../../controls/tree";
import type { DiagnosticDto } from "../../ipc/generated/DiagnosticDto";
import type { WaivedDto } from "../../ipc/generated/WaivedDto";
import { weight } from "../facts";

export type Grouping = "rule" | "place" | "severity";

export interface GroupRow {
  is: "group";
  key: string;
  /** The rule, where the group is of one. */
  rule?: string;
  severity: string;
  title: string;
  open: boolean;
  findings: readonly DiagnosticDto[];
}

export type ProblemRow =
  | GroupRow
  | { is: "finding"; key: string; group?: string; finding: DiagnosticDto }
  | { is: "waived-group"; key: string; open: boolean; count: number }
  | { is: "waived"; key: string; group: string; finding: DiagnosticDto; waiver: number };

export interface Filter {
  text: string;
  severity: "all" | "error" | "warning" | "advice";
}

/** `title`: what people read of a place. */
export function filtered(
  diagnostics: readonly DiagnosticDto[],
  { text, severity }: Filter,
  title: (id: string) => string = (id) => id,
): DiagnosticDto[] {
  const words = text.trim().toLowerCase().split(/\s+/).filter(Boolean);
  return diagnostics.filter((one) => {
    if (severity !== "all" && one.severity !== severity) return false;
    if (words.length === 0) return true;
    const place = one.id === undefined ? "" : `${one.id} ${title(one.id)}`;
    const whole = `${one.message} ${one.rule} ${place} ${one.controls.join(" ")}`.toLowerCase();
    return words.every((word) => whole.includes(word));
  });
}

const SEVERITY_TITLES: Record<string, string> = { error: "Errors", warning: "Warnings", advice: "Advice" };

export interface Grouped {
  by: Grouping;
  closed: ReadonlySet<string>;
  title: (id: string) => string;
}

/** Rows to show. A group with one finding has no row of its own: the finding says all. */
export function problemRows(diagnostics: readonly DiagnosticDto[], grouped: Grouped): ProblemRow[] {
  const { by, closed, title } = grouped;
  const groups = new Map<string, DiagnosticDto[]>();
  for (const one of diagnostics) {
    const key = by === "rule" ? one.rule : by === "severity" ? one.severity : (one.id ?? "");
    const list = groups.get(key);
    if (list) list.push(one);
    else groups.set(key, [one]);
  }
  const sorted = [...groups].sort(
    ([keyA, a], [keyB, b]) => heaviest(b) - heaviest(a) || b.length - a.length || keyA.localeCompare(keyB),
  );
  return sorted.flatMap(([name, list]) => {
    const alone = list.length === 1;
    const key = `${by} ${name}`;
    const findings = list.map(
      (finding): ProblemRow => ({
        is: "finding",
        key: finding.key,
        finding,
        ...(alone ? {} : { group: key }),
      }),
    );
    if (alone) return findings;
    const worst = list.reduce((a, b) => (weight(b.severity) > weight(a.severity) ? b : a));
    const group: GroupRow = {
      is: "group",
      key,
      ...(by === "rule" ? { rule: name } : {}),
      severity: worst.severity,
      title: by === "rule" ? name.replaceAll("-", " ") : groupTitle(by, name, title),
      open: !closed.has(key),
      findings: list,
    };
    return group.open ? [group, ...findings] : [group];
  });
}

function groupTitle(by: Grouping, name: string, title: (id: string) => string): string {
  if (by === "severity") return SEVERITY_TITLES[name] ?? name;
  return name === "" ? "The design" : title(name);
}

export const WAIVED = "waived";

/** What was accepted, apart from the rest. `opened` holds `WAIVED` while it is open. */
export function waivedRows(waived: readonly WaivedDto[], opened: ReadonlySet<string>): ProblemRow[] {
  if (waived.length === 0) return [];
  const open = opened.has(WAIVED);
  const head: ProblemRow = { is: "waived-group", key: WAIVED, open, count: waived.length };
  if (!open) return [head];
  return [
    head,
    ...waived.map(
      ({ finding, waiver }): ProblemRow => ({
        is: "waived",
        key: `waived ${finding.key}`,
        group: WAIVED,
        finding,
        waiver,
      }),
    ),
  ];
}

/** How many findings of a group have a fix. */
export function fixable(row: GroupRow): number {
  return row.findings.filter((one) => one.fixes.length > 0).length;
}

const heaviest = (list: readonly DiagnosticDto[]) => Math.max(...list.map((one) => weight(one.severity)));

/** How a row stands in the tree of them. */
export function branchOf(row: ProblemRow): Branch {
  if (row.is === "group" || row.is === "waived-group") return { level: 1, branch: true, open: row.open };
  return { level: row.group === undefined ? 1 : 2, branch: false, open: false };
}
