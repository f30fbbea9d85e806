// Open, save and choose a folder in a browser: only below the folder that `groundplan serve` was started in.
import { useCallback, useEffect, useState } from "react";
import { Button, Empty } from "../controls/button";
import { Dialog } from "../controls/dialog";
import { LiveBox } from "../controls/fields";
import { Icon } from "../controls/icon";
import { WindowList } from "../controls/window";
import { asBackendError, type Backend, type FolderJson } from "../ipc/backend";
import { sentence } from "../panels/finding";

export interface FilePickerProps {
  backend: Backend;
  mode: "open" | "save" | "folder";
  title: string;
  suggestion: string | undefined;
  onPick: (path: string | undefined) => void;
}

const ROW = 32;
/** Why nothing is listed: files that cannot be picked here are no reason to call a folder empty. */
function noneWords(folder: FolderJson | undefined, mode: FilePickerProps["mode"]): string {
  if (!folder) return "Looking…";
  if (folder.entries.length === 0) return "This folder is empty";
  return mode === "folder" ? "No folders in here" : "No designs and no folders in here";
}

const join = (folder: string, name: string) => `${folder.replace(/\/$/, "")}/${name}`;

export function FilePicker({ backend, mode, title, suggestion, onPick }: FilePickerProps) {
  const start = mode === "save" ? suggestion?.replace(/[^/]*$/, "").replace(/\/$/, "") : suggestion;
  const [folder, setFolder] = useState<FolderJson>();
  const [wrong, setWrong] = useState("");
  const [name, setName] = useState(mode === "save" ? (suggestion?.split("/").pop() ?? "design.gplan") : "");
  const go = useCallback(
    async (path: string | undefined) => {
      try {
        setFolder(await backend.call("folder_list", path ? { path } : {}));
        setWrong("");
        return true;
      } catch (thrown) {
        setWrong(sentence(asBackendError(thrown).message));
        return false;
      }
    },
    [backend],
  );
  useEffect(() => {
    void go(start || undefined).then((there) => there || !start || go(undefined));
  }, [go, start]);
  const shown = (folder?.entries ?? []).filter(
    (entry) => entry.folder || (entry.design && mode !== "folder"),
  );
  const rows = [
    ...(folder?.parent === undefined ? [] : [{ name: "..", folder: true, design: false }]),
    ...shown,
  ];
  const ready = folder !== undefined && (mode === "folder" || name.trim() !== "");
  const done = () => {
    if (!folder || !ready) return;
    if (mode === "folder") return onPick(folder.path);
    const typed = name.trim();
    onPick(join(folder.path, mode === "save" && !typed.includes(".") ? `${typed}.gplan` : typed));
  };
  const choose = (entry: { name: string; folder: boolean }) => {
    if (!folder) return;
    if (!entry.folder) return setName(entry.name);
    void go(entry.name === ".." ? folder.parent : join(folder.path, entry.name));
  };
  return (
    <Dialog
      title={title}
      onClose={() => onPick(undefined)}
      foot={
        <>
          <Button onPress={() => onPick(undefined)}>Cancel</Button>
          <Button look="primary" isDisabled={!ready} onPress={done}>
            {mode === "open" ? "Open" : mode === "save" ? "Save" : "Use this folder"}
          </Button>
        </>
      }
    >
      <p className="muted mono cut selectable" title={folder?.path}>
        {folder?.path ?? "…"}
      </p>
      {wrong && <p className="wrong">{wrong}</p>}
      <div className="picker-list">
        {rows.length === 0 ? (
          <Empty text={noneWords(folder, mode)} />
        ) : (
          <WindowList
            count={rows.length}
            height={ROW}
            rowKey={(index) => rows[index]?.name ?? ""}
            outer={{ role: "list", "aria-label": "Files" }}
            row={(index) => {
              const entry = rows[index] as { name: string; folder: boolean };
              return (
                <div role="listitem">
                  <button
                    type="button"
                    className={`picker-row focus-ring ${entry.name === name ? "on" : ""}`}
                    onClick={() => choose(entry)}
                    onDoubleClick={() =>
                      !entry.folder && mode === "open" && folder && onPick(join(folder.path, entry.name))
                    }
                  >
                    <Icon name={entry.folder ? "folder" : "document"} size={16} />
                    <span className="cut">{entry.name === ".." ? "One folder up" : entry.name}</span>
                  </button>
                </div>
              );
            }}
          />
        )}
      </div>
      {mode === "save" && (
        <LiveBox
          label="Name of the file"
          value={name}
          onChange={setName}
          autoFocus
          onKeyDown={(event) => event.key === "Enter" && done()}
        />
      )}
    </Dialog>
  );
}
