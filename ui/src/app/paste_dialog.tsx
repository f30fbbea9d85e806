// What a text on the clipboard would make, and what is wrong with it, before anything is made.
import { Button } from "../controls/button";
import { Dialog } from "../controls/dialog";
import { Mark } from "../controls/icon";
import { rem } from "../controls/text_scale";
import { WindowList } from "../controls/window";
import type { PastedDto } from "../ipc/generated/PastedDto";
import type { PasteProblemDto } from "../ipc/generated/PasteProblemDto";
import { plural } from "../panels/facts";
import { sentence } from "../panels/finding";
import type { Pasting } from "./screen";

const ROW = 30;
const MOST_PROBLEM_ROWS = 5;
const MOST_ROWS = 9;

export function PasteDialog({ pasting, onClose }: { pasting: Pasting; onClose: () => void }) {
  const { things, problems, what } = pasting.preview;
  const count = things.length;
  const send = () => {
    onClose();
    pasting.go();
  };
  return (
    <Dialog
      wide
      title={what === "table" ? "Paste a table as shapes" : "Paste a piece of a design"}
      onClose={onClose}
      foot={
        <>
          <Button onPress={onClose}>Cancel</Button>
          <Button look="primary" autoFocus isDisabled={count === 0} onPress={send}>
            {count === 0 ? "Nothing to paste" : `Paste ${plural(count, "shape")}`}
          </Button>
        </>
      }
    >
      {problems.length > 0 && (
        <section className="paste-problems" aria-label="Problems">
          <p>
            {what === "table" ? cannot(problems.length) : "It can be pasted here, with this to put right:"}
          </p>
          <div style={{ height: rem(ROW * Math.min(MOST_PROBLEM_ROWS, problems.length)), display: "flex" }}>
            <WindowList
              count={problems.length}
              height={ROW}
              rowKey={String}
              outer={{ role: "list", "aria-label": "Problems by line", tabIndex: 0 }}
              className="focus-ring"
              row={(index) => <Problem problem={problems[index] as PasteProblemDto} />}
            />
          </div>
        </section>
      )}
      {count > 0 && (
        <div className="paste-list" style={{ height: rem(Math.min(MOST_ROWS, count) * ROW + 10) }}>
          <WindowList
            count={count}
            height={ROW}
            rowKey={String}
            outer={{ role: "list", "aria-label": "What will be made", tabIndex: 0 }}
            className="focus-ring"
            row={(index) => <Thing thing={things[index] as PastedDto} />}
          />
        </div>
      )}
    </Dialog>
  );
}

const cannot = (count: number) =>
  `${count === 1 ? "One thing cannot" : `${count} things cannot`} be done as the text says. The rest can.`;

function Problem({ problem: { line, message } }: { problem: PasteProblemDto }) {
  return (
    <div className="paste-row" role="listitem">
      <Mark state="warning" />
      <span className="muted tabular">{line === undefined ? "" : `Line ${line}`}</span>
      <span className="cut grow" title={message}>
        {sentence(message)}
      </span>
    </div>
  );
}

function Thing({ thing: { title, kindTitle, into, links } }: { thing: PastedDto }) {
  return (
    <div className="paste-row" role="listitem">
      <span className="cut paste-title">{title}</span>
      <span className="cut muted">{kindTitle}</span>
      <span className="cut muted">{into === undefined ? "at the top" : `in ${into}`}</span>
      <span className="cut muted grow">{links.join(", ")}</span>
    </div>
  );
}
