// What a month costs: the sum, what it is made of, what each thing is billed for, and where the prices come from.
import { type ReactNode, useEffect, useMemo, useState } from "react";
import { Button, Empty, IconButton } from "../../controls/button";
import { SelectBox } from "../../controls/fields";
import { HeadSlot } from "../../controls/slot";
import { WindowList } from "../../controls/window";
import type { BillDto } from "../../ipc/generated/BillDto";
import type { CostDto } from "../../ipc/generated/CostDto";
import { goTo, titleOf, useDesign, useReadable, useSetting, useWorkbench } from "../context";
import { isPartial, money } from "../cost";
import { plural } from "../facts";
import { useJudged, useJudgement } from "./asked";
import { NothingYet } from "./nothing";
import { billRows, type CostRow, costRows, type Grouping } from "./rows";

const ROW = 32;
const GROUPINGS = [
  { id: "part", title: "By part" },
  { id: "container", title: "By container" },
  { id: "tag", title: "By tag" },
];

export function Costs() {
  const cost = useJudged("design_cost");
  const change = useChange(cost);
  const [by, setBy] = useSetting<Grouping>("figures.by", "part");
  if (!cost) return <Empty icon="waiting" text="Reckoning…" />;
  if (!cost.billed) return <Nobody environment={cost.environment} />;
  if (cost.items.length === 0) return <NothingYet text="Nothing that is drawn costs anything yet" />;
  return (
    <>
      <HeadSlot>
        <span className="muted cut">In {cost.environment}, list prices before tax</span>
        <div className="bar-choice">
          <SelectBox
            bare
            label="Group"
            value={by}
            choices={GROUPINGS}
            onDone={(id) => setBy(id as Grouping)}
          />
        </div>
      </HeadSlot>
      <Rows cost={cost} by={by} />
      <Sums cost={cost} change={change} />
    </>
  );
}

/** Nothing is billed on this machine: the way to where something is. */
function Nobody({ environment }: { environment: string }) {
  const { chooseEnvironment, run } = useWorkbench();
  const environments = useDesign((design) => design.environments);
  const clouds = Object.entries(environments).filter(
    ([, { provider }]) => provider !== "lab" && provider !== "docker",
  );
  return (
    <Empty text={`Nobody is paid for what runs in ${environment}`}>
      {clouds.map(([id]) => (
        <Button key={id} small onPress={() => chooseEnvironment(id)}>
          Look at {id}
        </Button>
      ))}
      {clouds.length === 0 && (
        <Button small onPress={() => run("environment-add")}>
          Add an environment
        </Button>
      )}
    </Empty>
  );
}

/** What the last edit made of the sum; nothing where it made more or less of it unknown. */
function useChange(cost: CostDto | undefined): number | null {
  const [seen, setSeen] = useState<{ cost: CostDto; change: number | null }>();
  useEffect(() => {
    if (!cost) return;
    setSeen((before) => {
      if (before?.cost.environment !== cost.environment) return { cost, change: null };
      return { cost, change: unknown(before.cost) === unknown(cost) ? cost.month - before.cost.month : null };
    });
  }, [cost]);
  return seen?.change ?? null;
}

const unknown = ({ items }: CostDto) => items.flatMap(({ id, unpriced }) => (unpriced ? [id] : [])).join();

function Rows({ cost, by }: { cost: CostDto; by: Grouping }) {
  const { document } = useWorkbench();
  const [open, setOpen] = useState<string | null>(null);
  const bill = useBill(open);
  const rows = useMemo(() => {
    const all = costRows(cost, by, (id) => titleOf(document, id));
    return bill && by === "part" ? billRows(all, open as string, bill, cost) : all;
  }, [cost, by, bill, open, document]);
  if (rows.length === 0)
    return (
      <Empty
        text={by === "tag" ? "Nothing that costs something has a tag" : "Nothing stands in a container"}
      />
    );
  return (
    <WindowList
      count={rows.length}
      height={ROW}
      rowKey={(index) => rows[index]?.key ?? ""}
      outer={{ role: "table", "aria-label": "Cost", "aria-rowcount": rows.length, tabIndex: 0 }}
      className="rooms focus-ring"
      row={(index) => (
        <Row
          row={rows[index] as CostRow}
          place={index}
          currency={cost.currency}
          open={open}
          onOpen={(id) => setOpen(open === id ? null : id)}
        />
      )}
    />
  );
}

