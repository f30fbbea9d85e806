// Export: format, environment, folder; what would be written, told from what is there; then Write.
import { useEffect, useRef, useState } from "react";
import { Button, Empty } from "../../controls/button";
import { Dialog } from "../../controls/dialog";
import { CheckBox, SelectBox } from "../../controls/fields";
import { Icon, Mark } from "../../controls/icon";
import { WindowList } from "../../controls/window";
import type { DesignJson } from "../../document/model";
import type { ExportFormat, PictureJson } from "../../ipc/backend";
import type { ExportDto } from "../../ipc/generated/ExportDto";
import type { ExportFileDto } from "../../ipc/generated/ExportFileDto";
import { useDesign, useReadable, useSetting, useWorkbench } from "../context";
import { plural } from "../facts";
import { Message } from "../finding";
import { fits, fittingEnvironment, whyNothing } from "../formats";
import { pictureOf, sizeText } from "./picture";
import { PictureChoices, usePictureChoice } from "./picture_choices";
import { asksFirst, exportSummary, STATE_WORDS } from "./states";
import { useWorking } from "./working";
import "./export.css";

const environmentsOf = (design: DesignJson) => design.environments;
const ROW = 28;

export function ExportDialog({ onClose }: { onClose: () => void }) {
  const workbench = useWorkbench();
  const { backend, session, ask, say, environment, info } = workbench;
  const environments = useDesign(environmentsOf);
  const [formats, setFormats] = useState<ExportFormat[]>([]);
  const [format, setFormat] = useSetting("export.format", "terraform");
  const current = useReadable(environment);
  const [picked, setChosen] = useState<string | null>(null);
  const known = formats.find((one) => one.id === format);
  const chosen = picked ?? fittingEnvironment(known, environments, current);
  const [folder, setFolder] = useSetting<string | null>("export.folder", null);
  const remembered = useRef(folder);
  const [made, setMade] = useState<ExportDto>();
  const [overwrite, setOverwrite] = useState(false);
  const [despite, setDespite] = useState(false);
  const [writing, setWriting] = useState(false);
  const [choice, choose] = usePictureChoice();
  const { far, wait, stop } = useWorking(workbench);
  const draws = known?.draws ?? false;
  const wanted = draws ? JSON.stringify(pictureOf(choice, workbench, new Date())) : undefined;

  useEffect(() => {
    let wanted = true;
    void ask(backend.call("export_formats", undefined)).then((list) => wanted && setFormats(list ?? []));
    return () => {
      wanted = false;
    };
  }, [backend, ask]);
  useEffect(() => {
    let current = true;
    setMade(undefined);
    setDespite(false);
    const place = folder === null ? {} : { folder };
    const args = { session: session.get(), format, environment: chosen, ...place, ...pictureArgs(wanted) };
    let answered = false;
    const run = backend.call("export_run", args);
    // Of a folder from another day, which may be gone or out of reach, nobody asked anything: it is forgotten.
    const stale = folder !== null && folder === remembered.current;
    void wait(stale ? run.catch(() => undefined) : run).then((answer) => {
      answered = true;
      if (!current) return;
      if (!answer && folder !== null) setFolder(null);
      else setMade(answer ?? { files: [], diagnostics: [] });
    });
    return () => {
      current = false;
      // Somebody chose otherwise: nobody waits for this one.
      if (!answered) stop();
    };
  }, [backend, wait, stop, session, format, chosen, folder, setFolder, wanted]);

  const provider = environments[chosen]?.provider ?? "lab";
  const foreign = made?.files.filter(asksFirst) ?? [];
  const errors = made?.diagnostics.filter((one) => one.severity === "error") ?? [];
  const unasked = (foreign.length > 0 && !overwrite) || (errors.length > 0 && !despite);
  const changes = made?.files.filter((file) => file.state !== "same") ?? [];
  const pick = async () => {
    const path = await workbench.pickPath("folder", "Export into", folder ?? info.folder);
    if (path) setFolder(path);
  };
  const write = async () => {
    if (folder === null) return;
    setWriting(true);
    const place = { session: session.get(), environment: chosen, folder };
    const args = { ...place, format, overwrite, ...pictureArgs(wanted) };
    const answer = await wait(backend.call("export_write", args));
    setWriting(false);
    if (!answer) return;
    const removed = answer.removed.length > 0 ? `, ${answer.removed.length} removed` : "";
    say({ text: `${plural(answer.written.length, "file")} written to ${folder}${removed}`, kind: "ok" });
    onClose();
  };
  return (
    <Dialog
      wide
      title="Export"
      onClose={onClose}
      foot={
        <>
          <span className="grow muted cut">{made && folder !== null && exportSummary(made.files)}</span>
          <Button onPress={onClose}>Cancel</Button>
          {folder === null ? (
            <Button look="primary" onPress={() => void pick()}>
              Choose a folder…
            </Button>
          ) : (
            <Button
              look="primary"
              isDisabled={writing || changes.length === 0 || unasked}
              onPress={() => void write()}
            >
              {writing
                ? `Writing… ${far === null ? "" : `${Math.round(far * 100)} %`}`
                : !made
                  ? "Write"
                  : changes.length === 0
                    ? "Up to date"
                    : `Write ${plural(changes.length, "file")}`}
            </Button>
          )}
        </>
      }
    >
      <div className="export-choices">
        <SelectBox
          label="Format"
          value={format}
          choices={formats.map((one) => ({
            id: one.id,
            title: one.title,
            ...(fits(one, provider) ? {} : { hint: `not for ${provider}` }),
          }))}
          onDone={setFormat}
        />
        <SelectBox
          label="Environment"
          value={chosen}
          choices={(Object.keys(environments).length > 0 ? Object.keys(environments) : ["lab"]).map((id) => ({
            id,
            title: id,
            hint: environments[id]?.provider ?? "lab",
          }))}
          onDone={setChosen}
        />
        <div className="labelled">
          <span className="label">Folder</span>
          <Button onPress={() => void pick()}>
            <Icon name="folder" size={15} />
            <span className="cut">{folder ?? "Choose…"}</span>
          </Button>
        </div>
      </div>
      {draws && <PictureChoices format={format} choice={choice} onChange={choose} />}
      {made?.diagnostics.map((one) => (
        <p key={one.key} className="export-note">
          <Mark state={one.severity} />{" "}
          <span>
            <Message finding={one} />
          </span>
        </p>
      ))}
      <Files made={made} known={folder !== null} far={far} />
      {changes.length > 0 && errors.length > 0 && (
        <CheckBox
          label={`Write it with ${plural(errors.length, "error")}: what is wrong in the design is wrong in the files`}
          value={despite}
          onDone={setDespite}
        />
      )}
      {folder !== null && foreign.length > 0 && (
        <CheckBox
          label={`Overwrite ${plural(foreign.length, "file")} that Groundplan did not write, or that changed since`}
          value={overwrite}
          onDone={setOverwrite}
        />
      )}
    </Dialog>
  );
}

