// Presenting: the drawing alone, from one saved view to the next. Nothing of it is kept: when it ends, all is as it was.
import { useEffect, useLayoutEffect } from "react";
import { IconButton } from "../controls/button";
import type { DesignJson } from "../document/model";
import { useDesign, useReadable, useWorkbench } from "../panels/context";
import { listed, showingOf } from "../panels/showing";
import { type Reach, runCommand } from "./commands";
import { type Presenting, step, viewsOf } from "./presenting";
import { isTyping } from "./shortcuts";

/** Undo and redo. */
const TAKING_BACK = ["z", "y"];

const viewsIn = (design: DesignJson) => design.views;

const KEYS: { [key: string]: string } = {
  ArrowRight: "present-next",
  ArrowDown: "present-next",
  PageDown: "present-next",
  " ": "present-next",
  ArrowLeft: "present-previous",
  ArrowUp: "present-previous",
  PageUp: "present-previous",
  Escape: "present-end",
};

export function Presentation({ reach }: { reach: Reach }) {
  const { editor, document: store, file, session, showing } = useWorkbench();
  const now = useReadable(reach.screen.presenting);
  const views = listed(useDesign(viewsIn));
  const on = now !== null;
  // While it lasts nothing is changed by a stray key; then the drawing is looked at and worked on as before.
  useLayoutEffect(() => {
    if (!on) return;
    const before = reach.screen.presenting.get() as Presenting;
    const shown = session.get();
    const all = showing.get();
    editor.setReadOnly(true);
    editor.grabFocus();
    if (viewsOf(reach).length > 0) step(reach, 1);
    return () => {
      editor.setReadOnly(file.get().readOnly !== undefined);
      // Another design has a place of its own.
      if (session.get() !== shown) return;
      showing.set(all);
      editor.setCamera(before.camera);
      editor.grabFocus();
    };
  }, [on, editor, file, session, showing, reach]);
  const kept = now ? views[now.at] : undefined;
  // biome-ignore lint/correctness/useExhaustiveDependencies: what is shown changes with the step, not with the list
  useLayoutEffect(() => {
    if (!now) return;
    if (kept) showing.set(showingOf(kept.id, kept.view));
    const [x, y, w, h] = kept?.view.window ?? [now.seen.x, now.seen.y, now.seen.w, now.seen.h];
    editor.see({ x, y, w, h });
  }, [now, kept?.id, showing, editor]);
  useEffect(() => {
    if (!on) return;
    const listen = (event: KeyboardEvent) => {
      // The drawing is read-only, but taking back is the core's.
      if ((event.ctrlKey || event.metaKey) && TAKING_BACK.includes(event.key.toLowerCase())) {
        event.preventDefault();
        event.stopPropagation();
        return;
      }
      const command = KEYS[event.key];
      if (!command || event.ctrlKey || event.altKey || event.metaKey || isTyping(event.target)) return;
      // A button has its own Space; a dialog has its own Escape.
      if (reach.screen.dialog.get() || (event.key === " " && event.target instanceof HTMLButtonElement))
        return;
      event.preventDefault();
      event.stopPropagation();
      runCommand(command, reach);
    };
    window.addEventListener("keydown", listen, true);
    return () => window.removeEventListener("keydown", listen, true);
  }, [on, reach]);
  if (!now) return null;
  const words = kept
    ? `${now.at + 1} of ${views.length} · ${kept.title}`
    : `${store.design().name ?? "This design"}: no views are kept yet`;
  return (
    <div className="presentation" role="toolbar" aria-label="Presentation">
      <IconButton
        icon="back"
        label="View before"
        isDisabled={now.at <= 0}
        onPress={() => runCommand("present-previous", reach)}
      />
      <span role="status">{words}</span>
      <IconButton
        icon="arrow"
        label="Next view"
        isDisabled={now.at >= views.length - 1}
        onPress={() => runCommand("present-next", reach)}
      />
      <IconButton
        icon="close"
        label="End the presentation"
        onPress={() => runCommand("present-end", reach)}
      />
    </div>
  );
}
