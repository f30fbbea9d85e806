// A row of the outline dragged onto another one: into that container. By pointer events, as on the drawing.
import { useMemo, useRef, useState } from "react";
import type { Id } from "../../document/model";
import { intoEdit } from "../../editor/edits";
import { article, mayStandIn } from "../../editor/nesting";
import { inSentence } from "../../editor/words";
import { useWorkbench } from "../context";
import { sentence } from "../finding";

/** Pixels before a press is a drag. */
const SLACK = 5;

export interface RowDrag {
  /** The row under the pointer while something is dragged, and whether it may take it. */
  over: { id: Id; allowed: boolean } | null;
  start: (event: React.PointerEvent, ids: readonly Id[]) => void;
}

export function useRowDrag(): RowDrag {
  const { document, catalog, edit, say } = useWorkbench();
  const kinds = useMemo(() => new Map(catalog.kinds.map((kind) => [kind.id, kind])), [catalog]);
  const [over, setOver] = useState<RowDrag["over"]>(null);
  const latest = useRef<RowDrag["over"]>(null);
  const show = (next: RowDrag["over"]) => {
    latest.current = next;
    setOver(next);
  };
  const start = (event: React.PointerEvent, ids: readonly Id[]) => {
    if (event.button !== 0 || ids.length === 0) return;
    const { pointerId, clientX, clientY } = event;
    const moving = new Set(ids.flatMap((id) => document.subtree(id)));
    let dragging = false;
    const move = (now: PointerEvent) => {
      if (now.pointerId !== pointerId) return;
      dragging ||= Math.hypot(now.clientX - clientX, now.clientY - clientY) > SLACK;
      if (!dragging) return;
      const row = window.document.elementFromPoint(now.clientX, now.clientY)?.closest("[data-row]");
      const id = row?.getAttribute("data-row") ?? undefined;
      if (id === undefined || moving.has(id)) return show(null);
      const kind = document.resource(id)?.kind ?? "";
      const fits = ids.every((one) => mayStandIn(kinds, document.resource(one)?.kind ?? "", kind));
      if (latest.current?.id !== id) show({ id, allowed: fits });
    };
    const end = (drop: boolean) => {
      window.removeEventListener("pointermove", move);
      window.removeEventListener("pointerup", up);
      window.removeEventListener("pointercancel", cancel);
      window.removeEventListener("keydown", keys, true);
      const target = latest.current;
      show(null);
      if (!drop || !dragging || !target) return;
      if (target.allowed) {
        const made = intoEdit(document, kinds, ids, target.id);
        if (made) void edit(made);
      } else say({ text: refusal(target.id) });
    };
    const refusal = (id: Id) => {
      const word = (one: Id) => {
        const kind = document.resource(one)?.kind ?? "";
        return article(inSentence(kinds.get(kind)?.title ?? kind));
      };
      return sentence(`${word(ids[0] ?? "")} does not stand in ${word(id)}`);
    };
    const up = (now: PointerEvent) => now.pointerId === pointerId && end(true);
    const cancel = (now: PointerEvent) => now.pointerId === pointerId && end(false);
    const keys = (now: KeyboardEvent) => {
      if (now.key !== "Escape" || !dragging) return;
      now.stopPropagation();
      end(false);
    };
    window.addEventListener("pointermove", move);
    window.addEventListener("pointerup", up);
    window.addEventListener("pointercancel", cancel);
    window.addEventListener("keydown", keys, true);
  };
  return { over, start };
}
