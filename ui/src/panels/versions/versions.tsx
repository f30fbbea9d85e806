// Versions: the design as it is now against an earlier one: as saved, as saved before that, or before an act.
// Each difference is said old and new, lit on the drawing, and a click goes there.
import { useEffect, useMemo, useState } from "react";
import { Button, Empty } from "../../controls/button";
import { CheckBox } from "../../controls/fields";
import { Icon } from "../../controls/icon";
import { HeadSlot } from "../../controls/slot";
import { WindowList } from "../../controls/window";
import type { ChangeJson, Id, PatchJson } from "../../document/model";
import type { DocumentStore } from "../../document/store";
import type { VersionName } from "../../ipc/backend";
import type { EarlierDto } from "../../ipc/generated/EarlierDto";
import { goTo, titleOf, useReadable, useSetting, useWorkbench } from "../context";
import { plural } from "../facts";
import { sentence } from "../finding";
import { type ChangeRow, changedIds, changeRows, countsText } from "./changes";
import "./versions.css";

const ROW = 30;
const MARKS = { added: "add", removed: "subtract", changed: "edit" };

/** The versions there are, asked again whenever something was done, undone or saved. */
function useVersions(): EarlierDto[] | undefined {
  const { backend, session, history, file, ask } = useWorkbench();
  const open = useReadable(session);
  const done = useReadable(history);
  const saved = useReadable(file);
  const [versions, setVersions] = useState<EarlierDto[]>();
  // biome-ignore lint/correctness/useExhaustiveDependencies: every act makes another list
  useEffect(() => {
    let wanted = true;
    void ask(backend.call("design_versions", { session: open })).then((list) => wanted && setVersions(list));
    return () => {
      wanted = false;
    };
  }, [open, done, saved]);
  return versions;
}

export function Versions() {
  const versions = useVersions();
  const [key, setKey] = useState<string>();
  if (!versions) return <Empty icon="waiting" text="Looking for earlier versions…" />;
  if (versions.length === 0)
    return <Empty text="Nothing was done yet: here stands what differs from earlier versions" />;
  const chosen =
    versions.find((one) => keyOf(one) === key) ??
    versions.find((one) => one.is === "saved") ??
    versions.at(-1);
  return (
    <div className="versions-panel">
      <WindowList
        count={versions.length}
        height={ROW}
        rowKey={(index) => keyOf(versions[index] as EarlierDto)}
        outer={{ role: "list", "aria-label": "Earlier versions", tabIndex: 0 }}
        className="version-list focus-ring"
        row={(index) => {
          const one = versions[index] as EarlierDto;
          return (
            <div role="listitem" aria-setsize={versions.length} aria-posinset={index + 1}>
              <button
                type="button"
                aria-pressed={one === chosen}
                className="version focus-ring"
                title={titleOfVersion(one)}
                onClick={() => setKey(keyOf(one))}
              >
                <Icon name={one.is === "before" ? "undo" : "save"} size={14} />
                <span className="cut">{titleOfVersion(one)}</span>
                {one.is !== "before" && one.at && <span className="muted">{timeOf(one.at)}</span>}
              </button>
            </div>
          );
        }}
      />
      {chosen && <Differences key={keyOf(chosen)} version={chosen} />}
    </div>
  );
}

const keyOf = (version: EarlierDto) => (version.is === "before" ? `before ${version.acts}` : version.is);

function titleOfVersion(version: EarlierDto): string {
  if (version.is === "saved") return "As saved";
  return version.is === "previous" ? "As saved before that" : `Before “${version.name}”`;
}

function timeOf(at: string): string {
  const time = new Date(at);
  const today = time.toDateString() === new Date().toDateString();
  return today
    ? time.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" })
    : time.toLocaleDateString();
}

