import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { generate } from "../../../bench/generate";
import type { DesignJson, Id } from "../../document/model";
import { createDocumentStore } from "../../document/store";
import { KINDS, webShop } from "../testing/stage";
import { completeQuery } from "./complete";
import { attributesOf, checkFor, matching, type World } from "./match";
import { type Op, parseQuery, printQuery, type Query } from "./parse";

const BY_ID = new Map(KINDS.map((kind) => [kind.id, { ...kind, attributes: kind.attributes ?? [] }]));

function worldOf(design: DesignJson, findings: { [id: Id]: { severity: string }[] } = {}): World {
  const document = createDocumentStore();
  document.load(design, 1);
  return { document, kind: (id) => BY_ID.get(id), findings: (id) => findings[id] ?? [] };
}

const SHOP = worldOf(webShop(), { orders: [{ severity: "warning" }], app: [{ severity: "error" }] });

function found(text: string, world = SHOP): Id[] {
  const parsed = parseQuery(text);
  if ("error" in parsed) throw new Error(parsed.error.message);
  return parsed.query ? [...matching(parsed.query, world)].sort() : [];
}

function wrong(text: string): string {
  const parsed = parseQuery(text, checkFor(attributesOf(BY_ID.values())));
  if (!("error" in parsed)) return "";
  const { message, from, to } = parsed.error;
  return `${text.slice(0, from)}[${text.slice(from, to)}]${text.slice(to)} ${message}`;
}

describe("what is asked", () => {
  test.each([
    ["kind:server", ["app"]],
    ["kind:server cpu>1", ["app"]],
    ["kind:server cpu>2", []],
    ["cpu>=2 !kind:server", ["orders"]],
    ["kind:server cpu > 1", ["app"]],
    ["cpu >=2 and memory> 4GiB", ["orders"]],
    ['engine != "mysql" kind : database', ["orders"]],
    ["memory>4GiB", ["orders"]],
    ['memory:"8 GiB" or memory="4096 MiB"', ["app", "orders"]],
    ["backup>=2weeks", ["orders"]],
    ["encrypted:true kind:volume", ["scratch"]],
    ["engine:postgres", ["orders"]],
    ["engine=postgres", []],
    ["engine=postgres*", ["orders"]],
    ["engine!=mysql kind:database", ["orders"]],
    ["in:data", ["orders"]],
    ["in:subnet !in:web", ["app", "orders"]],
    ["linked:orders", ["app"]],
    ['linked:"App server"', ["entry", "images", "orders", "scratch"]],
    ["has:problem", ["app", "orders"]],
    ["has:error", ["app"]],
    ["has:content", ["app-tier", "data-tier", "frankfurt", "shop", "web-tier"]],
    ["!tag:owner", ["internet"]],
    ["tag.owner:shop-team kind:server", ["app"]],
    ["tag:owner=shop-team kind:server", ["app"]],
    ["tag:owner=shop* kind:server", ["app"]],
    ["tag:owner=nobody", []],
    ["images", ["images", "images-door"]],
    ['"app server"', ["app"]],
    ["family:data", ["orders"]],
    ["(kind:server or kind:database) not has:error", ["orders"]],
    ["zones:a kind:subnet", ["app-tier", "data-tier", "web-tier"]],
  ])("%s", (text, expected) => expect(found(text)).toEqual(expected));

  test("nothing_asked_finds_nothing", () => {
    expect(parseQuery("  ")).toEqual({ query: null });
  });
});

describe("what cannot be asked is shown where it is wrong", () => {
  test.each([
    ["cpu>", "[cpu>] a value should follow cpu>"],
    ["cpu > (app)", "[cpu >] (app) a value should follow cpu>"],
    ["cpu > or app", "[cpu >] or app a value should follow cpu>"],
    ["kind:server cpu>big", "kind:server cpu>[big] a number should follow cpu>"],
    ["kindd:server", "[kindd]:server nothing has “kindd”: do you mean kind?"],
    [
      "has:fire",
      "has:[fire] “has” knows problem, error, warning, advice, link, content, tag, title and attributes",
    ],
    ['"App', '["App] the quote is not closed'],
    ["(kind:server", "[(]kind:server the bracket is not closed"],
    ["kind:server)", "kind:server[)] this closes nothing"],
    ["kind:server or", "kind:server [or] something should follow “or”"],
    [":server", "[:]server say what is compared, like kind:server"],
    ["or app", "[or] app something should stand before this"],
  ])("%s", (text, expected) => expect(wrong(text)).toBe(expected));
});

const KEY = fc.constantFrom(
  "kind",
  "cpu",
  "title",
  "id",
  "in",
  "linked",
  "has",
  "tag",
  "tag.owner",
  "on.aws.x",
  "memory",
);
const OPS: Op[] = [":", "=", "!=", "<", "<=", ">", ">="];
const leaf: fc.Arbitrary<Query> = fc.oneof(
  fc.record({
    is: fc.constant("test" as const),
    key: KEY,
    op: fc.constantFrom(...OPS),
    value: fc.oneof(
      fc.string({ maxLength: 8 }),
      fc.constantFrom("server", "2", "4 GiB", "link", "data", "a*"),
    ),
  }),
  fc.record({
    is: fc.constant("words" as const),
    text: fc.oneof(fc.string({ maxLength: 8 }), fc.constantFrom("not", "or", "and", "app", "App server")),
  }),
);
const { tree } = fc.letrec<{ tree: Query; join: Query; not: Query }>((tie) => ({
  tree: fc.oneof({ maxDepth: 4 }, leaf, tie("join"), tie("not")),
  join: fc
    .tuple(
      fc.constantFrom("and" as const, "or" as const),
      fc.array(tie("tree"), { minLength: 2, maxLength: 3 }),
    )
    .map(([is, of]) => ({ is, of: of.flatMap((one) => (one.is === is ? one.of : [one])) })),
  not: tie("tree").map((of): Query => ({ is: "not", of })),
}));

