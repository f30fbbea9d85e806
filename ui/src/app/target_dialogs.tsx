// What the selection shall be linked to, and what it shall be moved into: chosen by name, without the drawing.
import { useMemo, useState } from "react";
import { Button } from "../controls/button";
import { Dialog } from "../controls/dialog";
import { type Choice, ComboField } from "../controls/fields";
import type { LinkKind } from "../document/model";
import { intoEdit } from "../editor/edits";
import { useWorkbench } from "../panels/context";
import { plural } from "../panels/facts";
import { Ports } from "../panels/inspector/ports";
import { freeId } from "../panels/inspector/values";

/** Resources to choose from, without those that cannot be meant. */
function useChoices(fits: (id: string, kind: string) => boolean): Choice[] {
  const { document, catalog } = useWorkbench();
  return Object.entries(document.design().resources)
    .filter(([id, { kind }]) => fits(id, kind))
    .map(([id, { title, kind }]) => ({ id, title: title ?? id, hint: catalog.kind(kind)?.title ?? kind }));
}

export function LinkDialog({ onClose }: { onClose: () => void }) {
  const { editor, document, catalog, edit } = useWorkbench();
  const from = editor.selection.get().resources;
  const ends = from.flatMap((id) => catalog.kind(document.resource(id)?.kind ?? "")?.links ?? []);
  const choices = useChoices((id, kind) => !from.includes(id) && ends.some((end) => end.to.includes(kind)));
  const [to, setTo] = useState<string | null>(null);
  const [allow, setAllow] = useState<string[]>([]);
  const send = async () => {
    if (to === null) return;
    const taken = new Set(Object.keys(document.design().links));
    const edits = from.map((id) => {
      const link = freeId(`${id}-${to}`, (one) => taken.has(one));
      taken.add(link);
      return {
        edit: "add-link" as const,
        id: link,
        link: { from: id, to, ...(allow.length > 0 ? { allow } : {}), ...kindOf(id, to) },
      };
    });
    const name = `Link ${plural(from.length, "resource")} to ${document.title(to)}`;
    if (await edit(edits.length === 1 && edits[0] ? edits[0] : { edit: "batch", name, edits })) onClose();
  };
  /** The kind is written only where the ends leave a choice. */
  const kindOf = (id: string, target: string): { kind?: LinkKind } => {
    const kind = document.resource(target)?.kind ?? "";
    const fitting = (catalog.kind(document.resource(id)?.kind ?? "")?.links ?? []).filter((end) =>
      end.to.includes(kind),
    );
    return fitting.length > 1 && fitting[0] ? { kind: fitting[0].kind as LinkKind } : {};
  };
  return (
    <Dialog
      title={
        from.length === 1 ? `Link ${document.title(from[0] ?? "")} to` : `Link ${from.length} resources to`
      }
      onClose={onClose}
      foot={
        <>
          <Button onPress={onClose}>Cancel</Button>
          <Button look="primary" isDisabled={to === null} onPress={() => void send()}>
            Link
          </Button>
        </>
      }
    >
      <ComboField
        label="To"
        value={to}
        choices={choices}
        placeholder={choices.length > 0 ? "choose" : "nothing here can be linked to"}
        onDone={setTo}
      />
      <div className="labelled">
        <span className="label">Ports</span>
        <Ports allow={allow} readOnly={false} none="Every service of the target" onSet={setAllow} />
      </div>
    </Dialog>
  );
}

export function MoveDialog({ onClose }: { onClose: () => void }) {
  const { editor, document, catalog, edit } = useWorkbench();
  const ids = useMemo(() => [...editor.selection.get().resources], [editor]);
  const inside = useMemo(() => new Set(ids.flatMap((id) => document.subtree(id))), [ids, document]);
  const parents = ids.map((id) => catalog.kind(document.resource(id)?.kind ?? "")?.parents ?? []);
  const choices = useChoices((id, kind) => !inside.has(id) && parents.every((list) => list.includes(kind)));
  const all = parents.every((list) => list.includes("root"))
    ? [{ id: "", title: "the design", hint: "top" }, ...choices]
    : choices;
  const [to, setTo] = useState<string | null>(null);
  const send = async () => {
    if (to === null) return;
    const kinds = new Map(catalog.kinds.map((kind) => [kind.id, kind]));
    const made = intoEdit(document, kinds, ids, to === "" ? null : to);
    if (!made || (await edit(made))) onClose();
  };
  return (
    <Dialog
      title={
        ids.length === 1 ? `Move ${document.title(ids[0] ?? "")} into` : `Move ${ids.length} resources into`
      }
      onClose={onClose}
      foot={
        <>
          <Button onPress={onClose}>Cancel</Button>
          <Button look="primary" isDisabled={to === null} onPress={() => void send()}>
            Move
          </Button>
        </>
      }
    >
      <ComboField
        label="Container"
        value={to}
        choices={all}
        placeholder={all.length > 0 ? "choose" : "nothing here can hold it"}
        onDone={setTo}
      />
    </Dialog>
  );
}
