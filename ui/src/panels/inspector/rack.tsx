// A rack seen from the front: units from the bottom, what fills them, power and weight.
import { type CSSProperties, type KeyboardEvent, useEffect, useMemo, useRef, useState } from "react";
import { Button, IconButton } from "../../controls/button";
import { Mark, RawIcon } from "../../controls/icon";
import type { Id } from "../../document/model";
import type { RackDeviceDto } from "../../ipc/generated/RackDeviceDto";
import type { RackDto } from "../../ipc/generated/RackDto";
import { goTo, useReadable, useWorkbench } from "../context";
import { plural } from "../facts";
import {
  type Block,
  blocksOf,
  FEEDS,
  type Load,
  loadOf,
  looseOf,
  rackText,
  unitsOf,
  weightWords,
} from "./elevation";
import "./rack.css";

/** What the core says of the rack, asked again after every judgement. */
function useRack(id: Id): RackDto | undefined {
  const { backend, session, facts } = useWorkbench();
  const judged = useReadable(facts);
  const [answer, setAnswer] = useState<RackDto>();
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new judgement is what makes the answer old
  useEffect(() => {
    let wanted = true;
    backend.call("rack_elevation", { session: session.get(), id }).then(
      (rack) => wanted && setAnswer(rack),
      // Removed, switched off or of another kind meanwhile.
      () => wanted && setAnswer(undefined),
    );
    return () => {
      wanted = false;
    };
  }, [backend, session, id, judged]);
  return answer;
}

export function Rack({ id, readOnly }: { id: Id; readOnly: boolean }) {
  const { document, copy } = useWorkbench();
  const rack = useRack(id);
  if (!rack) return null;
  const title = document.title(id);
  const [a, b] = rack.feeds;
  return (
    <section aria-label="Elevation" className="rack">
      <div className="section-head">
        <h2>Elevation</h2>
        <IconButton
          icon="copy"
          size="tiny"
          label="Copy the elevation"
          onPress={() => void copy(rackText(rack, title), "Elevation copied")}
        />
      </div>
      <Front rack={rack} title={title} />
      <Loose rack={rack} readOnly={readOnly} />
      <dl className="rack-sums">
        {a && <Power load={loadOf(a, b)} />}
        {b && <Power load={loadOf(b, a)} />}
        <Weight rack={rack} />
        <div>
          <dt>Room</dt>
          <dd>
            {rack.free} of {plural(rack.units, "unit")} free
          </dd>
        </div>
      </dl>
    </section>
  );
}

function Front({ rack, title }: { rack: RackDto; title: string }) {
  const blocks = useMemo(() => blocksOf(rack), [rack]);
  const units = Array.from({ length: rack.units }, (_, index) => rack.units - index);
  const all = useRef<HTMLUListElement>(null);
  const [at, setAt] = useState(0);
  const current = Math.min(at, Math.max(0, blocks.length - 1));
  // One stop for Tab, as a list has; arrows go from one thing to the next.
  const move = (event: KeyboardEvent) => {
    const steps: Record<string, number> = {
      ArrowDown: 1,
      ArrowUp: -1,
      Home: -blocks.length,
      End: blocks.length,
    };
    const step = steps[event.key];
    if (step === undefined || blocks.length === 0) return;
    event.preventDefault();
    const next = Math.max(0, Math.min(blocks.length - 1, current + step));
    setAt(next);
    all.current?.querySelectorAll("button")[next]?.focus();
  };
  return (
    <div className="rack-front" style={{ "--units": rack.units } as CSSProperties}>
      {units.map((unit) => (
        <span
          key={unit}
          className={`rack-unit${unit % 5 === 0 || unit === 1 ? " told" : ""}`}
          aria-hidden="true"
        >
          <i>{unit}</i>
        </span>
      ))}
      <ul ref={all} className="rack-blocks" aria-label={`In ${title}, from the top`} onKeyDown={move}>
        {blocks.map((block, index) => (
          <Filled key={block.device.id} block={block} stop={index === current} onFocus={() => setAt(index)} />
        ))}
      </ul>
    </div>
  );
}

