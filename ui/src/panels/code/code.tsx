// Code: the export in the chosen format, live, with the block of what is selected lit.
import { useEffect, useMemo, useState } from "react";
import { Button, Empty } from "../../controls/button";
import { SelectBox } from "../../controls/fields";
import { HeadSlot } from "../../controls/slot";
import type { DesignJson } from "../../document/model";
import type { ExportFormat } from "../../ipc/backend";
import type { ExportDto } from "../../ipc/generated/ExportDto";
import { useDesign, useReadable, useSelected, useSetting, useWorkbench } from "../context";
import { plural } from "../facts";
import { fittingEnvironment } from "../formats";
import { blockOf } from "./blocks";
import { FileText } from "./text";
import "./code.css";

/** Milliseconds of quiet after an edit before the export is made again. */
const QUIET = 250;

export function useFormats(): ExportFormat[] | undefined {
  const { backend, ask } = useWorkbench();
  const [formats, setFormats] = useState<ExportFormat[]>();
  useEffect(() => {
    let wanted = true;
    void ask(backend.call("export_formats", undefined)).then(
      // A picture is no text to read.
      (list) => wanted && setFormats((list ?? []).filter((one) => !one.draws)),
    );
    return () => {
      wanted = false;
    };
  }, [backend, ask]);
  return formats;
}

const environmentsOf = (design: DesignJson) => design.environments;

function useExport(known: ExportFormat | undefined): ExportDto | undefined {
  const format = known?.id;
  const { backend, session, environment, facts, ask } = useWorkbench();
  const [made, setMade] = useState<ExportDto>();
  const environments = useDesign(environmentsOf);
  const chosen = fittingEnvironment(known, environments, useReadable(environment));
  const open = useReadable(session);
  const revision = useSelected(facts, (value) => value.revision);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new revision makes a new export
  useEffect(() => {
    if (!format) return;
    let wanted = true;
    const timer = window.setTimeout(() => {
      const args = { session: open, format, environment: chosen };
      void ask(backend.call("export_run", args)).then((answer) => wanted && answer && setMade(answer));
    }, QUIET);
    return () => {
      wanted = false;
      window.clearTimeout(timer);
    };
  }, [format, chosen, open, revision]);
  return made;
}

export function Code() {
  const { editor, run, copy } = useWorkbench();
  const formats = useFormats();
  const [kept, setFormat] = useSetting("code.format", "terraform");
  const format = formats?.find((one) => one.id === kept)?.id ?? formats?.[0]?.id;
  const made = useExport(formats?.find((one) => one.id === format));
  const [path, setPath] = useState("");
  const selection = useReadable(editor.selection);
  const id = selection.resources[0];
  const found = useMemo(() => {
    if (!made || id === undefined) return null;
    for (const file of made.files) {
      const block = blockOf(file.text.split("\n"), id);
      if (block) return { path: file.path, block };
    }
    return null;
  }, [made, id]);
  useEffect(() => {
    if (found) setPath(found.path);
  }, [found]);
  if (!formats || (format && !made)) return <Empty icon="waiting" text="Writing the code…" />;
  const file = made?.files.find((one) => one.path === path) ?? made?.files[0];
  return (
    <div className="code">
      <HeadSlot>
        <div className="bar-choice">
          <SelectBox
            bare
            label="Format"
            value={format ?? null}
            choices={formats.map(({ id, title }) => ({ id, title }))}
            onDone={setFormat}
          />
        </div>
        <div className="code-files" role="group" aria-label="Files">
          {made?.files.map((one) => (
            <button
              key={one.path}
              type="button"
              aria-pressed={one === file}
              className="code-file focus-ring"
              onClick={() => setPath(one.path)}
            >
              {one.path}
            </button>
          ))}
        </div>
        {made && made.diagnostics.length > 0 && (
          <span className="pill warning" title={made.diagnostics.map((one) => one.message).join("\n")}>
            {plural(made.diagnostics.length, "thing")} to look at
          </span>
        )}
        <Button
          small
          icon="copy"
          isDisabled={!file}
          onPress={() => void (file && copy(file.text, `${file.path} copied`))}
        >
          Copy
        </Button>
        <Button small icon="export" onPress={() => run("export")}>
          Export
        </Button>
      </HeadSlot>
      {file ? (
        <FileText path={file.path} text={file.text} block={found?.path === file.path ? found.block : null} />
      ) : (
        <Empty text="This format has nothing to say about the design">
          <Button small onPress={() => window.dispatchEvent(new CustomEvent("groundplan:find-part"))}>
            Find a part
          </Button>
        </Empty>
      )}
    </div>
  );
}
