// Code: the export in the chosen format, live, with the block of what is selected lit.
import { useEffect, useMemo, useState } from "react";
import { Button, Empty, IconButton } from "../../controls/button";
import { LiveBox, SelectBox } from "../../controls/fields";
import { HeadSlot } from "../../controls/slot";
import type { DesignJson } from "../../document/model";
import type { ExportFormat } from "../../ipc/backend";
import type { ExportDto } from "../../ipc/generated/ExportDto";
import { useDesign, useReadable, useSelected, useSetting, useWorkbench } from "../context";
import { plural } from "../facts";
import { messageText } from "../finding";
import { fittingEnvironment, whyNothing } from "../formats";
import { blockOf, indexCode, occurrences, ownerOf, spelled } from "./blocks";
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

function useExport(known: ExportFormat | undefined, environment: string): ExportDto | undefined {
  const format = known?.id;
  const { backend, session, facts, ask } = useWorkbench();
  const [made, setMade] = useState<ExportDto>();
  const open = useReadable(session);
  const revision = useSelected(facts, (value) => value.revision);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new revision makes a new export
  useEffect(() => {
    if (!format) return;
    let wanted = true;
    const timer = window.setTimeout(() => {
      const args = { session: open, format, environment };
      void ask(backend.call("export_run", args)).then((answer) => wanted && answer && setMade(answer));
    }, QUIET);
    return () => {
      wanted = false;
      window.clearTimeout(timer);
    };
  }, [format, environment, open, revision]);
  return made;
}

const resourcesOf = (design: DesignJson) => design.resources;
/** Of a large selection, the first ones are lit: the rest is the same colour elsewhere. */
const MOST_LIT = 60;

export function Code() {
  const { environment } = useWorkbench();
  const formats = useFormats();
  const [kept, setFormat] = useSetting("code.format", "terraform");
  const known = formats?.find((one) => one.id === kept) ?? formats?.[0];
  const environments = useDesign(environmentsOf);
  const chosen = useReadable(environment);
  const [own, setOwn] = useState<string>();
  const fitting = fittingEnvironment(
    known,
    environments,
    own !== undefined && own in environments ? own : chosen,
  );
  const made = useExport(known, fitting);
  if (!formats || (known && !made)) return <Empty icon="waiting" text="Writing the code…" />;
  const choices = Object.keys(environments).map((id) => ({ id, title: id }));
  return (
    <div className="code">
      <Files made={made}>
        <div className="bar-choice">
          <SelectBox
            bare
            label="Format"
            value={known?.id ?? null}
            choices={formats.map(({ id, title }) => ({ id, title }))}
            onDone={setFormat}
          />
        </div>
        {choices.length > 1 && (
          <div className="bar-choice narrow">
            <SelectBox bare label="For environment" value={fitting} choices={choices} onDone={setOwn} />
          </div>
        )}
      </Files>
    </div>
  );
}

/** The files: which one shows, what is found in them, what of them is selected on the drawing. */
function Files({ made, children }: { made: ExportDto | undefined; children: React.ReactNode }) {
  const { editor, run, copy, document } = useWorkbench();
  const [path, setPath] = useState("");
  const [text, setText] = useState("");
  const [number, setNumber] = useState(0);
  const selection = useReadable(editor.selection);
  const resources = useDesign(resourcesOf);
  const files = useMemo(
    () => (made?.files ?? []).map((one) => ({ ...one, index: indexCode(one.text) })),
    [made],
  );
  const names = useMemo(() => spelled(Object.keys(resources)), [resources]);
  const hits = useMemo(() => occurrences(files, text), [files, text]);
  const hit = hits[number % Math.max(1, hits.length)];
  const ids = useMemo(() => selection.resources.slice(0, MOST_LIT), [selection]);
  // Another selection, or another export: the file that has it, the one that shows before others.
  // biome-ignore lint/correctness/useExhaustiveDependencies: another file that was chosen stays
  useEffect(() => {
    const [id] = ids;
    if (id === undefined) return;
    const having = files.filter(({ index }) => blockOf(index, id));
    const next = having.find((one) => one.path === path) ?? having[0];
    if (next) setPath(next.path);
  }, [files, ids]);
  useEffect(() => {
    if (hit) setPath(hit.path);
  }, [hit]);
  const file = files.find((one) => one.path === path) ?? files[0];
  const blocks = useMemo(
    () => (file ? ids.flatMap((id) => [blockOf(file.index, id) ?? []].filter(isBlock)) : []),
    [file, ids],
  );
  const go = (at: number) => {
    const id = file && ownerOf(file.index.lines, at, names);
    if (id !== undefined) editor.select({ resources: [id], links: [] });
  };
  return (
    <>
      <HeadSlot>
        {children}
        {made && made.diagnostics.length > 0 && (
          <span
            className="pill warning"
            title={made.diagnostics.map((one) => messageText(document, one)).join("\n")}
          >
            {plural(made.diagnostics.length, "note")}
          </span>
        )}
        <IconButton
          icon="copy"
          label="Copy this file"
          isDisabled={!file}
          onPress={() => void (file && copy(file.text, `${file.path} copied`))}
        />
        <IconButton icon="export" label="Export…" onPress={() => run("export")} />
      </HeadSlot>
      <div className="code-bar">
        <div className="code-files" role="group" aria-label="Files">
          {files.map((one) => (
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
        <div className="bar-search">
          <LiveBox
            bare
            label="Find in the code"
            icon="search"
            placeholder="Find"
            value={text}
            onChange={(next) => {
              setText(next);
              setNumber(0);
            }}
            onKeyDown={(event) => {
              if (event.key !== "Enter" || hits.length === 0) return;
              setNumber((old) => (old + (event.shiftKey ? hits.length - 1 : 1)) % hits.length);
            }}
            after={
              text !== "" && (
                <span className="origin" role="status">
                  {hits.length === 0 ? "none" : `${(number % hits.length) + 1} of ${hits.length}`}
                </span>
              )
            }
          />
        </div>
      </div>
      {file ? (
        <FileText
          key={file.path}
          path={file.path}
          text={file.text}
          lines={file.index.lines}
          blocks={blocks}
          hit={hit?.path === file.path ? hit.line : undefined}
          onLine={go}
        />
      ) : (
        <Nothing made={made} />
      )}
    </>
  );
}

const isEmpty = (design: DesignJson) => Object.keys(design.resources).length === 0;

function Nothing({ made }: { made: ExportDto | undefined }) {
  const { document, file, run } = useWorkbench();
  const { readOnly } = useReadable(file);
  const mayAdd = useDesign(isEmpty) && readOnly === undefined;
  const notes = (made?.diagnostics ?? []).map((one) => messageText(document, one));
  return (
    <Empty text={whyNothing(readOnly, mayAdd ? [] : notes)}>
      {mayAdd && (
        <Button small onPress={() => run("part-add")}>
          Add a part
        </Button>
      )}
    </Empty>
  );
}

const isBlock = (found: [number, number] | never[]): found is [number, number] => found.length === 2;
