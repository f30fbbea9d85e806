// Findings as rows: groups by rule with their findings below, the worst first.
import type { DiagnosticDto } from "../../ipc/generated/DiagnosticDto";
import { weight } from "../facts";

export type ProblemRow =
  | {
      is: "group";
      key: string;
      rule: string;
      severity: string;
      title: string;
      count: number;
      open: boolean;
      fixes: number;
    }
  | { is: "finding"; key: string; finding: DiagnosticDto };

export interface Filter {
  text: string;
  severity: "all" | "error" | "warning" | "advice";
}

export function filtered(diagnostics: readonly DiagnosticDto[], { text, severity }: Filter): DiagnosticDto[] {
  const words = text.trim().toLowerCase().split(/\s+/).filter(Boolean);
  return diagnostics.filter((one) => {
    if (severity !== "all" && one.severity !== severity) return false;
    const whole = `${one.message} ${one.rule} ${one.id ?? ""} ${one.controls.join(" ")}`.toLowerCase();
    return words.every((word) => whole.includes(word));
  });
}

/** Rows to show. A rule with one finding has no group row: the finding says all. */
export function problemRows(
  diagnostics: readonly DiagnosticDto[],
  closed: ReadonlySet<string>,
): ProblemRow[] {
  const groups = new Map<string, DiagnosticDto[]>();
  for (const one of diagnostics) {
    const list = groups.get(one.rule);
    if (list) list.push(one);
    else groups.set(one.rule, [one]);
  }
  const sorted = [...groups].sort(
    ([ruleA, a], [ruleB, b]) =>
      heaviest(b) - heaviest(a) || b.length - a.length || ruleA.localeCompare(ruleB),
  );
  return sorted.flatMap(([rule, list]) => {
    const findings = list.map((finding): ProblemRow => ({ is: "finding", key: finding.key, finding }));
    if (list.length === 1) return findings;
    const open = !closed.has(rule);
    const worst = list.reduce((a, b) => (weight(b.severity) > weight(a.severity) ? b : a));
    const group: ProblemRow = {
      is: "group",
      key: `rule ${rule}`,
      rule,
      severity: worst.severity,
      title: rule.replaceAll("-", " "),
      count: list.length,
      open,
      fixes: list.filter((one) => one.fixes.length > 0).length,
    };
    return open ? [group, ...findings] : [group];
  });
}

const heaviest = (list: readonly DiagnosticDto[]) => Math.max(...list.map((one) => weight(one.severity)));
