// Which parts are shown, and under which heading.
import type { KindDto } from "../../ipc/generated/KindDto";

/** Where the kinds that somebody starred are kept. */
export const FAVOURITES = "parts.favourites";

/** The known ones in their order, then the rest in its own. */
export function knownFirst(kinds: readonly KindDto[], known: readonly string[]): KindDto[] {
  const first = [...new Set(known)].flatMap((id) => kinds.find((kind) => kind.id === id) ?? []);
  return [...first, ...kinds.filter((kind) => !first.includes(kind))];
}

export interface FamilyGroup {
  title: string;
  kinds: KindDto[];
}

/** Heading → families, in the order of the palette. */
const HEADINGS: [string, string[]][] = [
  ["Networks", ["network"]],
  ["Compute", ["compute"]],
  ["Storage and data", ["storage", "data"]],
  ["Security and operation", ["security"]],
  ["Places", ["place"]],
  ["Outside", ["actor"]],
  ["Notes", ["annotation"]],
];

export function familyGroups(kinds: readonly KindDto[]): FamilyGroup[] {
  const known = new Set(HEADINGS.flatMap(([, families]) => families));
  const groups = HEADINGS.map(([title, families]) => ({
    title,
    kinds: families.flatMap((family) => kinds.filter((kind) => kind.family === family)),
  }));
  groups.push({ title: "Other", kinds: kinds.filter((kind) => !known.has(kind.family)) });
  return groups.filter((group) => group.kinds.length > 0);
}

/** Kinds that every word fits; those whose name begins with the text come first. */
export function findKinds(kinds: readonly KindDto[], text: string): KindDto[] {
  const words = text.trim().toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return [...kinds];
  const rank = (kind: KindDto): number => {
    const names = [kind.title, kind.short, kind.id].map((name) => name.toLowerCase());
    if (names.some((name) => name.startsWith(words.join(" ")))) return 0;
    const whole = [...names, ...kind.search.map((word) => word.toLowerCase())].join(" ");
    if (words.every((word) => whole.includes(word))) return 1;
    return words.every((word) => `${whole} ${kind.help.toLowerCase()}`.includes(word)) ? 2 : -1;
  };
  return kinds
    .map((kind, index) => ({ kind, index, rank: rank(kind) }))
    .filter((entry) => entry.rank >= 0)
    .sort((a, b) => a.rank - b.rank || a.index - b.index)
    .map((entry) => entry.kind);
}

/** Whether a provider has nothing for a kind that becomes something elsewhere. */
export function isAbsent({ counterparts }: KindDto, provider: string): boolean {
  return Object.keys(counterparts).length > 0 && !Object.hasOwn(counterparts, provider);
}
