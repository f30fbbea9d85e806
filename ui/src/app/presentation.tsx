// Presenting: the drawing alone, from one saved view to the next. Nothing of it is kept: when it ends, all is as it was.
import { useEffect, useLayoutEffect } from "react";
import { IconButton } from "../controls/button";
import { useDesign, useReadable, useSetting, useWorkbench } from "../panels/context";
import { readShowing, type SavedView } from "../panels/showing";
import { type Reach, runCommand } from "./commands";
import { fitted, type Presenting, roomOf, savedViews, step, viewsKey } from "./presenting";
import { isTyping } from "./shortcuts";

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
  const key = useDesign(viewsKey);
  const [views] = useSetting<SavedView[]>(key, []);
  const on = now !== null;
  // While it lasts nothing is changed by a stray key; then the drawing is looked at and worked on as before.
  useLayoutEffect(() => {
    if (!on) return;
    const before = reach.screen.presenting.get() as Presenting;
    const shown = session.get();
    const all = showing.get();
    editor.setReadOnly(true);
    editor.grabFocus();
    if (savedViews(reach).length > 0) step(reach, 1);
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
  useLayoutEffect(() => {
    if (kept) showing.set(readShowing(kept.showing));
  }, [kept, showing]);
  const camera = now && (views[now.at]?.camera ?? now.camera);
  useLayoutEffect(() => {
    if (now && camera) editor.setCamera(fitted(camera, now.size, roomOf()));
  }, [now, camera, editor]);
  useEffect(() => {
    if (!on) return;
    const listen = (event: KeyboardEvent) => {
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
  const view = views[now.at];
  const words = view
    ? `${now.at + 1} of ${views.length} · ${view.name}`
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
