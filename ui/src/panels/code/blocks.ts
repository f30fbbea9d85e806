// Finds what was made of a resource in exported text, and colours a line. Knows no format: names and indentation.

/** How a resource's id may be spelt: as it is, with `_`, and in one word with capitals. */
export function spellings(id: string): string[] {
  const parts = id.split("-");
  const pascal = parts.map((part) => part.charAt(0).toUpperCase() + part.slice(1)).join("");
  return [...new Set([id, parts.join("_"), pascal])];
}

const indent = (line: string) => line.length - line.trimStart().length;

/**
 * Lines (from, to inclusive) of the first block whose head names one of the ids, as a whole name or as its beginning
 * (`app_a`, `AppInstance`). A head opens a deeper part: it ends in `{`, `[` or `:`.
 */
export function blockOf(lines: readonly string[], id: string): [number, number] | null {
  const names = spellings(id).map((name) => name.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  const exact = new RegExp(`(^|[\\s"'.])(${names.join("|")})($|[\\s"':])`);
  const begins = new RegExp(`(^|[\\s"'.])(${names.join("|")})(_[a-z0-9]|[A-Z0-9])`);
  for (const pattern of [exact, begins]) {
    const at = lines.findIndex((line) => /[{[:]\s*$/.test(line) && indent(line) <= 4 && pattern.test(line));
    if (at >= 0) return [at, endOf(lines, at)];
  }
  return null;
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