/** What the opened one is billed for. */
function useBill(id: string | null): BillDto | undefined {
  const { backend, session, ask } = useWorkbench();
  const now = useReadable(session);
  const key = useJudgement();
  const [bill, setBill] = useState<{ id: string; bill: BillDto }>();
  // biome-ignore lint/correctness/useExhaustiveDependencies: a bill holds for one judgement
  useEffect(() => {
    if (id === null) return setBill(undefined);
    let wanted = true;
    const asked = ask(backend.call("design_bill", { session: now, id }));
    void asked.then((answer) => wanted && answer && setBill({ id, bill: answer }));
    return () => {
      wanted = false;
    };
  }, [id, now, key]);
  return bill && bill.id === id ? bill.bill : undefined;
}

interface RowProps {
  row: CostRow;
  place: number;
  currency: string;
  open: string | null;
  onOpen: (id: string) => void;
}

function Row({ row, place, currency, open, onOpen }: RowProps) {
  const workbench = useWorkbench();
  const { title, goes, opens, share, words, month, partial } = row;
  const name: ReactNode = goes ? (
    <button type="button" className="focus-ring cut" title={title} onClick={() => goTo(workbench, goes)}>
      {title}
    </button>
  ) : (
    <span className="cut" title={title}>
      {title}
    </span>
  );
  return (
    <div className={`room cost ${row.is}`} role="row" aria-rowindex={place + 1}>
      <span role="cell" className="room-title">
        {opens && (
          <IconButton
            size="tiny"
            icon={open === goes ? "down" : "right"}
            label={`What ${title} is billed for`}
            aria-expanded={open === goes}
            onPress={() => onOpen(goes as string)}
          />
        )}
        {name}
      </span>
      <span role="cell" className="cost-month">
        {month === null ? "–" : `${partial ? "from " : ""}${money(month, currency)}`}
      </span>
      <span role="cell">
        {share !== null && (
          <span className="room-bar" aria-hidden="true">
            <span style={{ width: `${Math.max(share > 0 ? 1 : 0, share * 100)}%` }} />
          </span>
        )}
      </span>
      <span role="cell" className="room-words cut muted" title={words}>
        {words}
      </span>
    </div>
  );
}

function Sums({ cost, change }: { cost: CostDto; change: number | null }) {
  const { currency, month, items, sources } = cost;
  const byUse = items.filter((item) => item.byUse).length;
  const unpriced = items.filter((item) => item.unpriced).length;
  const from = isPartial(cost) ? ", at least" : "";
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is reached by keyboard
    <section className="counts focus-ring" aria-label="Sums" tabIndex={0}>
      <dl>
        <div>
          <dt>A month{from}</dt>
          <dd className="cost-sum">{money(month, currency)}</dd>
        </div>
        {change !== null && Math.abs(change) >= 0.005 && (
          <div>
            <dt>By the last edit</dt>
            <dd>
              {change > 0 ? "+" : "−"}
              {money(Math.abs(change), currency)}
            </dd>
          </div>
        )}
        <div>
          <dt>A year{from}</dt>
          <dd>{money(month * 12, currency)}</dd>
        </div>
        {byUse > 0 && (
          <div>
            <dt>By use, not counted</dt>
            <dd>{plural(byUse, "part")}</dd>
          </div>
        )}
        {unpriced > 0 && (
          <div>
            <dt>No price is known</dt>
            <dd>{plural(unpriced, "part")}</dd>
          </div>
        )}
      </dl>
      <h3 className="muted">Prices from</h3>
      <ul className="price-sources">
        {sources.map(({ id, title, url, date }) => (
          <li key={id}>
            {title} <span className="muted">{date ?? "(undated)"}</span>
            <span className="muted price-url">{url}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}
