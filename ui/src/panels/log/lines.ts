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
