// What differs between two versions, as rows: what was added, removed and changed, each value old and new. Pure.
import type { ChangeJson, Id, PatchJson } from "../../document/model";

export type How = "added" | "removed" | "changed";

export type ChangeRow =
  | { is: "thing"; key: string; how: How; of: string; title: string; id?: Id; count: number }
  | { is: "value"; key: string; path: string; before: string; after: string; id?: Id };

/** What the change shows of: places are said together, they mean nothing. */
const PLACES = ["resource-layout", "link-layout"];
const WORDS: Record<string, string> = {
  resource: "resource",
  link: "link",
  intent: "intent",
  environment: "environment",
  policy: "policy",
  view: "view",
  about: "the design",
};

export function changeRows(
  patch: PatchJson,
  title: (change: ChangeJson) => string,
  viewTitle: (view: Id) => string = (view) => view,
): ChangeRow[] {
  const order: How[] = ["added", "removed", "changed"];
  const things = patch.changes.filter((change) => !PLACES.includes(change.of));
  const sorted = things
    .map((change) => ({ change, how: howOf(change), title: title(change) }))
    .sort((a, b) => order.indexOf(a.how) - order.indexOf(b.how) || a.title.localeCompare(b.title));
  const rows = sorted.flatMap(({ change, how, title: name }): ChangeRow[] => {
    const id = "id" in change ? change.id : undefined;
    const key = `${change.of} ${id ?? ""}`;
    const at =
      id === undefined || change.of === "intent" || change.of === "environment" || change.of === "view"
        ? {}
        : { id };
    const values = how === "changed" ? differences(change.before, change.after) : [];
    const head: ChangeRow = {
      is: "thing",
      key,
      how,
      of: WORDS[change.of] ?? change.of,
      title: name,
      count: values.length,
      ...at,
    };
    return [
      head,
      ...values.map((one): ChangeRow => ({ is: "value", key: `${key} ${one.path}`, ...one, ...at })),
    ];
  });
  const moved = new Map<Id | null, number>();
  for (const change of patch.changes)
    if (change.of === "resource-layout" || change.of === "link-layout") {
      const view = change.view ?? null;
      moved.set(view, (moved.get(view) ?? 0) + 1);
    }
  for (const [view, count] of moved)
    rows.push({
      is: "thing",
      key: `places ${view ?? ""}`,
      how: "changed",
      of: "places",
      title: placesText(count, view === null ? "on the drawing" : `in view ${viewTitle(view)}`),
      count: 0,
    });
  return rows;
}

const placesText = (count: number, where: string) =>
  count === 1 ? `One place ${where}` : `${count} places ${where}`;

function howOf(change: ChangeJson): How {
  if (change.before === null) return "added";
  return change.after === null ? "removed" : "changed";
}

/** Resources and links that differ and are still there, to light them on the drawing. */
export function changedIds(patch: PatchJson): Id[] {
  const ids = patch.changes.flatMap((change) =>
    (change.of === "resource" || change.of === "link") && change.after !== null ? [change.id] : [],
  );
  const moved = patch.changes.flatMap((change) =>
    change.of === "resource-layout" && change.view === undefined && change.after ? [change.id] : [],
  );
  return [...new Set([...ids, ...moved])];
}

interface Difference {
  path: string;
  before: string;
  after: string;
}

/** The leaves that differ, by their path in the file; lists are said whole. */
export function differences(before: unknown, after: unknown): Difference[] {
  const [old, now] = [leaves(before), leaves(after)];
  const paths = [...new Set([...old.keys(), ...now.keys()])].sort();
  return paths
    .map((path) => ({ path, before: old.get(path) ?? "", after: now.get(path) ?? "" }))
    .filter((one) => one.before !== one.after);
}

function leaves(value: unknown, path = "", found = new Map<string, string>()): Map<string, string> {
  const table = typeof value === "object" && value !== null && !Array.isArray(value) && !("$date" in value);
  if (table) {
    for (const [key, inner] of Object.entries(value)) {
      // In the file, a resource's attributes stand beside its kind.
      const next = key === "attributes" ? path : path === "" ? key : `${path}.${key}`;
      leaves(inner, next, found);
    }
  } else if (value !== undefined && value !== null) {
    found.set(path, typeof value === "string" ? value : JSON.stringify(value));
  }
  return found;
}

export function countsText(rows: readonly ChangeRow[]): string {
  const counts = (how: How) =>
    rows.filter((row) => row.is === "thing" && row.how === how && row.of !== "places").length;
  const words = (["added", "removed", "changed"] as const)
    .map((how) => [counts(how), how] as const)
    .filter(([count]) => count > 0)
    .map(([count, how]) => `${count} ${how}`);
  if (words.length > 0) return words.join(", ");
  return rows.length > 0 ? "Only places on the drawing differ" : "No difference";
}
