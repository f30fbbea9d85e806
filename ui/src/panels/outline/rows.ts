// The design as rows of a tree: what is shown, and where the keys go. Pure; the panel only draws it.
import type { Branch } from "../../controls/tree";
import type { Id } from "../../document/model";
import type { DocumentStore } from "../../document/store";

export interface Row extends Branch {
  id: Id;
  /** Unique among the rows: a link stands at both of its ends. */
  key: string;
  /** It is a link; `end`: of the resource that it stands under. */
  link?: { end: Id; out: boolean };
  setSize: number;
  position: number;
}

/**
 * Rows in order, containers before their contents. With a filter, the ways to all that match are open. `links`: a
 * resource's links stand under it, before what is in it.
 */
export function outlineRows(
  document: DocumentStore,
  closed: ReadonlySet<Id>,
  matches: ReadonlySet<Id> | null,
  links = false,
): Row[] {
  const shown = matches === null ? null : withAncestors(document, matches);
  const rows: Row[] = [];
  const seen = new Set<Id>();
  const visit = (all: readonly Id[], level: number, before: number) => {
    const here = all.filter((id) => !seen.has(id) && (!shown || shown.has(id)));
    here.forEach((id, index) => {
      if (seen.has(id)) return;
      seen.add(id);
      const own = links ? inOrder(document.linksOf(id)) : [];
      const children = inOrder(document.children(id));
      const inside = children.some((child) => !shown || shown.has(child));
      const branch = inside || own.length > 0;
      const open = branch && (shown !== null || !closed.has(id));
      rows.push({
        id,
        key: id,
        level,
        setSize: here.length + before,
        position: before + index + 1,
        branch,
        open,
      });
      if (!open) return;
      rows.push(...linkRows(document, id, own, level + 1, children.length));
      visit(children, level + 1, own.length);
    });
  };
  visit(inOrder(roots(document)), 1, 0);
  return rows;
}

/** By id, as the core lists them: what was just made stands where it stands after a reload. */
function inOrder(ids: readonly Id[]): Id[] {
  return [...ids].sort((a, b) => (a < b ? -1 : 1));
}

function linkRows(
  document: DocumentStore,
  end: Id,
  links: readonly Id[],
  level: number,
  after: number,
): Row[] {
  return links.map((id, index) => ({
    id,
    key: `${end} ${id}`,
    link: { end, out: document.link(id)?.from === end },
    level,
    setSize: links.length + after,
    position: index + 1,
    branch: false,
    open: false,
  }));
}

/** Containers that are closed so that no more than `levels` show. */
export function closedBelow(document: DocumentStore, levels: number): Set<Id> {
  const closed = new Set<Id>();
  const visit = (ids: readonly Id[], level: number) => {
    for (const id of ids) {
      if (level >= levels && document.children(id).length > 0) closed.add(id);
      visit(document.children(id), level + 1);
    }
  };
  visit(document.children(null), 1);
  return closed;
}

/** What stands at the top; and of parents that go round in a circle the first, so that nothing is out of reach. */
function roots(document: DocumentStore): Id[] {
  const tops = [...document.children(null)];
  const reached = new Set(tops.flatMap((id) => document.subtree(id)));
  for (const id of Object.keys(document.design().resources)) {
    if (reached.has(id)) continue;
    tops.push(id);
    for (const inside of document.subtree(id)) reached.add(inside);
  }
  return tops;
}

function withAncestors(document: DocumentStore, ids: ReadonlySet<Id>): Set<Id> {
  const all = new Set(ids);
  for (const id of ids) for (const above of document.ancestors(id)) all.add(above);
  return all;
}

/** Resources whose title, id or kind holds every word; null for no filter. */
export function outlineMatches(document: DocumentStore, text: string): Set<Id> | null {
  const words = text.trim().toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return null;
  const found = new Set<Id>();
  for (const [id, resource] of Object.entries(document.design().resources)) {
    const whole = `${resource.title ?? ""} ${id} ${resource.kind}`.toLowerCase();
    if (words.every((word) => whole.includes(word))) found.add(id);
  }
  return found;
}

/** The next row after `at` whose title begins with the letters, going round. */
export function typedRow(
  rows: readonly Row[],
  at: number,
  letters: string,
  title: (id: Id) => string,
): number {
  const wanted = letters.toLowerCase();
  const from = letters.length > 1 ? at : at + 1;
  for (let step = 0; step < rows.length; step++) {
    const index = (from + step + rows.length) % rows.length;
    const row = rows[index];
    if (row && title(row.id).toLowerCase().startsWith(wanted)) return index;
  }
  return -1;
}
