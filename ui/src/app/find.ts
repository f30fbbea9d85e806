// How "Do anything" finds: words first, then letters in order. Pure.

export interface Entry {
  id: string;
  title: string;
  /** Also found by these. */
  words: string;
  /** Other names of it, as good as the title: "Subnet" for "Add subnet". */
  named?: readonly string[];
  hint: string;
  icon?: string;
  family?: string;
  /** Commands before parts before things, where the match is as good. */
  weight: number;
  run: () => void;
}

/** Smaller is better; negative: no match. */
export function score(title: string, words: string, text: string): number {
  const wanted = text.trim().toLowerCase();
  if (wanted === "") return 0;
  const name = title.toLowerCase();
  if (name.startsWith(wanted)) return 0;
  const parts = wanted.split(/\s+/);
  const begins = (whole: string) =>
    parts.every((part) => new RegExp(`(^|[\\s-])${escaped(part)}`).test(whole));
  if (begins(name)) return 1;
  if (begins(`${name} ${words.toLowerCase()}`)) return 2;
  if (parts.every((part) => name.includes(part))) return 3;
  return inOrder(name, wanted.replaceAll(" ", "")) ? 4 : -1;
}

const escaped = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");

function inOrder(name: string, letters: string): boolean {
  let at = -1;
  for (const letter of letters) {
    at = name.indexOf(letter, at + 1);
    if (at < 0) return false;
  }
  return letters.length > 1;
}

function best({ title, words, named = [] }: Entry, text: string): number {
  const all = [title, ...named].map((name) => score(name, words, text)).filter((one) => one >= 0);
  return all.length > 0 ? Math.min(...all) : -1;
}

export function rank(entries: readonly Entry[], text: string): Entry[] {
  return entries
    .map((entry, index) => ({ entry, index, score: best(entry, text) }))
    .filter((one) => one.score >= 0)
    .sort((a, b) => a.score - b.score || a.entry.weight - b.entry.weight || a.index - b.index)
    .map((one) => one.entry);
}