describe("the language", () => {
  test("what_is_printed_is_read_as_the_same_question", () => {
    fc.assert(
      fc.property(tree, (query) => {
        expect(parseQuery(printQuery(query))).toEqual({ query });
      }),
      { numRuns: 400 },
    );
  });

  test("no_text_breaks_it_and_every_error_lies_within_the_text", () => {
    const pieces = fc.array(
      fc.oneof(
        fc.constantFrom("(", ")", "!", '"', ":", ">", "or", "and", "not", "kind:", "cpu>4", " "),
        fc.string(),
      ),
    );
    fc.assert(
      fc.property(pieces, (parts) => {
        const text = parts.join("");
        const parsed = parseQuery(text);
        if (!("error" in parsed)) return;
        expect(parsed.error.from).toBeGreaterThanOrEqual(0);
        expect(parsed.error.to).toBeLessThanOrEqual(text.length);
        expect(parsed.error.from).toBeLessThan(parsed.error.to);
      }),
      { numRuns: 400 },
    );
  });

  test("it_finds_what_brute_force_finds", () => {
    const design = generate(60, 40);
    const world = worldOf(design);
    const ids = Object.keys(design.resources);
    const kinds = [...new Set(ids.map((id) => design.resources[id]!.kind))];
    const words = fc.constantFrom(...ids.slice(0, 12), ...kinds);
    const simple: fc.Arbitrary<Query> = fc.oneof(
      fc.record({
        is: fc.constant("test" as const),
        key: fc.constantFrom("kind", "in", "linked", "id"),
        op: fc.constantFrom<Op>("=", "!="),
        value: words,
      }),
      fc.record({ is: fc.constant("words" as const), text: words }),
    );
    const asked = fc.letrec<{ tree: Query }>((tie) => ({
      tree: fc.oneof(
        { maxDepth: 4 },
        simple,
        fc
          .tuple(
            fc.constantFrom("and" as const, "or" as const),
            fc.array(tie("tree"), { minLength: 2, maxLength: 3 }),
          )
          .map(([is, of]): Query => ({ is, of })),
        tie("tree").map((of): Query => ({ is: "not", of })),
      ),
    })).tree;
    fc.assert(
      fc.property(asked, (query) => {
        expect([...matching(query, world)]).toEqual(ids.filter((id) => holds(query, id, design)));
      }),
      { numRuns: 200 },
    );
  });
});

/** The meaning said once more, straight from the words. */
function holds(query: Query, id: Id, design: DesignJson): boolean {
  const resource = design.resources[id]!;
  const named = (other: Id, value: string) => {
    const { title, kind } = design.resources[other]!;
    return [other, title, kind].some((text) => text?.toLowerCase() === value.toLowerCase());
  };
  if (query.is === "not") return !holds(query.of, id, design);
  if (query.is === "and") return query.of.every((one) => holds(one, id, design));
  if (query.is === "or") return query.of.some((one) => holds(one, id, design));
  if (query.is === "words") {
    const texts = [id, resource.title ?? "", resource.kind, BY_ID.get(resource.kind)?.title ?? ""];
    return texts.some((text) => text.toLowerCase().includes(query.text.toLowerCase()));
  }
  if (query.is !== "test") throw new Error("no such form");
  const yes = (): boolean => {
    const value = query.value.toLowerCase();
    if (query.key === "id") return id === value;
    if (query.key === "kind")
      return [resource.kind, BY_ID.get(resource.kind)?.title.toLowerCase()].includes(value);
    if (query.key === "linked")
      return Object.values(design.links).some(
        (l) => (l.from === id && named(l.to, value)) || (l.to === id && named(l.from, value)),
      );
    for (let at = resource.parent; at; at = design.resources[at]!.parent) if (named(at, value)) return true;
    return false;
  };
  return query.op === "!=" ? !yes() : yes();
}

describe("completion", () => {
  const at = (text: string) => completeQuery(text, text.length, SHOP).entries.map((one) => one.text);
  test("keys_by_their_first_letters_and_values_by_what_is_there", () => {
    expect(at("ki")).toEqual(["kind:", "stickiness:"]);
    expect(at("cp")).toEqual(["cpu:"]);
    expect(at("kind:da")).toEqual(["database"]);
    expect(at("kind:server in:da")).toEqual(["data"]);
    expect(at("linked:app")).toEqual(['"App server"']);
    expect(at("tag:")).toEqual(["owner"]);
    expect(at("engine:my")).toEqual(["mysql"]);
    expect(at("")).toEqual([]);
  });

  test("only_the_value_is_replaced", () => {
    expect(completeQuery("!(kind:da", 9, SHOP)).toMatchObject({ from: 7, to: 9 });
    expect(completeQuery("app kind = da", 13, SHOP)).toMatchObject({ from: 11, to: 13 });
  });
});
