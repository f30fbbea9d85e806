// A list of rows of which only the visible ones exist. Rows have one height, or two kinds with a
// height each; positions are sums, so 100,000 rows cost no more than 30.

import { type ReactNode, useCallback, useLayoutEffect, useMemo, useRef, useState } from "react";
import { useTextScale } from "./text_scale";

export interface Extent {
  first: number;
  last: number;
}

/** Index of the row at `y`, for row tops in ascending order. */
export function rowAt(tops: ArrayLike<number>, y: number): number {
  let low = 0;
  let high = tops.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((tops[middle] ?? 0) <= y) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** Tops of all rows, and below the last one the whole height. */
export function rowTops(count: number, height: (index: number) => number): Float64Array {
  const tops = new Float64Array(count + 1);
  for (let index = 0; index < count; index++) tops[index + 1] = (tops[index] ?? 0) + height(index);
  return tops;
}

/** Rows to make for a view of `viewHeight` at `scrollTop`, with some to spare on both sides. */
export function extent(tops: Float64Array, scrollTop: number, viewHeight: number, spare = 4): Extent {
  const count = tops.length - 1;
  if (count === 0) return { first: 0, last: -1 };
  const first = Math.max(0, rowAt(tops.subarray(0, count), scrollTop) - spare);
  const last = Math.min(count - 1, rowAt(tops.subarray(0, count), scrollTop + viewHeight) + spare);
  return { first, last };
}

export interface WindowProps {
  count: number;
  /** At the usual text size. */
  height: number | ((index: number) => number);
  row: (index: number) => ReactNode;
  rowKey: (index: number) => string;
  /** Kept in view, and always made. */
  active?: number;
  /** Where the active row comes to when it is out of view. */
  align?: "nearest" | "start";
  /** Keeps the end in view while rows are added and the reader is at the end. */
  follow?: boolean;
  className?: string;
  /** Attributes of the scrolling element: role, label, keys. */
  outer?: React.HTMLAttributes<HTMLDivElement> & { ref?: React.Ref<HTMLDivElement> };
  /** Of the element that holds the rows alone, where something stands above them. */
  inner?: React.HTMLAttributes<HTMLDivElement>;
  /** Scrolls with the rows, above them. */
  head?: ReactNode;
  /** The height that it will have, where that is known: the page is not laid out once more to find it. */
  room?: number;
}

export function WindowList({
  align = "nearest",
  count,
  height,
  row,
  rowKey,
  active,
  follow,
  className,
  outer,
  inner = { role: "presentation" },
  head,
  room = 0,
}: WindowProps) {
  const box = useRef<HTMLDivElement | null>(null);
  const body = useRef<HTMLDivElement | null>(null);
  // Its height is known before it is shown: no row is made twice for that.
  const [view, setView] = useState(room > 0 ? { top: 0, height: room } : null);
  /** Rows down to here are in view as long as nothing was scrolled: there is no need to look. */
  const known = useRef(head ? 0 : room);
  const scale = useTextScale();
  const tops = useMemo(
    () => rowTops(count, (index) => scale * (typeof height === "number" ? height : height(index))),
    [count, height, scale],
  );
  /** How much stands above the rows. */
  const above = useCallback(() => body.current?.offsetTop ?? 0, []);
  const look = useCallback(() => {
    const element = box.current;
    if (!element) return;
    const top = element.scrollTop - above();
    setView((old) =>
      old?.top === top && old.height === element.clientHeight ? old : { top, height: element.clientHeight },
    );
  }, [above]);
  useLayoutEffect(() => {
    const element = box.current;
    if (!element) return;
    if (known.current === 0) look();
    const observer = new ResizeObserver(look);
    observer.observe(element);
    const first = element.firstElementChild;
    if (first && first !== body.current) observer.observe(first);
    return () => observer.disconnect();
  }, [look]);
  useLayoutEffect(() => {
    const element = box.current;
    const seen = known.current;
    known.current = 0;
    if (!element || active === undefined || active < 0 || active >= count) return;
    if ((tops[active + 1] ?? 0) <= seen) return;
    const top = (tops[active] ?? 0) + above();
    const bottom = (tops[active + 1] ?? tops[active] ?? 0) + above();
    const out = top < element.scrollTop || bottom > element.scrollTop + element.clientHeight;
    if (align === "start" && out) element.scrollTop = top;
    else if (top < element.scrollTop) element.scrollTop = top;
    else if (bottom > element.scrollTop + element.clientHeight)
      element.scrollTop = bottom - element.clientHeight;
    look();
  }, [active, align, count, tops, look, above]);
  const atEnd = useRef(true);
  useLayoutEffect(() => {
    const element = box.current;
    // Scrolling is heard of: looking here would have the page laid out once more for each list that changes.
    if (follow && element && atEnd.current && count > 0) element.scrollTop = element.scrollHeight;
  }, [count, follow]);
  const { first, last } = view ? extent(tops, view.top, view.height) : { first: 0, last: -1 };
  const shown: number[] = [];
  for (let index = first; index <= last; index++) shown.push(index);
  if (view && active !== undefined && active >= 0 && active < count && (active < first || active > last))
    shown.push(active);
  const { ref: outerRef, ...attributes } = outer ?? {};
  return (
    <div
      {...attributes}
      ref={(element) => {
        box.current = element;
        if (typeof outerRef === "function") outerRef(element);
        else if (outerRef) outerRef.current = element;
      }}
      className={`window ${className ?? ""}`}
      onScroll={(event) => {
        const element = event.currentTarget;
        atEnd.current = element.scrollTop + element.clientHeight >= element.scrollHeight - 4;
        look();
      }}
    >
      {head}
      <div {...inner} ref={body} className="rows" style={{ height: tops[count] ?? 0 }}>
        {shown.map((index) => (
          <div
            key={rowKey(index)}
            className="row"
            role="presentation"
            style={{ top: tops[index] ?? 0, height: (tops[index + 1] ?? 0) - (tops[index] ?? 0) }}
          >
            {row(index)}
          </div>
        ))}
      </div>
    </div>
  );
}
