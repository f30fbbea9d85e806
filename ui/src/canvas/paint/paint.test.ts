import { describe, expect, test } from "vitest";
import { Stage } from "../../editor/testing/stage";
import { touches } from "../../geometry/box";
import { RecordingPainter } from "../recording_painter";
import { CONTRAST_THEMES, THEMES } from "../theme";
import { paintRegion } from "./items";
import { paintOverlay } from "./overlay";

function judged(): Stage {
  const s = new Stage();
  s.core.setJudgement({
    statuses: new Map([
      ["app", "ok"],
      ["orders", "error"],
      ["scratch", "warning"],
      ["images", "waiting"],
      ["entry", "advice"],
    ]),
    summaries: new Map([["orders", "PostgreSQL 17 · standby"]]),
    facts: new Map([["web-tier", "public · 10.20.0.0/24"]]),
    links: new Map([
      ["app-orders", { kind: "flow", label: "5432", state: "proven" }],
      ["entry-app", { kind: "target", label: "8080", state: "broken" }],
      ["scratch-app", { kind: "attachment", label: "", state: "unproven" }],
    ]),
  });
  return s;
}

function painted(s: Stage, zoom: number, theme: "light" | "dark" = "light"): string[] {
  const p = new RecordingPainter();
  p.transform(zoom, 0, 0);
  paintRegion(p, s.core.scene, THEMES[theme], { x: -10, y: -10, w: 960, h: 580 }, zoom);
  // The dots of the ground say nothing.
  return p.lines.filter((line) => !line.startsWith(`fill ${THEMES[theme].dot}`));
}

