// Figures of the chosen environment: addresses, sizes and kinds; what a month costs; cables; what a lost zone takes along.
import { useMemo } from "react";
import { Empty } from "../../controls/button";
import { SideTabs } from "../../controls/side_tabs";
import { HeadSlot } from "../../controls/slot";
import { WindowList } from "../../controls/window";
import type { FiguresDto } from "../../ipc/generated/FiguresDto";
import type { RoomDto } from "../../ipc/generated/RoomDto";
import { goTo, useSetting, useWorkbench } from "../context";
import { useJudged } from "./asked";
import { Cables } from "./cables";
import { Costs } from "./costs";
import { NothingYet } from "./nothing";
import { byFullness, freeOf, fullness, sumText } from "./room";
import { Zones } from "./zones";
import "./figures.css";

const ROW = 32;
const NEARLY_FULL = 0.85;
const SUM_TITLES: Record<string, string> = { cpu: "Cores", memory: "Memory", disk: "Disks and data" };

export function Figures() {
  const [tab, setTab] = useSetting("figures.tab", "addresses");
  const tabs = [
    { id: "addresses", title: "Addresses", className: "figures", page: <Addresses /> },
    { id: "cost", title: "Cost", className: "figures", page: <Costs /> },
    { id: "cables", title: "Cables", className: "figures", page: <Cables /> },
    { id: "zones", title: "Zones", className: "figures", page: <Zones /> },
  ];
  return <SideTabs label="Figures" tabs={tabs} chosen={tab} onChoose={setTab} />;
}

function Addresses() {
  const figures = useJudged("design_figures");
  if (!figures) return <Empty icon="waiting" text="Counting…" />;
  if (figures.kinds.length === 0)
    return <NothingYet text="Nothing is drawn yet: there is nothing to count" />;
  return (
    <>
      <HeadSlot>
        <span className="muted cut">In {figures.environment}</span>
      </HeadSlot>
      <Rooms networks={figures.networks} subnets={figures.subnets} />
      <Counts figures={figures} />
    </>
  );
}

function Rooms({ networks, subnets }: { networks: RoomDto[]; subnets: RoomDto[] }) {
  const rows = useMemo(() => [...byFullness(subnets), ...byFullness(networks)], [networks, subnets]);
  if (rows.length === 0) return <Empty text="No subnet is drawn yet" />;
  return (
    <WindowList
      count={rows.length}
      height={ROW}
      rowKey={(index) => `${rows[index]?.id} ${rows[index]?.zone ?? ""}`}
      outer={{ role: "table", "aria-label": "Addresses", "aria-rowcount": rows.length, tabIndex: 0 }}
      className="rooms focus-ring"
      row={(index) => <Room room={rows[index] as RoomDto} place={index} network={index >= subnets.length} />}
    />
  );
}

function Room({ room, place, network }: { room: RoomDto; place: number; network: boolean }) {
  const workbench = useWorkbench();
  const full = fullness(room);
  const title = `${room.title}${room.zone ? ` · zone ${room.zone}` : ""}`;
  const kept = room.kept > 0 ? `, ${room.kept} kept` : "";
  return (
    <div className="room" role="row" aria-rowindex={place + 1}>
      <span role="cell" className="room-title">
        <button
          type="button"
          className="focus-ring cut"
          title={`${title}: ${room.cidr}`}
          onClick={() => goTo(workbench, room.id)}
        >
          {title}
        </button>
      </span>
      <span role="cell" className="mono cut">
        {room.cidr}
      </span>
      <span role="cell">
        <span className={`room-bar ${full >= NEARLY_FULL ? "full" : ""}`} aria-hidden="true">
          <span style={{ width: `${Math.max(room.used > 0 ? 2 : 0, full * 100)}%` }} />
        </span>
      </span>
      <span role="cell" className="room-words cut muted">
        {network ? `${percent(full)} given to subnets` : `${room.used} used, ${freeOf(room)} free${kept}`}
      </span>
    </div>
  );
}

const percent = (part: number) => (part > 0 && part < 0.01 ? "under 1 %" : `${Math.round(part * 100)} %`);

function Counts({ figures }: { figures: FiguresDto }) {
  const { catalog } = useWorkbench();
  const title = (kind: string) => catalog.kind(kind)?.title ?? kind;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is reached by keyboard
    <section className="counts focus-ring" aria-label="Counts" tabIndex={0}>
      <dl>
        {figures.sums.map((sum) => (
          <div key={sum.what}>
            <dt>{SUM_TITLES[sum.what] ?? sum.what}</dt>
            <dd>
              {sumText(sum)} <span className="muted">in {sum.over}</span>
            </dd>
          </div>
        ))}
        {figures.kinds.map(({ kind, drawn, real }) => (
          <div key={kind}>
            <dt>{title(kind)}</dt>
            <dd>
              {drawn}
              {real > 0 && real !== drawn && <span className="muted"> drawn, {real} made</span>}
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
