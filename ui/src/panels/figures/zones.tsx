// Availability as the drawing has it: what stands in one zone alone, and what a lost zone takes along.
import { useMemo } from "react";
import { Empty } from "../../controls/button";
import { HeadSlot } from "../../controls/slot";
import { WindowList } from "../../controls/window";
import { goTo, titleOf, useReadable, useWorkbench } from "../context";
import { plural } from "../facts";
import { useJudged } from "./asked";
import { NothingYet } from "./nothing";
import { lostWith, type ZoneRow, zoneRows } from "./rows";

const ROW = 32;

export function Zones() {
  const { document, environment } = useWorkbench();
  const spread = useJudged("design_zones");
  const now = useReadable(environment);
  const rows = useMemo(() => zoneRows(spread ?? [], (id) => titleOf(document, id)), [spread, document]);
  if (!spread) return <Empty icon="waiting" text="Looking at the zones…" />;
  if (rows.length === 0) return <NothingYet text="Nothing that is drawn stands in a zone" />;
  return (
    <>
      <HeadSlot>
        <span className="muted cut">
          In {now}, as it is drawn; what providers promise is in no figure yet
        </span>
      </HeadSlot>
      <WindowList
        count={rows.length}
        height={ROW}
        rowKey={(index) => rows[index]?.id ?? ""}
        outer={{ role: "table", "aria-label": "Zones", "aria-rowcount": rows.length, tabIndex: 0 }}
        className="rooms focus-ring"
        row={(index) => <Row row={rows[index] as ZoneRow} place={index} />}
      />
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is reached by keyboard */}
      <section className="counts focus-ring" aria-label="Lost with a zone" tabIndex={0}>
        <dl>
          {lostWith(rows).map(([zone, count]) => (
            <div key={zone}>
              <dt>With zone {zone} go</dt>
              <dd>{plural(count, "part")}</dd>
            </div>
          ))}
          <div>
            <dt>Survive any zone</dt>
            <dd>{plural(rows.filter(({ alone }) => !alone).length, "part")}</dd>
          </div>
        </dl>
      </section>
    </>
  );
}

function Row({ row, place }: { row: ZoneRow; place: number }) {
  const workbench = useWorkbench();
  return (
    <div className="room zones" role="row" aria-rowindex={place + 1}>
      <span role="cell" className="room-title">
        <button
          type="button"
          className="focus-ring cut"
          title={row.title}
          onClick={() => goTo(workbench, row.id)}
        >
          {row.title}
        </button>
      </span>
      <span role="cell" className="cut">
        {row.zones}
      </span>
      <span role="cell" className={`cut ${row.alone ? "tone-warning" : "muted"}`}>
        {row.alone ? "fails with it" : "survives any one of them"}
      </span>
    </div>
  );
}
