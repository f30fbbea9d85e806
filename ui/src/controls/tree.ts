// Where the arrow keys go in rows that hold other rows: the tree pattern of ARIA, for every list that has branches.

/** How a row stands among the others. */
export interface Branch {
  /** 1 at the top. */
  level: number;
  /** Whether it holds rows, and whether they show. */
  branch: boolean;
  open: boolean;
}

/** To another row, or the row at hand is opened or closed. */
export type TreeStep = { go: number } | { turn: "open" | "close" } | null;

export function treeStep<Row>(
  rows: readonly Row[],
  at: number,
  key: string,
  branch: (row: Row) => Branch,
): TreeStep {
  const row = rows[at];
  if (!row) return rows.length > 0 ? { go: 0 } : null;
  const { branch: holds, open, level } = branch(row);
  switch (key) {
    case "ArrowDown":
      return at + 1 < rows.length ? { go: at + 1 } : null;
    case "ArrowUp":
      return at > 0 ? { go: at - 1 } : null;
    case "Home":
      return { go: 0 };
    case "End":
      return { go: rows.length - 1 };
    case "ArrowRight":
      if (!holds) return null;
      return open ? { go: at + 1 } : { turn: "open" };
    case "ArrowLeft": {
      if (holds && open) return { turn: "close" };
      const above = rows.slice(0, at).findLastIndex((one) => branch(one).level < level);
      return above >= 0 ? { go: above } : null;
    }
    default:
      return null;
  }
}
