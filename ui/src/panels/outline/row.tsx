// One row of the outline: a resource, or a link of it.
import { useEffect, useRef, useState } from "react";
import { Icon, Mark, RawIcon } from "../../controls/icon";
import { rem } from "../../controls/text_scale";
import type { DesignJson } from "../../document/model";
import { isWrong } from "../../editor/scene/look";
import { inSentence } from "../../editor/words";
import { useDesign, useSelected, useWorkbench } from "../context";
import { type Facts, plural, tally, worst } from "../facts";
import type { Row } from "./rows";

const findingsOf = (facts: Facts) => facts.of;
const linkFacts = (facts: Facts) => facts.links;
const linksOf = (design: DesignJson) => design.links;
const locksOf = (design: DesignJson) => design.layout.locked;

export interface OutlineRowProps {
  row: Row;
  id: string;
  selected: boolean;
  active: boolean;
  /** It is dragged over: whether it may take what is dragged. */
  drop: boolean | undefined;
  renaming: boolean;
  turn: () => void;
  choose: (how: { add?: boolean; range?: boolean }) => void;
  grab: (event: React.PointerEvent) => void;
  show: () => void;
  menu: (event: React.MouseEvent) => void;
  renamed: (title: string | null) => void;
}

export function OutlineRow(props: OutlineRowProps) {
  const { row, selected, active, drop, choose } = props;
  const said = useSpoken(row);
  const dropped = drop === undefined ? "" : drop ? "takes" : "refuses";
  return (
    <div
      id={props.id}
      role="treeitem"
      {...(row.link ? { "data-link": row.id } : { "data-row": row.id })}
      aria-level={row.level}
      aria-setsize={row.setSize}
      aria-posinset={row.position}
      aria-selected={selected}
      {...(row.branch ? { "aria-expanded": row.open } : {})}
      aria-label={said}
      className={`outline-row ${active ? "active" : ""} ${dropped}`}
      style={{ paddingLeft: rem(6 + (row.level - 1) * 14) }}
      onPointerDown={props.grab}
      onClick={(event) => choose({ add: event.ctrlKey || event.metaKey, range: event.shiftKey })}
      onDoubleClick={props.show}
      onContextMenu={props.menu}
    >
      <span
        className={`outline-turn ${row.open ? "open" : ""}`}
        aria-hidden="true"
        onClick={(event) => {
          event.stopPropagation();
          if (row.branch) props.turn();
        }}
      >
        {row.branch && <Icon name="right" size={12} />}
      </span>
      {row.link ? <LinkFace row={row} /> : <ResourceFace {...props} />}
    </div>
  );
}

function ResourceFace({ row, renaming, renamed }: OutlineRowProps) {
  const { document, catalog, facts } = useWorkbench();
  const kind = catalog.kind(document.resource(row.id)?.kind ?? "");
  const status = worst(useSelected(facts, findingsOf).get(row.id) ?? []);
  const title = document.title(row.id);
  const locked = useDesign(locksOf)?.[row.id] === true;
  return (
    <>
      <span className={`tinted tint-${kind?.family ?? "annotation"}`}>
        <RawIcon text={catalog.icons[kind?.icon ?? ""] ?? ""} size={15} />
      </span>
      {renaming ? (
        <NameBox title={title} done={renamed} />
      ) : (
        <span className="cut grow" title={title}>
          {title}
        </span>
      )}
      {locked && (
        <span className="outline-lock">
          <Icon name="locked" size={13} />
        </span>
      )}
      {status !== "none" && <Mark state={status} />}
    </>
  );
}

function LinkFace({ row }: { row: Row }) {
  const { document, facts } = useWorkbench();
  const link = useDesign(linksOf)[row.id];
  const fact = useSelected(facts, linkFacts).get(row.id);
  const other = (row.link?.out ? link?.to : link?.from) ?? "";
  return (
    <>
      <span className={`outline-link ${row.link?.out ? "" : "in"}`}>
        <Icon name="arrow" size={14} />
      </span>
      <span className="cut grow muted">{document.title(other)}</span>{" "}
      {fact?.label && <span className="outline-ports cut">{fact.label}</span>}
      {isWrong(fact?.state) && <Mark state="error" />}
    </>
  );
}

/** "server App server, 1 error, 3 links"; "link to Orders 5432, broken". */
function useSpoken(row: Row): string {
  const { document, catalog, facts } = useWorkbench();
  const findings = useSelected(facts, findingsOf).get(row.id) ?? [];
  const fact = useSelected(facts, linkFacts).get(row.id);
  if (row.link) {
    const link = document.link(row.id);
    const other = (row.link.out ? link?.to : link?.from) ?? "";
    const ports = fact?.label ? ` ${fact.label}` : "";
    const wrong = isWrong(fact?.state) ? `, ${fact?.state}` : "";
    return `link ${row.link.out ? "to" : "from"} ${document.title(other)}${ports}${wrong}`;
  }
  const kind = document.resource(row.id)?.kind ?? "";
  const counts = tally(findings);
  const links = document.linksOf(row.id).length;
  const words = [
    `${inSentence(catalog.kind(kind)?.title ?? kind)} ${document.title(row.id)}`,
    counts.error > 0 ? plural(counts.error, "error") : "",
    counts.warning > 0 ? plural(counts.warning, "warning") : "",
    counts.advice > 0 ? `${counts.advice} advice` : "",
    links > 0 ? plural(links, "link") : "",
    document.locked(row.id) ? "locked" : "",
  ];
  return words.filter(Boolean).join(", ");
}

/** The title, edited in its row. */
function NameBox({ title, done }: { title: string; done: (title: string | null) => void }) {
  const [text, setText] = useState(title);
  const box = useRef<HTMLInputElement>(null);
  const over = useRef(false);
  useEffect(() => {
    box.current?.focus();
    box.current?.select();
  }, []);
  const end = (answer: string | null) => {
    if (over.current) return;
    over.current = true;
    done(answer);
  };
  return (
    <input
      ref={box}
      className="outline-name"
      aria-label={`New title of ${title}`}
      value={text}
      onChange={(event) => setText(event.target.value)}
      onBlur={() => end(text)}
      onPointerDown={(event) => event.stopPropagation()}
      onClick={(event) => event.stopPropagation()}
      onKeyDown={(event) => {
        event.stopPropagation();
        if (event.key === "Enter") end(text);
        if (event.key === "Escape") end(null);
      }}
    />
  );
}
