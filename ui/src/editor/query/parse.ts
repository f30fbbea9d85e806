/**
 * The query language: `kind:server cpu>4 !tag:owner`, `(in:data or in:app) has:problem`, `"App server"`.
 * Spaces may stand round an operator. Words side by side must all hold; `or` binds loosest, `not` or `!` tightest. Pure.
 */

export type Op = ":" | "=" | "!=" | "<" | "<=" | ">" | ">=";

export type Query =
  | { is: "and" | "or"; of: Query[] }
  | { is: "not"; of: Query }
  | { is: "words"; text: string }
  | { is: "test"; key: string; op: Op; value: string };

/** What is wrong, and from where to where in the text. */
export interface QueryError {
  message: string;
  from: number;
  to: number;
}

/** `query` null: nothing was asked. */
export type Parsed = { query: Query | null } | { error: QueryError };

/** What is wrong with a test, by somebody who knows what keys and values there are. */
export type Check = (
  test: Extract<Query, { is: "test" }>,
) => { at: "key" | "value"; message: string } | undefined;

interface Token {
  is: "(" | ")" | "!" | "and" | "or" | "not" | "words" | "test";
  from: number;
  to: number;
  text: string;
  op?: Op;
  value?: string;
  valueFrom?: number;
}

const JOINING = ["and", "or", "not"] as const;
const SPACE = /\s+/y;
const KEY = /[^\s()"!:=<>]+/y;
const OP = /!=|<=|>=|[:=<>]/y;
const VALUE = /[^\s()"]+/y;
/** After a space, a value is what could not begin anything else. */
const SPACED_VALUE = /(?!(?:and|or|not)(?![^\s()"]))[^\s()"!:=<>][^\s()"]*/iy;
/** Spaces before an operator that has something to compare. */
const SPACED_OP = /\s+(!=|<=|>=|[:=<>])/y;

class Wrong extends Error {
  readonly error: QueryError;

  constructor(message: string, from: number, to: number) {
    super(message);
    this.error = { message, from, to };
  }
}

export function parseQuery(text: string, check?: Check): Parsed {
  try {
    const tokens = tokensOf(text);
    if (check) for (const token of tokens) checkTest(token, check);
    return { query: new Parser(tokens, text.length).whole() };
  } catch (thrown) {
    if (thrown instanceof Wrong) return { error: thrown.error };
    throw thrown;
  }
}

function checkTest(token: Token, check: Check): void {
  if (token.is !== "test") return;
  const wrong = check({ is: "test", key: token.text, op: token.op!, value: token.value! });
  if (wrong?.at === "key") throw new Wrong(wrong.message, token.from, token.from + token.text.length);
  if (wrong) throw new Wrong(wrong.message, token.valueFrom!, token.to);
}

function tokensOf(text: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  const eat = (pattern: RegExp): string => {
    pattern.lastIndex = at;
    const found = pattern.exec(text)?.[0] ?? "";
    at += found.length;
    return found;
  };
  const quoted = (): string => {
    const from = at;
    let value = "";
    for (at++; at < text.length && text[at] !== '"'; at++) {
      if (text[at] === "\\" && at + 1 < text.length) at++;
      value += text[at];
    }
    if (at >= text.length) throw new Wrong("the quote is not closed", from, text.length);
    at++;
    return value;
  };
  for (eat(SPACE); at < text.length; eat(SPACE)) {
    const from = at;
    const sign = text[at]!;
    if (sign === "(" || sign === ")" || (sign === "!" && text[at + 1] !== "=")) {
      at++;
      tokens.push({ is: sign as "(" | ")" | "!", from, to: at, text: sign });
      continue;
    }
    const isQuoted = sign === '"';
    const key = isQuoted ? quoted() : eat(KEY);
    const joining = isQuoted ? undefined : JOINING.find((word) => word === key.toLowerCase());
    const op = isQuoted ? "" : eat(OP) || (joining || key === "" ? "" : eat(SPACED_OP).trim());
    if (op === "") {
      tokens.push({ is: joining ?? "words", from, to: at, text: key });
      continue;
    }
    if (key === "") throw new Wrong(`say what is compared, like kind${op}server`, from, at);
    const opTo = at;
    const spaced = eat(SPACE) !== "";
    const valueFrom = at;
    const value = text[at] === '"' ? quoted() : eat(spaced ? SPACED_VALUE : VALUE);
    if (at === valueFrom) throw new Wrong(`a value should follow ${key}${op}`, from, opTo);
    tokens.push({ is: "test", from, to: at, text: key.toLowerCase(), op: op as Op, value, valueFrom });
  }
  return tokens;
}

class Parser {
  private readonly tokens: readonly Token[];
  private readonly end: number;
  private at = 0;

  constructor(tokens: readonly Token[], end: number) {
    this.tokens = tokens;
    this.end = end;
  }

  whole(): Query | null {
    if (this.tokens.length === 0) return null;
    const query = this.or();
    const left = this.tokens[this.at];
    if (left) throw new Wrong("this closes nothing", left.from, left.to);
    return query;
  }

  private or(): Query {
    const of = [this.and()];
    while (this.tokens[this.at]?.is === "or") {
      this.at++;
      of.push(this.and());
    }
    return joined("or", of);
  }

  private and(): Query {
    const of = [this.not()];
    for (
      let next = this.tokens[this.at];
      next && next.is !== "or" && next.is !== ")";
      next = this.tokens[this.at]
    ) {
      if (next.is === "and") this.at++;
      of.push(this.not());
    }
    return joined("and", of);
  }

  private not(): Query {
    const token = this.tokens[this.at];
    if (!token || token.is === ")" || token.is === "and" || token.is === "or") throw this.missing(token);
    this.at++;
    if (token.is === "!" || token.is === "not") return { is: "not", of: this.not() };
    if (token.is === "(") return this.group(token);
    if (token.is === "test") return { is: "test", key: token.text, op: token.op!, value: token.value! };
    return { is: "words", text: token.text };
  }

  private group(open: Token): Query {
    const query = this.or();
    if (this.tokens[this.at]?.is !== ")") throw new Wrong("the bracket is not closed", open.from, open.to);
    this.at++;
    return query;
  }

  private missing(token: Token | undefined): Wrong {
    const before = this.tokens[this.at - 1];
    if (!before) return new Wrong("something should stand before this", token!.from, token!.to);
    return new Wrong(`something should follow “${before.text}”`, before.from, token?.to ?? this.end);
  }
}

/** One level for what is joined alike, so that the same question has one form. */
function joined(is: "and" | "or", of: Query[]): Query {
  const flat = of.flatMap((one) => (one.is === is ? one.of : [one]));
  return flat.length === 1 ? flat[0]! : { is, of: flat };
}

/** A query as text that parses to the same again. */
export function printQuery(query: Query | null): string {
  return query === null ? "" : print(query, 0);
}

function print(query: Query, level: number): string {
  switch (query.is) {
    case "or":
      return wrap(query.of.map((one) => print(one, 1)).join(" or "), level > 0);
    case "and":
      return wrap(query.of.map((one) => print(one, 2)).join(" "), level > 1);
    case "not":
      return `!${print(query.of, 2)}`;
    case "words":
      return plain(query.text) && !/^(and|or|not)$/i.test(query.text) ? query.text : quote(query.text);
    case "test":
      return `${query.key}${query.op}${/^[^\s()"]+$/.test(query.value) && !/^[=]/.test(query.value) ? query.value : quote(query.value)}`;
  }
}

const wrap = (text: string, brackets: boolean) => (brackets ? `(${text})` : text);
const plain = (text: string) => /^[^\s()"!:=<>]+$/.test(text);
const quote = (text: string) => `"${text.replace(/["\\]/g, "\\$&")}"`;
