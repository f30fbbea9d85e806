// JSON that is long is read in pieces, between which others have their turn: a large design that is read at once
// holds up the window. A piece is cut out between two members of an object, wherever that is, and made whole again
// by the names that lead there: of `{"design":{"links":{A,B},C},D}`, cut before B, the second piece is
// `{"design":{"links":{B},C},D}`, and what it says is added to what the first one said.

/** Characters that are read in some ten milliseconds. */
const PIECE = 500_000;

interface Piece {
  json: string;
  /** The names that lead to where it was cut out. */
  path: string[];
}

type Table = { [name: string]: unknown };

export async function readJson(text: string, size = PIECE, turn = nextTurn): Promise<unknown> {
  if (text.length <= 2 * size) return JSON.parse(text);
  let whole: unknown;
  for (const { json, path } of pieces(text, size)) {
    const piece: unknown = JSON.parse(json);
    if (whole === undefined) whole = piece;
    else add(whole as Table, piece as Table, path);
    await turn();
  }
  return whole;
}

/** After what else waits. A timer would wait for some milliseconds more. */
function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(null);
  });
}

function* pieces(text: string, size: number): Generator<Piece> {
  /** Where the names of the members that are open begin and end; an array has none. */
  const names: [number, number][] = [];
  let inArrays = 0;
  let last: [number, number] = [0, 0];
  let begun = 0;
  let path: string[] = [];
  const pathNow = () => names.slice(1).map(([start, end]) => text.slice(start, end));
  const piece = (end: number, open: number): Piece => {
    const before = path.map((name) => `{${name}:`).join("");
    const json = begun === 0 ? text.slice(0, end) : `${before}{${text.slice(begun, end)}`;
    return { json: json + "}".repeat(open), path: path.map((name) => JSON.parse(name) as string) };
  };
  for (let at = 0; at < text.length; at++) {
    switch (text[at]) {
      case '"': {
        const end = endOfText(text, at);
        last = [at, end];
        at = end - 1;
        break;
      }
      case "[":
        inArrays++;
        break;
      case "]":
        inArrays--;
        break;
      case "{":
        names.push(last);
        break;
      case "}":
        names.pop();
        break;
      case ",":
        if (inArrays > 0 || at - begun < size) break;
        yield piece(at, names.length);
        begun = at + 1;
        path = pathNow();
    }
  }
  yield piece(text.length, 0);
}

/** Behind its closing quote. */
function endOfText(text: string, start: number): number {
  for (let at = text.indexOf('"', start + 1); at >= 0; at = text.indexOf('"', at + 1)) {
    let escapes = 0;
    while (text[at - 1 - escapes] === "\\") escapes++;
    if (escapes % 2 === 0) return at + 1;
  }
  return text.length;
}

function add(whole: Table, piece: Table, [first, ...rest]: string[]): void {
  for (const [name, value] of Object.entries(piece))
    if (name === first) add(whole[name] as Table, value as Table, rest);
    // Somebody may call a thing so; assigned, it would be no member.
    else if (name === "__proto__") Object.defineProperty(whole, name, { ...MEMBER, value });
    else whole[name] = value;
}

const MEMBER = { configurable: true, enumerable: true, writable: true };
