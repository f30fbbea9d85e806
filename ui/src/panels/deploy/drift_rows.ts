// What drifted, as rows that can be chosen: one for each attribute, one for each thing that came or went.
import type { DriftDto } from "../../ipc/generated/DriftDto";

export interface DriftRow {
  /** `ADDRESS` or `ADDRESS.ATTRIBUTE`: how the core knows it. */
  part: string;
  address: string;
  /** None: the whole. */
  attribute?: string;
  made: readonly DriftLine[];
  is: readonly DriftLine[];
  drawn: readonly DriftLine[];
  choices: ReadonlySet<string>;
  ignored: boolean;
}

export interface DriftLine {
  text: string;
  /** Only here: what the other side has not. */
  differs: boolean;
}

export function driftRows(drift: DriftDto): DriftRow[] {
  const rows = drift.things.flatMap((thing): DriftRow[] => {
    const { address } = thing;
    if (thing.what !== "changed") {
      const [made, is] = thing.what === "vanished" ? [[plain("made")], [odd("gone")]] : [[], [odd("there")]];
      const { ignored } = thing;
      return [{ part: address, address, made, is, drawn: [], choices: new Set(thing.choices), ignored }];
    }
    return thing.attributes.map((one) => ({
      part: `${address}.${one.attribute}`,
      address,
      attribute: one.attribute,
      made: against(one.made, one.is),
      is: against(one.is, one.made),
      drawn: against(one.drawn, one.made),
      choices: new Set(one.choices),
      ignored: one.ignored,
    }));
  });
  // What is ignored is out of the way.
  return [...rows.filter((row) => !row.ignored), ...rows.filter((row) => row.ignored)];
}

const plain = (text: string): DriftLine => ({ text, differs: false });
const odd = (text: string): DriftLine => ({ text, differs: true });

/** Lines, those first that the other side has not. */
function against(lines: readonly string[], others: readonly string[]): DriftLine[] {
  const all = lines.map((text) => ({ text, differs: !others.includes(text) }));
  return [...all.filter((line) => line.differs), ...all.filter((line) => !line.differs)];
}

/** What can be done to all that is chosen. */
export function common(rows: readonly DriftRow[], choice: string): boolean {
  return rows.length > 0 && rows.every((row) => row.choices.has(choice));
}
