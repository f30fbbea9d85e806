// The rows of the merge dialog: a conflict each; where things are drawn is one question for all of them.
import type { ConflictDto } from "../ipc/generated/ConflictDto";
import type { TallyDto } from "../ipc/generated/TallyDto";
import { plural } from "../panels/facts";

export type Side = "mine" | "theirs";
export type Choices = { [key: string]: Side };

/** One question; `keys`: the conflicts that its answer holds for. */
export interface Row extends Pick<ConflictDto, "title" | "base" | "mine" | "theirs"> {
  neededBy?: string;
  key: string;
  keys: readonly string[];
}

export function conflictRows(conflicts: readonly ConflictDto[]): Row[] {
  const rows: Row[] = conflicts.filter((one) => !one.layout).map((one) => ({ ...one, keys: [one.key] }));
  const places = conflicts.filter((one) => one.layout);
  if (places.length > 0)
    rows.push({
      key: "layout",
      keys: places.map((one) => one.key),
      title: `Where ${plural(places.length, "thing")} ${places.length === 1 ? "is" : "are"} drawn`,
      base: "",
      mine: "as here",
      theirs: "as there",
    });
  return rows;
}

/** What the core is told: only where the other side was chosen. */
export function choicesOf(rows: readonly Row[], sides: ReadonlyMap<string, Side>): Choices {
  const theirs = rows.filter((row) => sides.get(row.key) === "theirs");
  return Object.fromEntries(theirs.flatMap((row) => row.keys.map((key) => [key, "theirs"] as const)));
}

/** "2 added, 1 changed, 3 drawn elsewhere". */
export function tallyText({ added, removed, changed, moved }: TallyDto): string {
  const parts = [
    [added, "added"],
    [removed, "removed"],
    [changed, "changed"],
    [moved, "drawn elsewhere"],
  ] as const;
  const text = parts.filter(([count]) => count > 0).map(([count, word]) => `${count} ${word}`);
  return text.join(", ") || "nothing that a design says";
}
