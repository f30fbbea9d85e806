import fc from "fast-check";
import { expect, test } from "vitest";
import { Aggregate, aggregateOf } from "../canvas/paint/aggregate";
import { pairs } from "../document/said";
import { Stage, webShop } from "../editor/testing/stage";
import type { DiagnosticDto } from "../ipc/generated/DiagnosticDto";
import type { JudgementDto } from "../ipc/generated/JudgementDto";
import { drawn, judged, NO_FACTS } from "../panels/facts";

const SEVERITIES = ["error", "warning", "advice"];
const IDS = ["app", "entry", "orders", "images", "app-tier", "nothing"];

/** What a judgement says of some things: how grave, by place in the list; 3: nothing. */
function judgement(revision: number, graves: readonly number[], partial: boolean): JudgementDto {
  const found = IDS.flatMap((id, k): DiagnosticDto[] => {
    const severity = SEVERITIES[graves[k] ?? 3];
    return severity
      ? [
          {
            key: id,
            rule: "r",
            message: "m",
            on: "resource",
            id,
            severity,
            fixes: [],
            related: [],
            controls: [],
          } as never,
        ]
      : [];
  });
  const links = pairs({ "entry-app": { kind: "flow", label: "", state: "proven" } } as never);
  return {
    session: 1,
    revision,
    environment: "test",
    diagnostics: found,
    waived: [],
    summaries: {},
    facts: {},
    links: partial ? {} : Object.fromEntries(links),
    intents: [],
    partial,
  } as never;
}

test("one judgement after the other shows what the last one alone shows, and counts it alike", () => {
  const one = fc.tuple(fc.array(fc.integer({ min: 0, max: 3 }), { maxLength: IDS.length }), fc.boolean());
  const property = fc.property(fc.array(one, { minLength: 1, maxLength: 8 }), (all) => {
    const s = new Stage(webShop());
    const { scene } = s.core;
    const links = s.store.design().links;
    let facts = NO_FACTS;
    for (const [n, [graves, looked]] of all.entries()) {
      const before = facts;
      const dto = judgement(n, graves, n > 0);
      facts = judged(before, dto);
      s.core.setJudgement(drawn(facts, links, dto, before));
      // The count goes on from the last one, or from nothing.
      if (looked) aggregateOf(scene).changes();
    }
    const anew = new Stage(webShop());
    anew.core.setJudgement(drawn(facts, links));
    const statuses = (stage: Stage) =>
      [...stage.core.scene.slotOf].map(([id, slot]) => [id, stage.core.scene.status[slot]]);
    expect(statuses(s)).toEqual(statuses(anew));
    expect(aggregateOf(scene).counts()).toEqual(new Aggregate(scene).counts());
  });
  fc.assert(property, { numRuns: Number(process.env.GP_CASES ?? 60) });
});

test("only containers whose content is judged otherwise are painted anew", () => {
  const s = new Stage(webShop());
  const links = s.store.design().links;
  const first = judgement(0, [], false);
  let facts = judged(NO_FACTS, first);
  s.core.setJudgement(drawn(facts, links, first, NO_FACTS));
  const aggregate = aggregateOf(s.core.scene);
  aggregate.changes();
  const before = facts;
  const dto = judgement(1, [0], true);
  facts = judged(before, dto);
  s.core.setJudgement(drawn(facts, links, dto, before));
  const { scene } = s.core;
  const above = ["app-tier", "shop", "frankfurt"].map((id) => scene.box(scene.slotOf.get(id) as number));
  expect(aggregate.changes()).toEqual(above);
});