function Filled({ block, stop, onFocus }: { block: Block; stop: boolean; onFocus: () => void }) {
  const workbench = useWorkbench();
  const { device, row, rows, column, columns, outside } = block;
  const kind = workbench.catalog.kind(device.kind);
  const wrong = outside || columns > 1;
  const why = outside
    ? ", sticks out of the rack"
    : columns > 1
      ? ", with something else in the same unit"
      : "";
  const words = `${device.title}, ${unitsOf(device)}, ${device.power} W on ${FEEDS[device.feeds]}${why}`;
  const style = {
    gridRow: `${row} / span ${rows}`,
    left: `${(100 * column) / columns}%`,
    width: `${100 / columns}%`,
  };
  return (
    <li className={`rack-block tint-${kind?.family ?? "annotation"}${wrong ? " wrong" : ""}`} style={style}>
      <button
        type="button"
        className="focus-ring"
        aria-label={words}
        title={words}
        tabIndex={stop ? 0 : -1}
        onFocus={onFocus}
        onClick={() => goTo(workbench, device.id)}
      >
        {wrong ? (
          <Mark state="error" />
        ) : (
          <RawIcon text={workbench.catalog.icons[kind?.icon ?? ""] ?? ""} size={12} />
        )}
        <span className="cut grow">{device.title}</span>
        {columns === 1 && <span className="rack-watts">{device.power} W</span>}
      </button>
    </li>
  );
}

/** What stands in the rack without a unit, and the place that each would fit into. */
function Loose({ rack, readOnly }: { rack: RackDto; readOnly: boolean }) {
  const loose = looseOf(rack);
  if (loose.length === 0) return null;
  return (
    <ul className="rack-loose" aria-label="Without a place in the rack">
      {loose.map((device) => (
        <LooseOne key={device.id} device={device} readOnly={readOnly} />
      ))}
    </ul>
  );
}

function LooseOne({ device, readOnly }: { device: RackDeviceDto; readOnly: boolean }) {
  const workbench = useWorkbench();
  const { edit } = workbench;
  const { id, title, height, room } = device;
  return (
    <li>
      <button type="button" className="focus-ring cut grow" onClick={() => goTo(workbench, id)}>
        {title} <span className="muted">{height} U, no place yet</span>
      </button>
      {!readOnly && room !== undefined && (
        <Button
          small
          onPress={() => void edit({ edit: "set-attribute", resource: id, path: ["unit"], value: room })}
        >
          Put at {unitsOf({ ...device, unit: room })}
        </Button>
      )}
      {room === undefined && <span className="muted">no room</span>}
    </li>
  );
}

function Power({ load }: { load: Load }) {
  return (
    <div className={load.over ? "over" : ""}>
      <dt>Feed {load.name}</dt>
      <dd>
        <Bar load={load.load} alone={load.alone} />
        <span className="rack-words">
          {load.over && <Mark state="error" />} {load.words}
        </span>
      </dd>
    </div>
  );
}

function Weight({ rack }: { rack: RackDto }) {
  const limit = rack.weightLimit ?? 0;
  const over = limit > 0 && rack.weight > limit;
  return (
    <div className={over ? "over" : ""}>
      <dt>Weight</dt>
      <dd>
        {limit > 0 && <Bar load={Math.min(1, rack.weight / limit)} alone={0} />}
        <span className="rack-words">
          {over && <Mark state="error" />} {weightWords(rack)}
        </span>
      </dd>
    </div>
  );
}

/** How full something is; lighter, how full it would be. */
function Bar({ load, alone }: { load: number; alone: number }) {
  return (
    <span className="rack-bar" aria-hidden="true">
      <span className="alone" style={{ width: `${alone * 100}%` }} />
      <span style={{ width: `${load * 100}%` }} />
    </span>
  );
}
