// Text of a file with line numbers; only the lines in view exist. Shared by nobody but this panel.
import { useMemo } from "react";
import { Picture } from "../../controls/picture";
import { WindowList } from "../../controls/window";
import { tokens } from "./blocks";

const ROW = 19;

export function FileText({
  path,
  text,
  block,
}: {
  path: string;
  text: string;
  block: [number, number] | null;
}) {
  const lines = useMemo(() => text.split("\n"), [text]);
  if (path.endsWith(".svg")) {
    return (
      <div className="code-picture">
        <Picture svg={text} alt={`The drawing as ${path}`} />
      </div>
    );
  }
  return (
    <WindowList
      count={lines.length}
      height={ROW}
      rowKey={(index) => String(index)}
      outer={{ role: "group", "aria-label": path, tabIndex: 0 }}
      className="code-text focus-ring"
      align="start"
      {...(block ? { active: block[0] } : {})}
      row={(index) => (
        <div className={`code-line ${block && index >= block[0] && index <= block[1] ? "on" : ""}`}>
          <span className="code-number" aria-hidden="true">
            {index + 1}
          </span>
          <code className="selectable">
            {tokens(lines[index] ?? "").map((token, at) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: tokens of a line have no identity but their place
              <span key={at} className={`t-${token.look}`}>
                {token.text}
              </span>
            ))}
          </code>
        </div>
      )}
    />
  );
}
