/** What may stand where and what may be linked with what, by the catalog. The core decides in the end. */
import type { Id, LinkKind } from "../document/model";
import type { DocumentStore } from "../document/store";
import type { CanvasKind, NestOffer } from "./editor";
import { inSentence } from "./words";

export type Kinds = ReadonlyMap<string, CanvasKind>;

export function article(word: string): string {
  return /^[aeiou]/i.test(word) ? `an ${word}` : `a ${word}`;
}

function named(kinds: Kinds, kind: string): string {
  return inSentence(kinds.get(kind)?.title ?? kind.replaceAll("-", " "));
}

export function mayStandIn(kinds: Kinds, kind: string, parentKind: string | null): boolean {
  const parents = kinds.get(kind)?.parents;
  return !parents || parents.includes(parentKind ?? "root");
}

/**
 * The nearest container at or above `at` in which the kind can live. `skip`: shapes that cannot be the
 * target because they move along.
 */
export function offer(
  store: DocumentStore,
  kinds: Kinds,
  kind: string,
  at: Id | null,
  skip: { has(id: Id): boolean } = new Set<Id>(),
): NestOffer {
  const chain = at === null ? [] : [at, ...store.ancestors(at)];
  const first = chain.find((id) => !skip.has(id));
  for (const id of chain) {
    const parentKind = store.resource(id)?.kind;
    if (skip.has(id) || parentKind === undefined) continue;
    if (!mayStandIn(kinds, kind, parentKind)) continue;
    return {
      parent: id,
      allowed: true,
      because: id === first ? "" : elsewhere(store, kinds, kind, first, id),
    };
  }
  if (mayStandIn(kinds, kind, null))
    return { allowed: true, because: first === undefined ? "" : elsewhere(store, kinds, kind, first, null) };
  const wanted = (kinds.get(kind)?.parents ?? [])
    .filter((p) => p !== "root")
    .map((p) => article(named(kinds, p)));
  return { allowed: false, because: `${article(named(kinds, kind))} has to stand in ${wanted.join(" or ")}` };
}

function elsewhere(
  store: DocumentStore,
  kinds: Kinds,
  kind: string,
  under: Id | undefined,
  to: Id | null,
): string {
  const wrong = under === undefined ? null : store.resource(under)?.kind;
  const home =
    to === null ? "stands outside" : `lives in the ${named(kinds, store.resource(to)?.kind ?? "")}`;
  const not = wrong ? `, not in ${article(named(kinds, wrong))}` : "";
  return `${article(named(kinds, kind))} ${home}${not}`;
}

/** Kinds that can stand in the container, in catalog order. */
export function kindsFor(kinds: Kinds, parentKind: string | null): string[] {
  return [...kinds.values()].filter((k) => mayStandIn(kinds, k.id, parentKind)).map((k) => k.id);
}

export interface LinkOffer {
  /** The ends stand the other way round in the file (a volume is attached to a server). */
  swapped: boolean;
  /** Kinds that fit these ends; written only if there is a choice. */
  kinds: LinkKind[];
}

/** How two kinds can be linked; null: not at all. Unknown kinds can always be linked. */
export function linkOffer(kinds: Kinds, from: string, to: string): LinkOffer | null {
  if (!kinds.has(from) || !kinds.has(to)) return { swapped: false, kinds: ["flow"] };
  const fits = (a: string, b: string) =>
    (kinds.get(a)?.links ?? []).filter((l) => l.to.includes(b)).map((l) => l.kind as LinkKind);
  const straight = fits(from, to);
  if (straight.length > 0) return { swapped: false, kinds: straight };
  const turned = fits(to, from);
  return turned.length > 0 ? { swapped: true, kinds: turned } : null;
}

export function whyNoLink(kinds: Kinds, from: string, to: string): string {
  return `${article(named(kinds, from))} cannot be linked to ${article(named(kinds, to))}`;
}