describe("draw commands", () => {
  test("the_template_at_full_detail", () => {
    expect(painted(judged(), 1)).toMatchSnapshot();
  });

  test("the_template_at_a_quarter_has_boxes_colours_and_dots", () => {
    const lines = painted(judged(), 0.25);
    expect(lines.filter((l) => l.startsWith("icon"))).toEqual([]);
    expect(lines).toMatchSnapshot();
  });

  test("far_away_containers_speak_for_what_they_hold", () => {
    const lines = painted(judged(), 0.03);
    expect(lines.filter((l) => l.startsWith("text"))).toEqual([]);
    expect(lines).toMatchSnapshot();
  });

  test("no_text_is_smaller_than_six_pixels", () => {
    for (const zoom of [0.14, 0.2, 0.3, 0.4, 0.5, 0.7, 1, 2])
      for (const line of painted(judged(), zoom)) {
        const size = /^text .* ([\d.]+)px/.exec(line)?.[1];
        if (size) expect(Number(size) * zoom, line).toBeGreaterThanOrEqual(5.99);
      }
  });

  test("only_what_touches_the_region_is_painted", () => {
    const s = judged();
    const p = new RecordingPainter();
    const { shapes, links } = paintRegion(
      p,
      s.core.scene,
      THEMES.light,
      { x: 784, y: 300, w: 100, h: 40 },
      1,
    );
    expect(shapes + links).toBeLessThan(6);
    expect(p.lines.some((l) => l.includes("“Orders”"))).toBe(false);
    expect(p.lines.some((l) => l.includes("“Scratch”"))).toBe(true);
  });

  test("what_is_being_moved_is_not_on_the_plate", () => {
    const s = judged();
    s.press("app").dragBy(-40, 0);
    expect(painted(s, 1).some((l) => l.includes("“App server × 2”"))).toBe(false);
    expect(painted(s, 1).some((l) => l.includes("“Orders”"))).toBe(true);
  });

  test("badges_differ_by_shape_as_well_as_by_colour", () => {
    const shapes = painted(judged(), 1).filter((l) =>
      /^fill (#12925f|#e5a50a|#d92d20|#98a1b0): (move|circle)/.test(l),
    );
    const outlines = shapes.map((l) => l.slice(13).replaceAll(/[-\d.]+/g, "n"));
    expect(new Set(outlines).size).toBeGreaterThanOrEqual(3);
  });
});

describe("overlay", () => {
  test("a_single_selection_has_corners_and_a_plus", async () => {
    const s = judged();
    await s.click("app");
    const p = new RecordingPainter();
    paintOverlay(p, s.core, THEMES.light);
    expect(p.lines).toMatchSnapshot();
  });

  test("badges_never_touch_handles", async () => {
    const s = judged();
    for (const id of ["app", "orders", "scratch", "images", "entry"]) {
      const b = s.box(id);
      const badge = { x: b.x + b.w - 18 - 9.5, y: b.y - 9.5, w: 19, h: 19 };
      for (const c of ["nw", "ne", "se", "sw"]) {
        const { x, y } = s.corner(id, c);
        expect(touches(badge, { x: x - 4.5, y: y - 4.5, w: 9, h: 9 })).toBe(false);
      }
    }
  });

  test("a_highlight_leaves_the_plate_alone", () => {
    const s = judged();
    const before = painted(s, 1);
    s.core.highlighted = new Set(s.core.scene.slots(["app"]));
    expect(painted(s, 1)).toEqual(before);
    const p = new RecordingPainter();
    paintOverlay(p, s.core, THEMES.light);
    expect(p.lines[1]).toContain("rect 0 0 1200 800, round 460 388");
  });
});

test("a_lane_is_a_veil_over_containers_and_under_links_and_cards_with_its_zone_on_its_edge", async () => {
  const s = new Stage();
  s.core.setTool("insert", { kind: "zone" });
  await s.press({ x: 600, y: 320 }).release();
  const lines = painted(s, 1);
  const at = (part: string) => lines.findIndex((line) => line.includes(part));
  const veil = at("round 504 40 200");
  expect(veil).toBeGreaterThan(at("text “data · zones a, b”"));
  expect(veil).toBeLessThan(at("text “Orders”"));
  expect(lines[at("text “zone a”")]).toMatch(/text “zone a” 604 .* center/);
});

describe("high contrast", () => {
  const channel = (v: number) => (v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
  const luminance = (hex: string) =>
    [0.2126, 0.7152, 0.0722].reduce(
      (sum, share, k) => sum + share * channel(Number.parseInt(hex.slice(1 + 2 * k, 3 + 2 * k), 16) / 255),
      0,
    );
  const contrast = (a: string, b: string) => {
    const [dark, light] = [luminance(a), luminance(b)].sort((x, y) => x - y) as [number, number];
    return (light + 0.05) / (dark + 0.05);
  };

  test.each(["light", "dark"] as const)("%s: text stands out 7 to 1, lines and signs 4.5 to 1", (name) => {
    const t = CONTRAST_THEMES[name];
    for (const ground of [t.canvas, t.card, t.region, t.network, t.public, t.subnet])
      for (const ink of [t.text, t.muted]) expect(contrast(ink, ground)).toBeGreaterThan(7);
    const lines: [string, string][] = [
      [t.link, t.canvas],
      [t.regionLine, t.canvas],
      [t.networkLine, t.network],
      [t.publicLine, t.public],
      [t.subnetLine, t.subnet],
      [t.okLine, t.card],
      [t.accent, t.canvas],
      [t.ok, t.card],
      [t.warning, t.card],
      [t.error, t.card],
      [t.warningSign, t.warning],
    ];
    for (const [ink, ground] of lines) expect(contrast(ink, ground)).toBeGreaterThan(4.5);
    for (const [family, ink] of Object.entries(t.families))
      expect(contrast(ink, t.tiles[family as keyof typeof t.tiles])).toBeGreaterThan(4.5);
  });
});

test("an_overlay_says_each_tone_by_colour_sign_and_word", () => {
  const s = judged();
  const slot = (id: string) => s.core.scene.slotOf.get(id)!;
  s.core.marks = new Map([
    [slot("entry"), { tone: "warning", text: "internet 443" }],
    [slot("orders"), { tone: "ok", text: "runs" }],
  ]);
  const p = new RecordingPainter();
  paintOverlay(p, s.core, THEMES.light);
  const words = p.lines.filter((line) => line.startsWith("text"));
  expect(words.some((line) => line.includes("internet 443"))).toBe(true);
  expect(words.some((line) => line.includes("runs"))).toBe(true);
});

test("larger_text_is_larger_everywhere_and_stays_in_its_box", () => {
  const s = judged();
  const texts = (textScale: number) => {
    const p = new RecordingPainter();
    paintRegion(p, s.core.scene, { ...THEMES.light, textScale }, { x: -10, y: -10, w: 960, h: 580 }, 1);
    return p.lines.flatMap((line) => {
      const [, text, x, , size] = /^text “(.*)” (\S+) (\S+) ([\d.]+)px/.exec(line) ?? [];
      return text === undefined ? [] : [{ text, x: Number(x), size: Number(size) }];
    });
  };
  const [usual, larger] = [texts(1), texts(1.5)];
  const least = (all: typeof usual) => Math.min(...all.map(({ size }) => size));
  // A title gives some of it back before it is cut.
  expect(least(larger)).toBeGreaterThanOrEqual(least(usual) * 1.2);
  const title = larger.find(({ text }) => text.startsWith("App serv"))!;
  const b = s.box("app");
  expect(title.text).toMatch(/^App server/);
  expect(title.size).toBeGreaterThanOrEqual(12.5 * 1.2);
  expect(title.x + title.text.length * title.size * 0.6).toBeLessThanOrEqual(b.x + b.w);
  expect(larger.find(({ text }) => text === "Entry")!.size).toBe(12.5 * 1.5);
});

test("a_summary_that_does_not_fit_loses_whole_facts_and_no_letters", () => {
  const said = (summary: string) => {
    const s = judged();
    s.core.setJudgement({
      statuses: new Map(),
      summaries: new Map([["orders", summary]]),
      facts: new Map(),
      links: new Map(),
    });
    s.elsewhere({ edit: "set-layout", resources: { orders: [800, 420, 190, 56] } });
    const p = new RecordingPainter();
    paintRegion(p, s.core.scene, THEMES.light, s.box("orders"), 1);
    return /^text “(.*?)”/.exec(p.lines[p.lines.findIndex((l) => l.includes("“Orders”")) + 1]!)?.[1];
  };
  expect(said("server · 4 vCPU")).toBe("server · 4 vCPU");
  expect(said("server · 4 vCPU, 16 GiB")).toBe("4 vCPU, 16 GiB");
  expect(said("PostgreSQL 17 · standby")).toBe("PostgreSQL 17");
  expect(said("load balancers · 443")).toBe("load balancers");
  expect(said("one endless word without facts")).toMatch(/^one endless.*…$/);
});

test("a_bar_begins_with_what_is_worst", () => {
  const lines = painted(judged(), 0.03).filter((line) => /^fill.*: rect /.test(line));
  const left = (colour: string) =>
    Math.min(
      ...lines
        .filter((line) => line.startsWith(`fill ${colour}`))
        .flatMap((line) => [...line.matchAll(/rect (\S+)/g)].map(([, x]) => Number(x)))
        .filter((x) => x > 152 && x < 760),
    );
  const { error, okBlock, block } = THEMES.light;
  expect(left(error)).toBeLessThan(left(okBlock));
  expect(left(okBlock)).toBeLessThan(left(block));
});

test("far_away_what_is_wrong_keeps_its_shape_and_a_size_to_be_found_by", () => {
  const zoom = 0.2;
  const lines = painted(judged(), zoom);
  const { error, ok } = THEMES.light;
  const octagon = lines.find(
    (line) => line.startsWith(`fill ${error}: `) && line.split("line").length === 8,
  )!;
  const xs = [...octagon.matchAll(/(?:move|line) (\S+)/g)].map(([, x]) => Number(x));
  expect((Math.max(...xs) - Math.min(...xs)) * zoom).toBeGreaterThanOrEqual(7.9);
  expect(lines.some((line) => line.startsWith(`fill ${ok}: circle`))).toBe(true);
});

describe("from afar", () => {
  const names = (s: Stage, zoom: number) =>
    painted(s, zoom).flatMap((line) => /^text “(.*?)”/.exec(line)?.[1] ?? []);

  test("places_that_are_large_enough_have_their_names_over_what_they_hold", () => {
    const s = judged();
    expect(names(s, 0.2)).toEqual(["Frankfurt"]);
    s.elsewhere({ edit: "set-layout", resources: { frankfurt: [-1000, -1000, 4000, 3000] } });
    expect(names(s, 0.2)).toEqual(["Frankfurt", "shop"]);
  });

  test("a_name_lies_on_the_upper_edge_of_its_box_half_outside", () => {
    const s = judged();
    const p = new RecordingPainter();
    const { x, y } = s.box("frankfurt");
    // Right above the box, where nothing of it is but the upper half of the name.
    paintRegion(p, s.core.scene, THEMES.light, { x, y: y - 30, w: 200, h: 10 }, 0.2);
    expect(p.lines.some((line) => line.startsWith("text “Frankfurt”"))).toBe(true);
  });
});
