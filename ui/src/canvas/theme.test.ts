import { expect, test } from "vitest";
import { CONTRAST_THEMES, THEMES, type Theme } from "./theme";

function light(hex: string): number {
  const [r, g, b] = [1, 3, 5].map((at) => {
    const v = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r! + 0.7152 * g! + 0.0722 * b!;
}

function contrast(a: string, b: string): number {
  const [dark, bright] = [light(a), light(b)].sort((x, y) => x - y);
  return (bright! + 0.05) / (dark! + 0.05);
}

const grounds = (t: Theme) => [t.canvas, t.panel, t.card, t.region, t.network, t.public, t.subnet];

for (const [kind, themes] of Object.entries({ usual: THEMES, high: CONTRAST_THEMES }))
  for (const theme of Object.values(themes)) {
    test(`words_are_readable_on_all_they_stand_on_${kind}_${theme.name}`, () => {
      for (const ground of grounds(theme)) {
        expect(contrast(theme.text, ground)).toBeGreaterThanOrEqual(4.5);
        expect(contrast(theme.muted, ground)).toBeGreaterThanOrEqual(4.5);
      }
      // Ports stand in pills.
      expect(contrast(theme.okText, theme.panel)).toBeGreaterThanOrEqual(4.5);
      expect(contrast(theme.error, theme.panel)).toBeGreaterThanOrEqual(4.5);
    });

    test(`lines_icons_and_signs_can_be_seen_${kind}_${theme.name}`, () => {
      const { link, ok, error, warningLine, accent, okBlock, block } = theme;
      const lines = [link, ok, error, warningLine, accent, okBlock, block];
      for (const ground of grounds(theme))
        for (const line of lines) expect(contrast(line, ground)).toBeGreaterThanOrEqual(3);
      for (const [family, colour] of Object.entries(theme.families))
        expect(contrast(colour, theme.tiles[family as keyof Theme["tiles"]])).toBeGreaterThanOrEqual(3);
      expect(contrast(theme.warningSign, theme.warning)).toBeGreaterThanOrEqual(3);
    });
  }

// On light ground a container's fill says as much; on dark ground fills are nearly alike, and the edge has to.
test("edges_of_containers_can_be_seen_on_dark_ground", () => {
  const t = THEMES.dark;
  const edges = [
    [t.regionLine, t.region, t.canvas],
    [t.networkLine, t.network, t.region],
    [t.publicLine, t.public, t.network],
    [t.subnetLine, t.subnet, t.network],
  ] as const;
  for (const [line, within, around] of edges)
    for (const ground of [within, around]) expect(contrast(line, ground)).toBeGreaterThanOrEqual(3);
});
