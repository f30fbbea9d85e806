/** Links by pattern: `app-(\d+)` → `db-$1` links app-1 to db-1, app-2 to db-2. Pure. */
import type { EditJson, Id, LinkKind } from "../document/model";
import type { DocumentStore } from "../document/store";
import { freeId } from "./edits";
import { type Kinds, linkOffer, whyNoLink } from "./nesting";

export interface Pair {
  from: Id;
  to: Id;
  /** Why it is left out; missing: it can be made. */
  because?: string;
}

export interface Found {
  pairs: Pair[];
  /** Things that fit the pattern and name nothing that is there: "app-3 → db-3". */
  without: string[];
  /** What is wrong with the pattern itself. */
  wrong?: string;
}

const NONE: Found = { pairs: [], without: [] };

/** Every thing whose whole title or id fits, with what the second text comes to. Capitals do not count. */
export function pairsOf(store: DocumentStore, kinds: Kinds, pattern: string, target: string): Found {
  if (pattern.trim() === "" || target.trim() === "") return NONE;
  const fits = compiled(pattern.trim());
  if (typeof fits === "string") return { ...NONE, wrong: fits };
  const names = named(store);
  const pairs: Pair[] = [];
  const without: string[] = [];
  for (const [id, { title }] of Object.entries(store.design().resources)) {
    const name = [title, id].find((one) => one !== undefined && fits.test(one));
    if (name === undefined) continue;
    const wanted = name.replace(fits, target.trim());
    const to = names.get(wanted.toLowerCase());
    if (to === undefined) without.push(`${name} → ${wanted}`);
    else if (to !== id) pairs.push(judged(store, kinds, id, to));
  }
  return { pairs, without };
}

function compiled(pattern: string): RegExp | string {
  try {
    return new RegExp(`^(?:${pattern})$`, "i");
  } catch {
    return "this is no pattern: a bracket or a backslash is missing its other half";
  }
}

/** Titles and ids; where two things have one title, the first counts. */
function named(store: DocumentStore): Map<string, Id> {
  const all = Object.entries(store.design().resources);
  const names = new Map<string, Id>();
  for (const [id] of all) names.set(id.toLowerCase(), id);
  for (const [id, { title }] of all)
    if (title !== undefined && !names.has(title.toLowerCase())) names.set(title.toLowerCase(), id);
  return names;
}

function judged(store: DocumentStore, kinds: Kinds, from: Id, to: Id): Pair {
  const kind = (id: Id) => store.resource(id)?.kind ?? "";
  const offer = linkOffer(kinds, kind(from), kind(to));
  if (!offer) return { from, to, because: whyNoLink(kinds, kind(from), kind(to)) };
  const [a, b] = offer.swapped ? [to, from] : [from, to];
  const linked = store.linksOf(a).some((id) => store.link(id)?.from === a && store.link(id)?.to === b);
  return linked ? { from, to, because: "they are linked already" } : { from, to };
}

/** All of them as one act. */
export function pairsEdit(
  store: DocumentStore,
  kinds: Kinds,
  pairs: readonly Pair[],
  allow: readonly string[],
): EditJson {
  const taken = new Set<Id>();
  const edits = pairs.flatMap(({ from, to }): EditJson[] => {
    const kind = (id: Id) => store.resource(id)?.kind ?? "";
    const offer = linkOffer(kinds, kind(from), kind(to));
    if (!offer) return [];
    const [a, b] = offer.swapped ? [to, from] : [from, to];
    const id = freeId((one) => taken.has(one) || store.link(one) !== undefined, `${a}-${b}`);
    taken.add(id);
    const choice: LinkKind | undefined = offer.kinds.length > 1 ? offer.kinds[0] : undefined;
    const link = {
      from: a,
      to: b,
      ...(choice ? { kind: choice } : {}),
      ...(allow.length > 0 ? { allow: [...allow] } : {}),
    };
    return [{ edit: "add-link", id, link }];
  });
  const name = edits.length === 1 ? "Link 1 pair by pattern" : `Link ${edits.length} pairs by pattern`;
  return { edit: "batch", name, edits };
}
