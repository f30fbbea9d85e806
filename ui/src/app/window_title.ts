// The window's title and the browser tab's: which design is open, and whether it is saved.
import { called } from "../document/called";
import { type Desk, NO_SESSION } from "./desk";

/** From now on, until what it answers is called. */
export function followWindowTitle(desk: Desk): () => void {
  const show = () => {
    const open = desk.session.get() !== NO_SESSION;
    const { dirty } = desk.history.get();
    const name = called(desk.document.design().name, desk.file.get().path);
    const title = open ? windowTitle(name, dirty) : "Groundplan";
    if (document.title !== title) document.title = title;
  };
  show();
  const stops = [desk.session, desk.history, desk.file, desk.document].map((source) =>
    source.subscribe(show),
  );
  return () => {
    for (const stop of stops) stop();
  };
}

export function windowTitle(name: string, dirty: boolean): string {
  return `${dirty ? "• " : ""}${name} – Groundplan`;
}
