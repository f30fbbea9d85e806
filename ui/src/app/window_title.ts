// The window's title and the browser tab's: which design is open, and whether it is saved.
import { useEffect, useMemo } from "react";
import type { Readable } from "../document/signal";
import { useReadable } from "../panels/context";
import { type Desk, NO_SESSION } from "./desk";

export function useWindowTitle(desk: Desk): void {
  const names = useMemo<Readable<string | null>>(
    () => ({ get: () => desk.document.design().name, subscribe: desk.document.subscribe }),
    [desk],
  );
  const session = useReadable(desk.session);
  const name = useReadable(names);
  const { dirty } = useReadable(desk.history);
  useEffect(() => {
    document.title = session === NO_SESSION ? "Groundplan" : windowTitle(name, dirty);
  }, [session, name, dirty]);
}

export function windowTitle(name: string | null, dirty: boolean): string {
  return `${dirty ? "• " : ""}${name || "Untitled"} – Groundplan`;
}
