import type { ExportFileDto } from "../../ipc/generated/ExportFileDto";
import { plural } from "../facts";

export const STATE_WORDS: Record<string, string> = {
  new: "new",
  same: "unchanged",
  changed: "changed",
  foreign: "not ours",
  removed: "removed",
  edited: "edited by hand",
};

/** Files that somebody else wrote, or changed since: touched only when the user says so. */
export function asksFirst(file: ExportFileDto): boolean {
  return file.state === "foreign" || file.state === "edited";
}

/** "3 new, 1 changed, 8 unchanged". */
export function exportSummary(files: readonly ExportFileDto[]): string {
  const counts = Object.keys(STATE_WORDS).map((state) => {
    const count = files.filter((file) => file.state === state).length;
    return count === 0 ? "" : `${count} ${STATE_WORDS[state]}`;
  });
  const text = counts.filter(Boolean).join(", ");
  return text === "" ? plural(0, "file") : text;
}
