// Another program changed the file while there are unsaved edits: both put together, and what both changed
// differently is chosen one by one.
import { useState } from "react";
import { Radio, RadioGroup } from "react-aria-components";
import { Button } from "../controls/button";
import { Dialog } from "../controls/dialog";
import { rem } from "../controls/text_scale";
import { WindowList } from "../controls/window";
import type { ConflictDto } from "../ipc/generated/ConflictDto";
import type { MergeDto } from "../ipc/generated/MergeDto";
import type { TallyDto } from "../ipc/generated/TallyDto";
import { plural } from "../panels/facts";
import { type Choices, choicesOf, conflictRows, type Row, type Side, tallyText } from "./merge_rows";
import type { Answers } from "./questions";
import "./merge_dialog.css";

const ROW = 76;
const MOST_IN_VIEW = 4;

export interface MergeDialogProps {
  path: string;
  merge: MergeDto;
  answer: (answer: Answers["changed-on-disk"]) => void;
}

export function MergeDialog({ path, merge, answer }: MergeDialogProps) {
  const rows = conflictRows(merge.conflicts);
  const [sides, setSides] = useState<ReadonlyMap<string, Side>>(new Map());
  const choose = (row: Row, side: Side) => setSides(new Map(sides).set(row.key, side));
  const done = () => answer({ merge: merge.seen, choices: choicesOf(rows, sides) as Choices });
  return (
    <Dialog
      alert
      wide
      title="Another program changed this file"
      onClose={() => answer("cancel")}
      foot={
        <>
          <Button onPress={() => answer("reload")}>Reload, drop my changes</Button>
          <Button onPress={() => answer("keep")}>Keep mine</Button>
          <Button onPress={() => answer("save-as")}>Save as…</Button>
          <span className="grow" />
          <Button look="primary" autoFocus onPress={done}>
            Merge both
          </Button>
        </>
      }
    >
      <p className="mono selectable">{path}</p>
      <div className="versions">
        <Changes title="Changed here" tally={merge.mine} />
        <Changes title="Changed on disk" tally={merge.theirs} />
      </div>
      {rows.length === 0 ? (
        <p>Nothing was changed on both sides. Undo takes the merge back as one step.</p>
      ) : (
        <>
          <h3>{plural(rows.length, "conflict")}: choose what holds</h3>
          <div className="merge-rows" style={{ height: rem(ROW * Math.min(rows.length, MOST_IN_VIEW)) }}>
            <WindowList
              count={rows.length}
              height={ROW}
              rowKey={(index) => rows[index]?.key ?? ""}
              outer={{ role: "list", "aria-label": "Conflicts" }}
              row={(index) => {
                const row = rows[index] as Row;
                return (
                  <ConflictRow row={row} side={sides.get(row.key) ?? "mine"} onSide={(s) => choose(row, s)} />
                );
              }}
            />
          </div>
        </>
      )}
    </Dialog>
  );
}

function Changes({ title, tally }: { title: string; tally: TallyDto }) {
  return (
    <section aria-label={title}>
      <h3>{title}</h3>
      <p>{tallyText(tally)}</p>
      <ul>
        {tally.words.slice(0, 5).map((words, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: words may repeat
          <li key={index} className="cut muted" title={words}>
            {words}
          </li>
        ))}
      </ul>
    </section>
  );
}

function ConflictRow({ row, side, onSide }: { row: Row; side: Side; onSide: (side: Side) => void }) {
  return (
    <div className="merge-row" role="listitem">
      <div className="cut">
        <strong>{row.title}</strong> <span className="muted">{was(row)}</span>
      </div>
      <RadioGroup
        aria-label={row.title}
        orientation="horizontal"
        value={side}
        onChange={(value) => onSide(value as Side)}
      >
        <Radio value="mine" className="merge-side">
          <span className="muted">Mine</span> <span className="cut selectable">{row.mine}</span>
        </Radio>
        <Radio value="theirs" className="merge-side">
          <span className="muted">On disk</span> <span className="cut selectable">{row.theirs}</span>
        </Radio>
      </RadioGroup>
    </div>
  );
}

const was = ({ base, neededBy }: Pick<ConflictDto, "base" | "neededBy">) =>
  neededBy ? `needed by ${neededBy}` : base && `was ${base}`;
