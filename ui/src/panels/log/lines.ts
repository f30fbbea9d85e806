import type { LogLineDto } from "../../ipc/generated/LogLineDto";

export const LEVELS = [
  { id: "error", title: "Errors" },
  { id: "warn", title: "Warnings and up" },
  { id: "info", title: "Info and up" },
  { id: "debug", title: "Everything" },
];

/** Lines at least as grave as the level that hold the text. */
export function atLeast(lines: readonly LogLineDto[], level: string, text: string): LogLineDto[] {
  const most = LEVELS.findIndex((one) => one.id === level);
  const wanted = text.trim().toLowerCase();
  return lines.filter((line) => {
    const rank = LEVELS.findIndex((one) => one.id === line.level);
    return rank >= 0 && rank <= most && `${line.target} ${line.message}`.toLowerCase().includes(wanted);
  });
}

export function lineText({ at, level, target, message }: LogLineDto): string {
  return `${at} ${level} ${target}: ${message}`;
}

/** Two pieces of the log as one, each line once, in order of time. */
export function withLines(
  known: readonly LogLineDto[],
  more: readonly LogLineDto[],
  most: number,
): LogLineDto[] {
  const key = ({ at, target, message }: LogLineDto) => `${at} ${target} ${message}`;
  const all = new Map([...known, ...more].map((line) => [key(line), line]));
  return [...all.values()].sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0)).slice(-most);
}
