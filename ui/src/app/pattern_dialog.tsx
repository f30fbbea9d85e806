// Links many by pattern: two texts, the list of what they come to, and a tick for each that shall be made.
import { useMemo, useState } from "react";
import { Button, Empty } from "../controls/button";
import { Dialog } from "../controls/dialog";
import { CheckBox, LiveBox } from "../controls/fields";
import { WindowList } from "../controls/window";
import type { CanvasKind } from "../editor/editor";
import { type Pair, pairsEdit, pairsOf } from "../editor/pattern";
import { useWorkbench } from "../panels/context";
import { plural } from "../panels/facts";
import { sentence } from "../panels/finding";
import { Ports } from "../panels/inspector/ports";

const ROW = 32;
const keyOf = ({ from, to }: Pair) => `${from} ${to}`;

export function PatternDialog({ onClose }: { onClose: () => void }) {
  const { document, catalog, edit } = useWorkbench();
  const [pattern, setPattern] = useState("");
  const [target, setTarget] = useState("");
  const [off, setOff] = useState<ReadonlySet<string>>(new Set());
  const [allow, setAllow] = useState<string[]>([]);
  const kinds = useMemo(
    () => new Map(catalog.kinds.map((kind): [string, CanvasKind] => [kind.id, kind])),
    [catalog],
  );
  const found = useMemo(() => pairsOf(document, kinds, pattern, target), [document, kinds, pattern, target]);
  const chosen = found.pairs.filter((pair) => !pair.because && !off.has(keyOf(pair)));
  const tick = (pair: Pair) => {
    const next = new Set(off);
    if (!next.delete(keyOf(pair))) next.add(keyOf(pair));
    setOff(next);
  };
  const send = async () => {
    if (chosen.length > 0 && (await edit(pairsEdit(document, kinds, chosen, allow)))) onClose();
  };
  const asked = pattern.trim() !== "" && target.trim() !== "";
  return (
    <Dialog
      wide
      title="Link by pattern"
      onClose={onClose}
      foot={
        <>
          <span className="grow muted">
            {found.without.length > 0 &&
              `${plural(found.without.length, "name")} without a partner: ${found.without.slice(0, 3).join(", ")}`}
          </span>
          <Button onPress={onClose}>Cancel</Button>
          <Button look="primary" isDisabled={chosen.length === 0} onPress={() => void send()}>
            {chosen.length === 0 ? "Link" : `Link ${plural(chosen.length, "pair")}`}
          </Button>
        </>
      }
    >
      <div className="pattern-fields">
        <LiveBox
          label="From things called"
          value={pattern}
          onChange={setPattern}
          placeholder="app-(\d+)"
          autoFocus
          {...(found.wrong ? { wrong: sentence(found.wrong) } : {})}
        />
        <LiveBox label="To the one called" value={target} onChange={setTarget} placeholder="db-$1" />
      </div>
      <div className="labelled">
        <span className="label">Ports</span>
        <Ports allow={allow} readOnly={false} none="Every service of the target" onSet={setAllow} />
      </div>
      <div className="pattern-list">
        {found.pairs.length === 0 ? (
          <Empty
            text={
              asked && !found.wrong
                ? "Nothing fits both texts"
                : "(\\d+) stands for any number, (.*) for any text; $1 is what it stood for"
            }
          />
        ) : (
          <WindowList
            count={found.pairs.length}
            height={ROW}
            rowKey={(index) => keyOf(found.pairs[index] as Pair)}
            outer={{ role: "list", "aria-label": "Links", tabIndex: 0 }}
            className="focus-ring"
            row={(index) => {
              const pair = found.pairs[index] as Pair;
              const label = `${document.title(pair.from)} → ${document.title(pair.to)}`;
              return (
                <div
                  className="pattern-row"
                  role="listitem"
                  aria-posinset={index + 1}
                  aria-setsize={found.pairs.length}
                >
                  {pair.because ? (
                    <span className="muted cut">{label}</span>
                  ) : (
                    <CheckBox label={label} value={!off.has(keyOf(pair))} onDone={() => tick(pair)} />
                  )}
                  {pair.because && <span className="muted cut">{sentence(pair.because)}</span>}
                </div>
              );
            }}
          />
        )}
      </div>
    </Dialog>
  );
}
