// Text of a file with line numbers; only the lines in view exist. Shared by nobody but this panel.
import { useEffect, useId, useState } from "react";
import { Picture } from "../../controls/picture";
import { WindowList } from "../../controls/window";
import { tokens } from "./blocks";

const ROW = 19;

export interface FileTextProps {
  path: string;
  text: string;
  lines: readonly string[];
  /** What is selected on the drawing, each from a line to a line. */
  blocks: readonly [number, number][];
  /** The line that a search found. */
  hit: number | undefined;
  /** A line was clicked, or Enter pressed at it. */
  onLine: (at: number) => void;
}

export function FileText({ path, text, lines, blocks, hit, onLine }: FileTextProps) {
  const first = blocks[0]?.[0];
  const [at, setAt] = useState(0);
  const prefix = useId();
  useEffect(() => {
    if (hit !== undefined) setAt(hit);
  }, [hit]);
  useEffect(() => {
    if (first !== undefined) setAt(first);
  }, [first]);
  if (path.endsWith(".svg")) {
    return (
      <div className="code-picture">
        <Picture svg={text} alt={`The drawing as ${path}`} />
      </div>
    );
  }
  const last = lines.length - 1;
  const keys = (event: React.KeyboardEvent) => {
    const steps: Record<string, number> = {
      ArrowDown: at + 1,
      ArrowUp: at - 1,
      PageDown: at + 20,
      PageUp: at - 20,
      Home: 0,
      End: last,
    };
    const next = steps[event.key];
    if (event.altKey || event.ctrlKey || event.metaKey || (next === undefined && event.key !== "Enter"))
      return;
    event.preventDefault();
    event.stopPropagation();
    if (next === undefined) onLine(at);
    else setAt(Math.max(0, Math.min(last, next)));
  };
  return (
    <WindowList
      count={lines.length}
      height={ROW}
      rowKey={(index) => String(index)}
      outer={{
        role: "listbox",
        "aria-label": path,
        "aria-activedescendant": `${prefix}-${at}`,
        tabIndex: 0,
        onKeyDown: keys,
      }}
      className="code-text focus-ring"
      align="start"
      active={Math.min(at, last)}
      row={(index) => (
        <div
          id={`${prefix}-${index}`}
          role="option"
          aria-selected={blocks.some(([from, to]) => index >= from && index <= to)}
          className={lineLook(index, blocks, { hit, at })}
          onClick={() => {
            setAt(index);
            // Who marks text wants to copy it.
            if (window.getSelection()?.isCollapsed ?? true) onLine(index);
          }}
        >
          <span className="code-number" aria-hidden="true">
            {index + 1}
          </span>
          <code className="selectable">
            {lines[index] === "" && <span className="sr">empty</span>}
            {tokens(lines[index] ?? "").map((token, place) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: tokens of a line have no identity but their place
              <span key={place} className={`t-${token.look}`}>
                {token.text}
              </span>
            ))}
          </code>
        </div>
      )}
    />
  );
}

function lineLook(
  index: number,
  blocks: readonly [number, number][],
  { hit, at }: { hit: number | undefined; at: number },
): string {
  const on = blocks.some(([from, to]) => index >= from && index <= to);
  return ["code-line", on ? "on" : "", index === hit ? "hit" : "", index === at ? "at" : ""]
    .filter(Boolean)
    .join(" ");
}
