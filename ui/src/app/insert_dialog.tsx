// Adds a part where the drawing asked for it, or in the middle of the view: type, Enter.
import { useMemo, useState } from "react";
import { SearchList } from "../controls/search_list";
import type { InsertRequest } from "../editor/editor";
import type { KindDto } from "../ipc/generated/KindDto";
import { useSetting, useWorkbench } from "../panels/context";
import { FAVOURITES, findKinds, knownFirst } from "../panels/palette/kinds";

const MOST_RECENT = 6;

export function InsertDialog({ request, onClose }: { request: InsertRequest | null; onClose: () => void }) {
  const { catalog, editor, document } = useWorkbench();
  const [recent, setRecent] = useSetting<string[]>("parts.recent", []);
  const [favourites] = useSetting<string[]>(FAVOURITES, []);
  const [text, setText] = useState("");
  const kinds = useMemo(() => {
    // What fits there comes first; everything else can be added too, and goes where it can live.
    const fitting = (request?.kinds ?? []).flatMap((id) => catalog.kind(id) ?? []);
    const others = request?.only ? [] : catalog.kinds.filter((kind) => !fitting.includes(kind));
    const known = [...favourites, ...recent];
    const offered = [...knownFirst(fitting, known), ...knownFirst(others, known)];
    return text.trim() === "" ? offered : findKinds(offered, text);
  }, [catalog, request, recent, favourites, text]);
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
    hint: favourites.includes(kind.id) ? `Favourite · ${kind.help}` : kind.help,
    icon: catalog.icons[kind.icon] ?? "",
    family: kind.family,
  }));
  const label = labelOf(request, (id) => document.title(id));
  return (
    <SearchList
      narrow
      label={label}
      placeholder={label}
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

function labelOf(request: InsertRequest | null, title: (id: string) => string): string {
  if (!request?.only) return "Add a part";
  if (request.linkFrom !== undefined) return `Add a part linked with ${title(request.linkFrom)}`;
  return request.parent === null ? "Add a part" : `Add a part to ${title(request.parent)}`;
}
