// Finds what was made of a resource in exported text and back, and colours a line. Knows no format: names and
// indentation.
import type { Id } from "../../document/model";

/** How a resource's id may be spelt: as it is, with `_`, and in one word with capitals. */
export function spellings(id: string): string[] {
  const parts = id.split("-");
  const pascal = parts.map((part) => part.charAt(0).toUpperCase() + part.slice(1)).join("");
  return [...new Set([id, parts.join("_"), pascal])];
}

const indent = (line: string) => line.length - line.trimStart().length;
const HEAD = /[{[:]\s*$/;
/** Deeper parts are of what they stand in. */
const MOST_INDENT = 4;
const NAME = /[A-Za-z][\w-]*/g;
/** What may follow an id in a longer name that is made of it. */
const LONGER = /^(_[a-z0-9]|[A-Z0-9])/;

/** The lines of a file, and where which name heads a part. A head opens a deeper part: it ends in `{`, `[` or `:`. */
export interface CodeIndex {
  lines: readonly string[];
  heads: ReadonlyMap<string, number>;
}

export function indexCode(text: string): CodeIndex {
  const lines = text.split("\n");
  const heads = new Map<string, number>();
  lines.forEach((line, at) => {
    if (!HEAD.test(line) || indent(line) > MOST_INDENT) return;
    for (const name of line.match(NAME) ?? []) if (!heads.has(name)) heads.set(name, at);
  });
  return { lines, heads };
}

/**
 * Lines (from, to inclusive) of the first block whose head names the resource, as a whole name or as its beginning
 * (`app_a`, `AppInstance`).
 */
export function blockOf({ lines, heads }: CodeIndex, id: Id): [number, number] | null {
  const names = spellings(id);
  const exact = names.map((name) => heads.get(name)).filter((at) => at !== undefined);
  if (exact.length > 0) {
    const at = Math.min(...exact);
    return [at, endOf(lines, at)];
  }
  for (const [name, at] of heads)
    if (names.some((one) => name.startsWith(one) && LONGER.test(name.slice(one.length))))
      return [at, endOf(lines, at)];
  return null;
}

/** Spelling → id, of every resource. */
export function spelled(ids: Iterable<Id>): Map<string, Id> {
  const all = new Map<string, Id>();
  for (const id of ids) for (const name of spellings(id)) if (!all.has(name)) all.set(name, id);
  return all;
}

/** The resource that a line belongs to: the nearest head above it that names one. */
export function ownerOf(
  lines: readonly string[],
  at: number,
  names: ReadonlyMap<string, Id>,
): Id | undefined {
  let depth = Number.POSITIVE_INFINITY;
  for (let index = at; index >= 0 && depth > 0; index--) {
    const line = lines[index] ?? "";
    if (line.trim() === "" || indent(line) >= depth) continue;
    depth = indent(line);
    const closes = index === at && /^[}\]]/.test(line.trim());
    if (closes) depth += 1;
    if (!HEAD.test(line) && index !== at) continue;
    const found = (line.match(NAME) ?? []).map((name) => names.get(name) ?? longest(name, names));
    const id = found.findLast((one) => one !== undefined);
    if (id !== undefined && depth <= MOST_INDENT && HEAD.test(line)) return id;
  }
  return undefined;
}

/** The id that a longer name is made of: `app_a` of `app`, never `apple`. */
function longest(name: string, names: ReadonlyMap<string, Id>): Id | undefined {
  for (let end = name.length - 1; end > 1; end--) {
    const id = names.get(name.slice(0, end));
    if (id !== undefined && LONGER.test(name.slice(end))) return id;
  }
  return undefined;
}

export interface Hit {
  path: string;
  line: number;
}

/** Where a text stands in the files, upper and lower case alike. */
export function occurrences(files: readonly { path: string; text: string }[], wanted: string): Hit[] {
  const text = wanted.trim().toLowerCase();
  if (text === "") return [];
  return files.flatMap((file) =>
    file.text
      .split("\n")
      .flatMap((line, at) => (line.toLowerCase().includes(text) ? [{ path: file.path, line: at }] : [])),
  );
}

function endOf(lines: readonly string[], at: number): number {
  const depth = indent(lines[at] ?? "");
  for (let index = at + 1; index < lines.length; index++) {
    const line = lines[index] ?? "";
    if (line.trim() === "" || indent(line) > depth) continue;
    return /^[}\]]/.test(line.trim()) ? index : index - 1;
  }
  return lines.length - 1;
}

export interface Token {
  text: string;
  look: "plain" | "comment" | "string" | "word" | "number" | "key";
}

const TOKENS =
  /(?<comment>#.*$|\/\/.*$|<!--.*?-->)|(?<key>^\s*(?:-\s+)?(?:"[^"\n]*"|[\w$.-]+)(?=\s*[:=](?!=)))|(?<string>"(?:[^"\\]|\\.)*"|'[^'\n]*')|(?<word>\b(?:resource|data|variable|output|locals|module|provider|terraform|moved|for_each|true|false|null)\b)|(?<number>\b\d[\d./]*\b)/g;

/** A line in coloured parts. Their texts together are the line. */
export function tokens(line: string): Token[] {
  const found: Token[] = [];
  let end = 0;
  for (const match of line.matchAll(TOKENS)) {
    if (match.index > end) found.push({ text: line.slice(end, match.index), look: "plain" });
    const look = Object.entries(match.groups ?? {}).find(
      ([, text]) => text !== undefined,
    )?.[0] as Token["look"];
    found.push({ text: match[0], look });
    end = match.index + match[0].length;
  }
  if (end < line.length) found.push({ text: line.slice(end), look: "plain" });
  return found;
}
