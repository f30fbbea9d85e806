// The cable schedule: every cable with both its ends, in the order in which somebody walks along the racks.
import { Button, Empty } from "../../controls/button";
import { HeadSlot } from "../../controls/slot";
import { WindowList } from "../../controls/window";
import type { CableDto } from "../../ipc/generated/CableDto";
import type { CableEndDto } from "../../ipc/generated/CableEndDto";
import { goTo, useWorkbench } from "../context";
import { plural } from "../facts";
import { useJudged } from "./asked";

const ROW = 32;

export function Cables() {
  const { copy } = useWorkbench();
  const schedule = useJudged("design_cables");
  if (!schedule) return <Empty icon="waiting" text="Following the cables…" />;
  const { cables, text } = schedule;
  // A site is said where it could be another one.
  const sites = new Set(cables.flatMap(({ from, to }) => [from.site, to.site]));
  if (cables.length === 0) return <Empty text="No cable is drawn yet: link a device in a rack to a switch" />;
  return (
    <>
      <HeadSlot>
        <span className="muted cut">{plural(cables.length, "cable")}</span>
        <Button
          small
          icon="copy"
          onPress={() => void copy(text, `${plural(cables.length, "cable")} copied as CSV`)}
        >
          Copy as CSV
        </Button>
      </HeadSlot>
      <WindowList
        count={cables.length}
        height={ROW}
        rowKey={(index) => cables[index]?.id ?? ""}
        outer={{ role: "table", "aria-label": "Cables", "aria-rowcount": cables.length, tabIndex: 0 }}
        className="rooms focus-ring"
        row={(index) => <Row cable={cables[index] as CableDto} place={index} sites={sites.size > 1} />}
      />
    </>
  );
}

function Row({ cable, place, sites }: { cable: CableDto; place: number; sites: boolean }) {
  const workbench = useWorkbench();
  const { id, from, to, words } = cable;
  return (
    <div className="room cable" role="row" aria-rowindex={place + 1}>
      <span role="cell" className="room-title">
        <button type="button" className="focus-ring cut mono" title={id} onClick={() => goTo(workbench, id)}>
          {id}
        </button>
      </span>
      <End end={from} site={sites} />
      <End end={to} site={sites} />
      <span role="cell" className="cut muted">
        {words.join(", ")}
      </span>
    </div>
  );
}

function End({ end, site }: { end: CableEndDto; site: boolean }) {
  const whole = [end.site, ...end.place].filter((word) => word !== undefined);
  const place = site ? whole : end.place;
  const port = end.port === undefined ? "no port yet" : `port ${end.port}`;
  return (
    <span role="cell" className="cut" title={`${end.title}, ${port}, ${whole.join(", ")}`}>
      {end.title} <span className={end.port === undefined ? "tone-warning" : ""}>{port}</span>{" "}
      <span className="muted">{place.join(" · ")}</span>
    </span>
  );
}
