import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { completePorts, KNOWN_SERVICES, parsePort, parsePorts } from "./ports";

const ORDERS = [{ name: "postgresql", ports: "tcp/5432" }];

describe("ports as they are typed", () => {
  test.each([
    ["443", "tcp/443"],
    ["udp/53", "udp/53"],
    ["8000-8080", "tcp/8000-8080"],
    ["8000–8080", "tcp/8000-8080"],
    ["tcp/80-80", "tcp/80"],
    ["ICMP", "icmp"],
    ["https", "tcp/443"],
    ["postgresql", "postgresql"],
  ])("%s_means_%s", (text, value) => {
    expect(parsePort(text, ORDERS)).toEqual({ value });
  });

  test("a_service_of_the_target_wins_over_what_everybody_knows", () => {
    expect(parsePort("http", [{ name: "http", ports: "tcp/8080" }])).toEqual({ value: "http" });
    expect(parsePort("http", [])).toEqual({ value: "tcp/80" });
  });

  test.each([
    ["0", "ports go from 1 to 65535"],
    ["tcp/70000", "ports go from 1 to 65535"],
    ["90-80", "90-80 runs backwards: give the lower port first"],
    ["sql!", "“sql!” is no port and no service there: give tcp/443, udp/5000-5010, icmp, or postgresql"],
    ["web", "“web” is no port and no service there: give tcp/443, udp/5000-5010, icmp, or postgresql"],
  ])("%s_is_refused_with_the_reason", (text, wrong) => {
    expect(parsePort(text, ORDERS)).toEqual({ wrong });
  });

  test("where_nobody_knows_the_services_any_name_may_be_one", () => {
    expect(parsePort("web", null)).toEqual({ value: "web" });
    expect(parsePort("http", null)).toEqual({ value: "http" });
    expect(parsePort("Web!", null)).toHaveProperty("wrong");
  });

  test("lists_take_commas_and_spaces_and_say_each_port_once", () => {
    expect(parsePorts(" 443, udp/53  443;icmp", null)).toEqual({ allow: ["tcp/443", "udp/53", "icmp"] });
    expect(parsePorts("  ", null)).toEqual({ allow: [] });
    expect(parsePorts(" , ", null)).toHaveProperty("wrong");
    expect(parsePorts("443, 0", null)).toEqual({ wrong: "ports go from 1 to 65535" });
  });

  test("what_is_written_is_read_back_as_the_same", () => {
    const word = fc.oneof(
      fc.constantFrom("icmp", ...KNOWN_SERVICES.map((one) => one.name)),
      fc
        .tuple(
          fc.constantFrom("", "tcp/", "udp/"),
          fc.integer({ min: 1, max: 65535 }),
          fc.integer({ min: 0, max: 9 }),
        )
        .map(([p, low, more]) => `${p}${low}${more > 0 && low + more <= 65535 ? `-${low + more}` : ""}`),
    );
    fc.assert(
      fc.property(fc.array(word, { maxLength: 6 }), (words) => {
        const once = parsePorts(words.join(", "), []);
        if ("wrong" in once) throw new Error(once.wrong);
        expect(parsePorts(once.allow.join(" "), [])).toEqual(once);
      }),
    );
  });
});

describe("completion", () => {
  test("an_empty_word_offers_what_the_target_has", () => {
    expect(completePorts("", 0, ORDERS)).toEqual({
      from: 0,
      to: 0,
      entries: [{ text: "postgresql", hint: "tcp/5432" }],
    });
  });

  test("the_word_at_the_caret_is_completed_by_name_or_by_number", () => {
    expect(completePorts("80, htt", 7, []).entries.map((one) => one.text)).toEqual(["http", "https"]);
    expect(completePorts("80, htt", 7, [])).toMatchObject({ from: 4, to: 7 });
    expect(completePorts("54", 2, []).entries).toEqual([{ text: "postgres", hint: "tcp/5432" }]);
  });

  test("what_is_there_already_is_not_offered_again", () => {
    expect(completePorts("https, htt", 10, []).entries.map((one) => one.text)).toEqual(["http"]);
  });
});
