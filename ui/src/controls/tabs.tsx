// A row of tabs. Those that have no room are in a menu at its end, so that none is out of reach; the chosen one always
// shows.
import { type ReactNode, useCallback, useLayoutEffect, useState } from "react";
import { Button as AriaButton, Tab, TabList } from "react-aria-components";
import { Icon } from "./icon";
import { MenuButton } from "./menu";

export interface TabEntry {
  id: string;
  title: string;
  /** Beside the title, like a count. */
  after?: ReactNode;
}

/** Which have room, in their order: the first ones, and the chosen one instead of the last of them. */
export function fitting({ widths, room, more }: Sizes, chosen: number): number[] {
  const all = widths.map((_, index) => index);
  const sum = (indexes: readonly number[]) => indexes.reduce((w, index) => w + (widths[index] ?? 0), 0);
  if (sum(all) <= room) return all;
  const shown = all.filter((index) => index !== chosen);
  const whole = () => (chosen < 0 ? sum(shown) : sum(shown) + (widths[chosen] ?? 0));
  while (shown.length > 0 && whole() > room - more) shown.pop();
  return all.filter((index) => index === chosen || shown.includes(index));
}

export interface TabRowProps {
  label: string;
  tabs: readonly TabEntry[];
  chosen: string;
  onChoose: (id: string) => void;
}

/**
 * The row, to be put into `Tabs`. Not a component: what stands in `Tabs` is rendered a second time to collect the
 * tabs, out of sight and with a state of its own, and has to know all the same which have room.
 */
export function useTabRow({ label, tabs, chosen, onChoose }: TabRowProps): ReactNode {
  const at = tabs.findIndex((one) => one.id === chosen);
  const [row, known] = useFitting(at);
  const shown = new Set(known ?? tabs.keys());
  const rest = tabs.filter((_, index) => !shown.has(index));
  return (
    <div className="tab-row" ref={row}>
      {/* As wide as all of them are: what has room is reckoned from it, and it is in nobody's way. */}
      <div className="tab-measure" aria-hidden="true">
        {tabs.map((one) => (
          <span key={one.id} className="tab" data-selected>
            {one.title} {one.after}
          </span>
        ))}
        <span className="tab-more" />
      </div>
      <div className="tab-line">
        <TabList className="tab-list" aria-label={label}>
          {tabs
            .filter((_, index) => shown.has(index))
            .map((one) => (
              <Tab key={one.id} id={one.id} className="tab">
                {one.title} {one.after}
              </Tab>
            ))}
        </TabList>
        {rest.length > 0 && <More label={label} rest={rest} onChoose={onChoose} />}
      </div>
    </div>
  );
}

function More({ label, rest, onChoose }: Pick<TabRowProps, "label" | "onChoose"> & { rest: TabEntry[] }) {
  const entries = rest.map(({ id, title }) => ({ id, title, run: () => onChoose(id) }));
  return (
    <MenuButton label={`More of ${label.toLowerCase()}`} groups={[entries]}>
      <AriaButton
        className="button plain icon-only small tab-more"
        aria-label={`${rest.length} more: ${rest.map((one) => one.title).join(", ")}`}
      >
        <Icon name="more" size={15} />
      </AriaButton>
    </MenuButton>
  );
}

interface Sizes {
  widths: number[];
  room: number;
  more: number;
}

/**
 * Which have room: measured before anything is painted, and again when the row or a tab has another width; undefined
 * until then. A width alone, like that of a count, makes no tab anew.
 */
function useFitting(chosen: number): [React.RefCallback<HTMLElement>, number[] | undefined] {
  const [row, setRow] = useState<HTMLElement | null>(null);
  const [shown, setShown] = useState<number[]>();
  useLayoutEffect(() => {
    const measured = row?.querySelector(".tab-measure");
    if (!row || !measured) return;
    const look = () => {
      const next = fitting(measure(row, measured), chosen);
      setShown((old) => (old?.join() === next.join() ? old : next));
    };
    look();
    const observer = new ResizeObserver(look);
    for (const one of [row, ...measured.children]) observer.observe(one);
    return () => observer.disconnect();
  }, [row, chosen]);
  // The one out of sight is no element of the page.
  const attach = useCallback((one: HTMLElement | null) => {
    if (one instanceof HTMLElement) setRow(one);
  }, []);
  return [attach, shown];
}

function measure(row: Element, measured: Element): Sizes {
  const widths = [...measured.children].map((one) => one.getBoundingClientRect().width);
  const more = widths.pop() ?? 0;
  const { paddingLeft, paddingRight } = getComputedStyle(measured);
  const room = row.clientWidth - Number.parseFloat(paddingLeft) - Number.parseFloat(paddingRight);
  return { widths, room, more };
}
