// Find: a query over the design. What it finds is lit on the drawing and the rest dimmed.
import { useEffect, useMemo, useRef, useState } from "react";
import { Button, IconButton } from "../../controls/button";
import type { DesignJson } from "../../document/model";
import { useDesign, useReadable, useSelected, useWorkbench } from "../context";
import { type Facts, plural } from "../facts";
import { found, QueryBox } from "../query";
import "./find.css";

const partsOf = (design: DesignJson) => design;
const findingsOf = (facts: Facts) => facts.of;

export interface FindProps {
  onClose: () => void;
}

export function Find({ onClose }: FindProps) {
  const workbench = useWorkbench();
  const { editor, facts, showing } = workbench;
  const [text, setText] = useState("");
  const input = useRef<HTMLInputElement>(null);
  const design = useDesign(partsOf);
  const findings = useSelected(facts, findingsOf);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a query sees the design and what is found in it
  const matches = useMemo(() => found(text, workbench), [text, workbench, design, findings]);
  useEffect(() => editor.highlight(matches), [editor, matches]);
  useEffect(() => () => editor.highlight(null), [editor]);
  const ids = useMemo(() => [...(matches ?? [])], [matches]);
  const { resources: selected } = useReadable(editor.selection);
  const at = selected.length === 1 ? ids.indexOf(selected[0] as string) : -1;

  const all = () => ids.length > 0 && editor.select({ resources: ids, links: [] });
  /** What was found becomes the view. */
  const keep = () => {
    showing.set({ ...showing.get(), query: text });
    onClose();
    editor.run("zoom-fit");
  };
  const step = (by: 1 | -1) => {
    const next = ids[at < 0 && by < 0 ? ids.length - 1 : (at + by + ids.length) % ids.length];
    if (next !== undefined) editor.reveal(next);
  };
  const count =
    matches === null ? "" : at >= 0 ? `${at + 1} of ${ids.length}` : plural(ids.length, "match", "matches");
  return (
    <search
      className="find"
      aria-label="Find in the drawing"
      onKeyDown={(event) => {
        if (event.key === "F3") {
          step(event.shiftKey ? -1 : 1);
          event.preventDefault();
        } else if (event.key === "Escape") onClose();
      }}
    >
      <QueryBox
        workbench={workbench}
        label="Find"
        text={text}
        placeholder="kind:server cpu>4 !tag:owner"
        autoFocus
        input={input}
        onText={setText}
        onDone={all}
        onEscape={onClose}
        onStep={step}
      />
      <span className="find-count" role="status">
        {count}
      </span>
      <IconButton
        size="tiny"
        icon="up"
        label="Previous match"
        isDisabled={ids.length === 0}
        onPress={() => step(-1)}
      />
      <IconButton
        size="tiny"
        icon="down"
        label="Next match"
        isDisabled={ids.length === 0}
        onPress={() => step(1)}
      />
      <Button small isDisabled={ids.length === 0} onPress={all}>
        Select
      </Button>
      <Button small isDisabled={ids.length === 0} onPress={keep}>
        Only show
      </Button>
      <IconButton size="tiny" icon="close" label="Close find" onPress={onClose} />
    </search>
  );
}
