// Whether what a plan was made of, or what runs, is still what is drawn. Where things stand and how the design is
// called make no difference to what would be built.
import type { DesignJson } from "../../document/model";

const TABLES = ["resources", "links", "intents"] as const;

export function drawnAlike(a: DesignJson, b: DesignJson, environment: string): boolean {
  return (
    TABLES.every((table) => sameTable(a[table], b[table])) &&
    sameValue(a.environments[environment], b.environments[environment]) &&
    sameValue(a.policy, b.policy)
  );
}

type Table = { [id: string]: unknown };

/** Parts that no patch touched are the same objects, so only what was is compared in full: undo makes it alike again. */
function sameTable(a: Table, b: Table): boolean {
  if (a === b) return true;
  const ids = Object.keys(a);
  return (
    ids.length === Object.keys(b).length && ids.every((id) => Object.hasOwn(b, id) && sameValue(a[id], b[id]))
  );
}

function sameValue(a: unknown, b: unknown): boolean {
  return a === b || JSON.stringify(a) === JSON.stringify(b);
}
