// The place beside the tabs of the bottom panel: the panel that shows puts its few controls there,
// so that its rows get the whole height.
import { type ReactNode, useLayoutEffect, useState } from "react";
import { createPortal } from "react-dom";

export const HEAD_SLOT = "panel-head";

export function HeadSlot({ children }: { children: ReactNode }) {
  const [place, setPlace] = useState<HTMLElement | null>(null);
  useLayoutEffect(() => setPlace(document.getElementById(HEAD_SLOT)), []);
  return place && createPortal(children, place);
}
