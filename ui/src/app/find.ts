// How "Do anything" finds: words first, then beginnings of words. Pure.

export interface Entry {
  id: string;
  title: string;
  /** Also found by these. */
  words: string;
  /** What it is found by, where that is less than the title: of "Undo: move Orders" only "Undo". */
  called?: string;
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
  return initials(name, wanted.replaceAll(" ", "")) ? 4 : -1;
}

const escaped = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");

/**
 * Whether letters are beginnings of words in order: "shev" is "show everything". Letters from anywhere would find
 * something in nearly every title, and the first that is found is what Enter does.
 */
function initials(name: string, letters: string): boolean {
  const words = name.split(/[\s-]+/);
  const fits = (word: number, left: string): boolean => {
    if (left === "") return true;
    if (word >= words.length) return false;
    for (let taken = sharedStart(words[word] ?? "", left); taken > 0; taken -= 1)
      if (fits(word + 1, left.slice(taken))) return true;
    return fits(word + 1, left);
  };
  return letters.length > 1 && fits(0, letters);
}

function sharedStart(one: string, other: string): number {
  let length = 0;
  while (length < one.length && one[length] === other[length]) length += 1;
  return length;
}

function best({ title, called = title, words, named = [] }: Entry, text: string): number {
  const all = [called, ...named].map((name) => score(name, words, text)).filter((one) => one >= 0);
  return all.length > 0 ? Math.min(...all) : -1;
}

export function rank(entries: readonly Entry[], text: string): Entry[] {
  return entries
    .map((entry, index) => ({ entry, index, score: best(entry, text) }))
    .filter((one) => one.score >= 0)
    .sort((a, b) => a.score - b.score || a.entry.weight - b.entry.weight || a.index - b.index)
    .map((one) => one.entry);
}
