import { describe, expect, test } from "vitest";
import { Stage } from "../../editor/testing/stage";
import { RecordingPainter } from "../recording_painter";
import { THEMES } from "../theme";
import { findOverlaps } from "./overlaps";

const found = (s: Stage) => {
  const all = findOverlaps(s.core.scene, THEMES.light, new RecordingPainter());
  return all.map(({ what, a, b }) => `${what}: ${a}, ${b}`);
};

/** Two cards side by side, a link past a third one. */
function clear(): Stage {
  const s = new Stage({
    ...new Stage().store.design(),
    resources: {
      a: { kind: "server", title: "A" },
      b: { kind: "server", title: "B" },
      c: { kind: "server", title: "C" },
      d: { kind: "server", title: "D" },
    },
    links: { ab: { from: "a", to: "b", allow: ["tcp/80"] }, cd: { from: "c", to: "d", allow: ["tcp/443"] } },
    layout: {
      resources: {
        a: [0, 0, 160, 56],
        b: [400, 0, 160, 56],
        c: [0, 120, 160, 56],
        d: [400, 120, 160, 56],
      },
      links: {},
    },
  });
  expect(found(s)).toEqual([]);
  return s;
}

describe("the counter finds what is put there on purpose", () => {
  test("a_label_moved_onto_another_one_and_under_its_link", () => {
    const s = clear();
    const detour = Float32Array.of(160, 148, 200, 148, 200, 28, 360, 28, 360, 148, 400, 148);
    s.core.setRoutes({ routes: { cd: detour }, pills: {}, partial: true });
    expect(found(s)).toContain("label on label: cd, ab");
    expect(found(s)).toContain("link on label: ab, cd");
  });

  test("a_link_through_a_foreign_shape_and_its_title", () => {
    const s = clear();
    s.elsewhere({ edit: "set-layout", resources: { a: [0, 0, 160, 56], c: [200, 0, 160, 56] } });
    expect(found(s)).toContain("link on shape: ab, c");
  });

  test("a_badge_on_a_narrow_shape_lies_on_its_handles", () => {
    const s = clear();
    s.elsewhere({ edit: "set-layout", resources: { a: [0, 0, 24, 56] } });
    s.core.setJudgement({
      statuses: new Map([["a", "error"]]),
      summaries: new Map(),
      facts: new Map(),
      links: new Map(),
    });
    expect(found(s)).toEqual(["badge on handle: a, a"]);
  });
});
