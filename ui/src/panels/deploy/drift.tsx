// Drift: as made, as it is, as drawn. Looked for when somebody asks; nothing is settled by itself.
import { useCallback, useEffect, useMemo, useState } from "react";
import { Button, Empty } from "../../controls/button";
import { CheckBox } from "../../controls/fields";
import type { DriftDto } from "../../ipc/generated/DriftDto";
import { useWorkbench } from "../context";
import { plural } from "../facts";
import { addressTitle } from "../worded";
import { common, type DriftLine, type DriftRow, driftRows } from "./drift_rows";
import "./drift.css";

interface DriftProps {
  environment: string;
  onClose: () => void;
  /** Plans to put these parts back. */
  putBack: (parts: readonly string[]) => void;
}

export function DriftView({ environment, onClose, putBack }: DriftProps) {
  const { backend, session, ask } = useWorkbench();
  const [drift, setDrift] = useState<DriftDto | null>(null);
  const [busy, setBusy] = useState(true);
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const take = useCallback(
    async (answer: Promise<DriftDto>) => {
      setBusy(true);
      const found = await ask(answer);
      setBusy(false);
      if (found) setDrift(found);
    },
    [ask],
  );
  const look = useCallback(
    () => void take(backend.call("deploy_drift", { session: session.get(), environment })),
    [take, backend, session, environment],
  );
  useEffect(look, [look]);
  const rows = useMemo(() => (drift ? driftRows(drift) : []), [drift]);
  const picked = rows.filter((row) => chosen.has(row.part));
  const settle = (how: "accept" | "ignore" | "heed", parts: readonly string[]) => {
    setChosen(new Set());
    void take(
      backend.call("deploy_drift_settle", { session: session.get(), environment, parts: [...parts], how }),
    );
  };
  const acts = { settle, putBack, busy };
  return (
    <div className="plan drift">
      <div className="deploy-bar">
        <span className="grow" role="status">
          <strong>{busy && !drift ? "Looking…" : drift ? summary(drift) : "Not known"}</strong>{" "}
          <span className="muted">in {environment}</span>
        </span>
        {picked.length > 0 && <Acts rows={picked} {...acts} named={` ${picked.length}`} />}
        <Button small icon="renew" isDisabled={busy} onPress={look}>
          Look again
        </Button>
        <Button small onPress={onClose}>
          Close
        </Button>
      </div>
      {drift && rows.length === 0 && (
        <Empty
          icon="ok"
          text={drift.stands ? "What runs is as it was made" : "Nothing of this design runs"}
        />
      )}
      {drift && rows.length > 0 && !drift.stands && (
        <Empty icon="waiting" text="Nothing of it stands any more: deploy it again" />
      )}
      {rows.length > 0 && drift?.stands && (
        <Table rows={rows} chosen={chosen} onChoose={setChosen} acts={acts} />
      )}
    </div>
  );
}

function summary({ count, stands, things }: DriftDto): string {
  if (!stands) return "Nothing stands";
  if (count > 0) return `${plural(count, "part")} drifted`;
  return things.length > 0 ? "Nothing but what is ignored drifted" : "Nothing drifted";
}

interface ActsProps {
  rows: readonly DriftRow[];
  settle: (how: "accept" | "ignore" | "heed", parts: readonly string[]) => void;
  putBack: (parts: readonly string[]) => void;
  busy: boolean;
  /** Of how many, in the words of the buttons. */
  named?: string;
}

/** Where the design has no place for it, nothing can be accepted. */
function Acts({ rows, settle, putBack, busy, named = "" }: ActsProps) {
  const parts = rows.map((row) => row.part);
  // Of one row the words of the button are not enough for whoever only hears them.
  const label = (words: string) => (named === "" ? { "aria-label": `${words}: ${parts[0]}` } : {});
  return (
    <>
      {common(rows, "accept") && (
        <Button
          small
          isDisabled={busy}
          onPress={() => settle("accept", parts)}
          {...label("Accept into the design")}
        >
          Accept{named}
        </Button>
      )}
      {common(rows, "put-back") && (
        <Button small isDisabled={busy} onPress={() => putBack(parts)} {...label("Put back")}>
          Put back{named}
        </Button>
      )}
      {common(rows, "ignore") && (
        <Button
          small
          look="plain"
          isDisabled={busy}
          onPress={() => settle("ignore", parts)}
          {...label("Ignore")}
        >
          Ignore{named}
        </Button>
      )}
      {common(rows, "heed") && (
        <Button small look="plain" isDisabled={busy} onPress={() => settle("heed", parts)} {...label("Heed")}>
          Heed again{named}
        </Button>
      )}
    </>
  );
}

interface TableProps {
  rows: readonly DriftRow[];
  chosen: ReadonlySet<string>;
  onChoose: (chosen: ReadonlySet<string>) => void;
  acts: Omit<ActsProps, "rows">;
}

function Table({ rows, chosen, onChoose, acts }: TableProps) {
  const open = rows.filter((row) => !row.ignored);
  const all = open.length > 0 && open.every((row) => chosen.has(row.part));
  const choose = (part: string, on: boolean) => {
    const next = new Set(chosen);
    if (on) next.add(part);
    else next.delete(part);
    onChoose(next);
  };
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is reached by the keyboard
    <section className="drift-scroll focus-ring" tabIndex={0} aria-label="Drift">
      <table className="drift-table">
        <thead>
          <tr>
            <th>
              <CheckBox
                label={<span className="sr">Choose all</span>}
                value={all}
                onDone={(on) => onChoose(new Set(on ? open.map((row) => row.part) : []))}
              />
            </th>
            <th>What</th>
            <th>As made</th>
            <th>As it is</th>
            <th>As drawn</th>
            <th>
              <span className="sr">What to do</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <Row
              key={row.part}
              row={row}
              chosen={chosen.has(row.part)}
              choose={(on) => choose(row.part, on)}
              acts={acts}
            />
          ))}
        </tbody>
      </table>
    </section>
  );
}

function Row(props: {
  row: DriftRow;
  chosen: boolean;
  choose: (on: boolean) => void;
  acts: Omit<ActsProps, "rows">;
}) {
  const { row, chosen, choose, acts } = props;
  const { document } = useWorkbench();
  return (
    <tr data-ignored={row.ignored || undefined}>
      <td>
        <CheckBox label={<span className="sr">Choose {row.part}</span>} value={chosen} onDone={choose} />
      </td>
      <th scope="row" title={row.part}>
        {addressTitle(document, row.address)}
        <span className="muted drift-attribute">{row.attribute ?? "as a whole"}</span>
        {row.ignored && <span className="pill">ignored</span>}
      </th>
      <Side lines={row.made} side="made" />
      <Side lines={row.is} side="is" />
      <Side lines={row.drawn} side="drawn" />
      <td className="drift-acts">
        <Acts rows={[row]} {...acts} />
      </td>
    </tr>
  );
}

/** Lines beyond these are told by their number: those that differ come first. */
const SHOWN = 5;

function Side({ lines, side }: { lines: readonly DriftLine[]; side: string }) {
  const odd = lines.filter((line) => line.differs).length;
  const shown = lines.slice(0, Math.max(SHOWN, odd));
  const more = lines.length - shown.length;
  return (
    <td className="drift-side" data-side={side}>
      {lines.length === 0 && <span className="muted">nothing</span>}
      {shown.map((line, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: two lines may be alike
        <div key={index} className="mono selectable" data-differs={line.differs || undefined}>
          {line.text}
        </div>
      ))}
      {more > 0 && <div className="muted">and {more} more alike</div>}
    </td>
  );
}