/** As the core is told; the choices are compared as text, so that the same ones make no new picture. */
function pictureArgs(wanted: string | undefined): { picture?: PictureJson } {
  return wanted === undefined ? {} : { picture: JSON.parse(wanted) as PictureJson };
}

function Files({ made, known, far }: { made: ExportDto | undefined; known: boolean; far: number | null }) {
  const { readOnly } = useReadable(useWorkbench().file);
  // As high as the list: nothing moves away under the hand while the files are made.
  if (!made) {
    return (
      <div className="export-files">
        <Empty icon="waiting" text="Writing the files in memory…">
          {far !== null && <progress value={far} max={1} aria-label="Export" />}
        </Empty>
      </div>
    );
  }
  if (made.files.length === 0) {
    return (
      <div className="export-files">
        <Empty text={whyNothing(readOnly, made.diagnostics.length > 0 ? ["see above why"] : [])} />
      </div>
    );
  }
  return (
    <div className="export-files">
      <WindowList
        count={made.files.length}
        height={ROW}
        rowKey={(index) => made.files[index]?.path ?? ""}
        outer={{ role: "list", "aria-label": "Files", tabIndex: 0 }}
        className="focus-ring"
        row={(index) => <FileLine file={made.files[index] as ExportFileDto} known={known} />}
      />
    </div>
  );
}

function FileLine({ file, known }: { file: ExportFileDto; known: boolean }) {
  return (
    <div className="export-file" role="listitem">
      <Icon name="document" size={15} />
      <span className="cut grow selectable">{file.path}</span>
      <span className="muted">
        {file.text === "" ? sizeText(file.bytes) : plural(file.text.split("\n").length, "line")}
      </span>
      {known && <span className={`file-state ${file.state}`}>{STATE_WORDS[file.state] ?? file.state}</span>}
    </div>
  );
}
