// Short words over the top of the drawing, where they cover no panel and nothing that is offered next; read out
// politely. One at a time: the newest counts.
import { useEffect, useState } from "react";
import { Button, IconButton } from "../controls/button";
import { Mark } from "../controls/icon";
import { useReadable } from "../panels/context";
import { Worded } from "../panels/worded";
import { copyText } from "./clipboard";
import { type Desk, NO_SESSION } from "./desk";
import { keepFocus } from "./focus";

const STAYS = 5000;
const ERROR_STAYS = 12000;

export function Toasts({ desk }: { desk: Desk }) {
  const notice = useReadable(desk.notice);
  const [gone, setGone] = useState(0);
  /** The notice under the pointer stays. One that is closed there never hears that the pointer left. */
  const [held, setHeld] = useState(0);
  useEffect(() => {
    if (!notice || held === notice.key) return;
    const timer = window.setTimeout(() => setGone(notice.key), notice.kind === "error" ? ERROR_STAYS : STAYS);
    return () => window.clearTimeout(timer);
  }, [notice, held]);
  const shown = notice && notice.key !== gone ? notice : null;
  const close = () => {
    if (shown) setGone(shown.key);
    // The button that was pressed goes, and the keyboard with it.
    window.setTimeout(() => keepFocus(desk.session.get() === NO_SESSION ? null : desk.editor()), 0);
  };
  return (
    <div className="toasts" role="status" aria-live="polite" aria-atomic="true">
      {shown && (
        <div
          key={shown.key}
          className={`toast ${shown.kind ?? "note"}`}
          onPointerEnter={() => setHeld(shown.key)}
          onPointerLeave={() => setHeld(0)}
        >
          {shown.kind && shown.kind !== "note" && <Mark state={shown.kind} />}
          <span className="selectable">
            <Worded document={desk.document} text={shown.text} />
          </span>
          {shown.action && (
            <Button
              small
              onPress={() => {
                close();
                shown.action?.run();
              }}
            >
              {shown.action.title}
            </Button>
          )}
          {shown.detail && (
            <Button small onPress={() => void copyText(desk, `${shown.text}\n${shown.detail}`, "Copied")}>
              Copy details
            </Button>
          )}
          <IconButton size="tiny" icon="close" label="Close" onPress={close} />
        </div>
      )}
    </div>
  );
}
