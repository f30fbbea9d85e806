// Adds a part where the drawing asked for it, or in the middle of the view: type, Enter.
import { useMemo, useState } from "react";
import { SearchList } from "../controls/search_list";
import type { InsertRequest } from "../editor/editor";
import type { KindDto } from "../ipc/generated/KindDto";
import { useSetting, useWorkbench } from "../panels/context";
import { findKinds } from "../panels/palette/kinds";

const MOST_RECENT = 6;

export function InsertDialog({ request, onClose }: { request: InsertRequest | null; onClose: () => void }) {
  const { catalog, editor } = useWorkbench();
  const [recent, setRecent] = useSetting<string[]>("parts.recent", []);
  const [text, setText] = useState("");
  const kinds = useMemo(() => {
    // What fits there comes first; everything else can be added too, and goes where it can live.
    const fitting = (request?.kinds ?? []).flatMap((id) => catalog.kind(id) ?? []);
    const offered = [...fitting, ...catalog.kinds.filter((kind) => !fitting.includes(kind))];
    if (text.trim() !== "") return findKinds(offered, text);
    const first = recent.flatMap((id) => offered.find((kind) => kind.id === id) ?? []);
    return [...first, ...offered.filter((kind) => !first.includes(kind))];
  }, [catalog, request, recent, text]);
  const add = (kind: KindDto) => {
    setRecent([kind.id, ...recent.filter((id) => id !== kind.id)].slice(0, MOST_RECENT));
    onClose();
    const from = request?.linkFrom === undefined ? {} : { linkFrom: request.linkFrom };
    void editor.insert(
      kind.id,
      request?.world,
      request?.kinds.includes(kind.id) ? { parent: request.parent, ...from } : undefined,
    );
  };
  const found = kinds.map((kind) => ({
    kind,
    id: kind.id,
    title: kind.title,
    hint: kind.help,
    icon: catalog.icons[kind.icon] ?? "",
    family: kind.family,
  }));
  return (
    <SearchList
      narrow
      label="Add a part"
      placeholder="Add a part"
      icon="add"
      text={text}
      onText={setText}
      found={found}
      none={`No part is called “${text}”`}
      onPick={({ kind }) => add(kind)}
      onClose={onClose}
    />
  );
}
