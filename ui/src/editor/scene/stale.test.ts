import { expect, test } from "vitest";
import { unionAll } from "../../geometry/box";
import { Stale } from "./stale";

const boxes = (count: number) => Array.from({ length: count }, (_, k) => ({ x: 3 * k, y: -k, w: 2, h: 5 }));

test("few_boxes_stay_as_they_are_and_very_many_become_the_one_around_them", () => {
  for (const count of [0, 1, 4000, 4001, 9000]) {
    const stale = new Stale();
    const added = boxes(count);
    for (const b of added) stale.add(b);
    expect(stale.many).toBe(count > 4000);
    expect(stale.boxes).toEqual(count > 4000 ? [unionAll(added)] : added);
  }
});