function Differences({ version }: { version: EarlierDto }) {
  const { backend, session, history, document, editor, ask, file } = useWorkbench();
  const open = useReadable(session);
  const done = useReadable(history);
  const readOnly = useReadable(file).readOnly !== undefined;
  const [lit, setLit] = useSetting("versions.lit", true);
  const [patch, setPatch] = useState<PatchJson>();
  const name: VersionName =
    version.is === "before" ? { is: "before", acts: version.acts } : { is: version.is };
  // biome-ignore lint/correctness/useExhaustiveDependencies: every act makes other differences
  useEffect(() => {
    let wanted = true;
    void ask(backend.call("design_changes", { session: open, version: name })).then(
      (answer) => wanted && setPatch(answer?.patch),
    );
    return () => {
      wanted = false;
    };
  }, [open, done]);
  useEffect(() => {
    const ids = patch && lit ? changedIds(patch) : [];
    if (ids.length === 0) return;
    editor.highlight(new Set(ids));
    return () => editor.highlight(null);
  }, [patch, lit, editor]);
  const rows = useMemo(
    () =>
      patch
        ? changeRows(
            patch,
            (change) => nameOf(change, document),
            (view) => viewTitle(view, document),
          )
        : [],
    [patch, document],
  );
  const back = async () => {
    if (version.is !== "before") return;
    for (let acts = version.acts; acts > 0; acts--)
      if (!(await ask(backend.call("design_undo", { session: open })))) return;
  };
  return (
    <>
      <HeadSlot>
        <span className="muted cut" role="status">
          {patch ? countsText(rows) : "Comparing…"}
        </span>
        <CheckBox label="Show on the drawing" value={lit} onDone={setLit} />
        {version.is === "before" && !readOnly && (
          <Button small icon="undo" onPress={() => void back()}>
            Undo {plural(version.acts, "act")}
          </Button>
        )}
      </HeadSlot>
      {rows.length === 0 ? (
        <Empty
          icon={patch ? "ok" : "waiting"}
          text={patch ? "The design is as it was then" : "Comparing with that version…"}
        />
      ) : (
        <WindowList
          count={rows.length}
          height={ROW}
          rowKey={(index) => rows[index]?.key ?? String(index)}
          outer={{ role: "list", "aria-label": "Differences", tabIndex: 0 }}
          className="change-list focus-ring"
          row={(index) => <Change row={rows[index] as ChangeRow} index={index} count={rows.length} />}
        />
      )}
    </>
  );
}

function viewTitle(view: Id, document: DocumentStore): string {
  return document.design().views[view]?.title ?? view;
}

function nameOf(change: ChangeJson, document: DocumentStore): string {
  if (change.of === "policy") return "Policy";
  if (change.of === "about") return "Name of the design";
  if (change.of === "view")
    return change.after?.title ?? change.before?.title ?? viewTitle(change.id, document);
  const gone = change.of === "resource" ? change.before?.title : undefined;
  const known = document.resource(change.id) || document.link(change.id);
  return known ? titleOf(document, change.id) : (gone ?? change.id);
}

function Change({ row, index, count }: { row: ChangeRow; index: number; count: number }) {
  const workbench = useWorkbench();
  const { id } = row;
  const there = id !== undefined && (workbench.document.resource(id) || workbench.document.link(id));
  const place = { role: "listitem", "aria-setsize": count, "aria-posinset": index + 1 };
  if (row.is === "value")
    return (
      <div {...place} className="change value">
        <span className="mono cut" title={row.path}>
          {row.path}
        </span>
        <span className={`cut ${row.before ? "change-old" : "muted"}`} title={row.before}>
          <span className="sr">was </span>
          {row.before || "not set"}
        </span>
        <Icon name="right" size={12} />
        <span className={`cut ${row.after ? "change-new" : "muted"}`} title={row.after}>
          <span className="sr">is </span>
          {row.after || "not set"}
        </span>
      </div>
    );
  return (
    <div {...place} className={`change ${row.how}`}>
      <Icon name={MARKS[row.how]} size={14} />
      <button
        type="button"
        className="focus-ring cut"
        disabled={!there}
        onClick={() => id !== undefined && goTo(workbench, id)}
      >
        {row.title}
      </button>
      <span className="muted">{row.of === "places" ? "moved" : sentence(`${row.of} ${row.how}`)}</span>
    </div>
  );
}
