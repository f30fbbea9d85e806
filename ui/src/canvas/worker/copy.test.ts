import { expect, test } from "vitest";
import { generate, random } from "../../../bench/generate";
import { createDocumentStore } from "../../document/store";
import { Scene } from "../../editor/scene/scene";
import { Stage } from "../../editor/testing/stage";
import { paintRegion } from "../paint/items";
import { RecordingPainter } from "../recording_painter";
import { THEMES } from "../theme";
import { Copier, LINK_COLUMNS, LINK_TEXTS, SHAPE_COLUMNS, SHAPE_TEXTS, take } from "./copy";

/** As a message does it: nothing is shared. */
const sent = <T>(value: T): T => structuredClone(value);

function painted(scene: Scene, zoom: number): string[] {
  const p = new RecordingPainter();
  p.transform(zoom, 0, 0);
  paintRegion(p, scene, THEMES.light, { x: 0, y: 0, w: 1100, h: 600 }, zoom);
  return p.lines;
}

test("every_column_of_the_scene_goes_to_the_worker", () => {
  const scene = new Stage().core.scene as unknown as Record<string, unknown>;
  // Ids are never painted, nor what hangs together; where parallel links run is in their points.
  const known = [
    ...SHAPE_COLUMNS,
    ...LINK_COLUMNS,
    ...SHAPE_TEXTS,
    ...LINK_TEXTS,
    "points",
    "ids",
    "linkIds",
    "fan",
    "links",
  ];
  const columns = Object.keys(scene).filter(
    (name) => ArrayBuffer.isView(scene[name]) || Array.isArray(scene[name]),
  );
  expect(columns.sort()).toEqual(known.sort());
});

test("after_random_edits_the_copy_paints_what_the_scene_paints", async () => {
  const s = new Stage(generate(200, 240));
  const copy = new Scene(createDocumentStore());
  const copier = new Copier();
  const next = random(23);
  const pick = () => {
    const ids = Object.keys(s.store.design().resources).filter((id) => id.includes("-s"));
    return ids[Math.floor(next() * ids.length)]!;
  };
  for (let k = 0; k < 24; k++) {
    const what = next();
    s.core.select({ resources: [pick()] });
    if (what < 0.4) await s.key(["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown"][k % 4]!);
    else if (what < 0.6) await s.key("Ctrl+d");
    else if (what < 0.8) await s.key("Delete");
    else s.core.hide(s.core.scene.slots([pick()]), []);
    take(copy, sent(copier.copy(s.core.scene).copy));
    for (const zoom of [1, 0.03]) expect(painted(copy, zoom)).toEqual(painted(s.core.scene, zoom));
  }
});

test("another_design_leaves_nothing_of_the_one_before", () => {
  const s = new Stage(generate(120, 140));
  const copy = new Scene(createDocumentStore());
  const copier = new Copier();
  take(copy, sent(copier.copy(s.core.scene).copy));
  s.store.load(generate(40, 30, 5), s.store.revision() + 1);
  take(copy, sent(copier.copy(s.core.scene).copy));
  expect(painted(copy, 1)).toEqual(painted(s.core.scene, 1));
});

test("a_tree_that_was_built_elsewhere_finds_what_moved_meanwhile", () => {
  const s = new Stage(generate(120, 0));
  const { scene } = s.core;
  const copy = new Scene(createDocumentStore());
  take(copy, sent(new Copier().copy(scene).copy));
  scene.shapes.lend();
  const slot = scene.slotOf.get("net-0-0-tier-0-s1")!;
  const before = scene.box(slot);
  scene.setBox(slot, { ...before, x: -4000 });
  scene.shapes.touch(slot);
  copy.tidy(0);
  scene.shapes.adopt(sent(copy.shapes.packed()));
  expect(scene.shapesIn({ x: -4010, y: before.y, w: 300, h: 40 })).toEqual([slot]);
  expect(scene.shapesIn(before)).not.toContain(slot);
  expect(scene.shapes.stale).toBe(1);
});
