// Log: what the program says about itself, newest at the bottom.
import { useMemo, useState } from "react";
import { Button, Empty } from "../../controls/button";
import { LiveBox, SelectBox } from "../../controls/fields";
import { HeadSlot } from "../../controls/slot";
import { WindowList } from "../../controls/window";
import type { LogLineDto } from "../../ipc/generated/LogLineDto";
import { useReadable, useSetting, useWorkbench } from "../context";
import { atLeast, LEVELS, lineText } from "./lines";
import "./log.css";

const ROW = 22;

export function Log() {
  const { log, copy } = useWorkbench();
  const lines = useReadable(log);
  const [level, setLevel] = useSetting("log.level", "info");
  const [text, setText] = useState("");
  const shown = useMemo(() => atLeast(lines, level, text), [lines, level, text]);
  return (
    <div className="log">
      <HeadSlot>
        <div className="bar-search">
          <LiveBox
            bare
            label="Filter the log"
            icon="filter"
            placeholder="Filter"
            value={text}
            onChange={setText}
          />
        </div>
        <div className="bar-choice">
          <SelectBox bare label="Level" value={level} choices={LEVELS} onDone={setLevel} />
        </div>
        <Button
          small
          icon="copy"
          isDisabled={shown.length === 0}
          onPress={() => void copy(shown.map(lineText).join("\n"), "Log copied")}
        >
          Copy
        </Button>
      </HeadSlot>
      {shown.length === 0 ? (
        <Empty text="Nothing to report" />
      ) : (
        <WindowList
          count={shown.length}
          height={ROW}
          follow
          rowKey={(index) => String(index)}
          outer={{ role: "log", "aria-label": "Log", tabIndex: 0, "aria-live": "off" }}
          className="focus-ring"
          row={(index) => <Line line={shown[index] as LogLineDto} />}
        />
      )}
    </div>
  );
}

function Line({ line }: { line: LogLineDto }) {
  return (
    <div className={`log-line selectable ${line.level}`}>
      <span className="muted">{line.at.slice(11, 23)}</span>
      <span className="log-level">{line.level}</span>
      <span className="muted cut">{line.target}</span>
      <span className="cut" title={line.message}>
        {line.message}
      </span>
    </div>
  );
}
