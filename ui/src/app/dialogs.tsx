// Dialogs: the questions of the desk, and the ones that commands open.
import type { ReactNode } from "react";
import { Button } from "../controls/button";
import { Dialog } from "../controls/dialog";
import type { VersionDto } from "../ipc/generated/VersionDto";
import { useReadable } from "../panels/context";
import { ExportDialog } from "../panels/export/export";
import { plural } from "../panels/facts";
import { EnvironmentDialog } from "../panels/inspector/environment";
import { IntentDialog } from "../panels/inspector/intent";
import { whenText } from "../panels/start/when";
import { CommandPalette } from "./command_palette";
import type { Reach } from "./commands";
import { CoverageDialog } from "./coverage_dialog";
import type { Desk } from "./desk";
import { ErrorBoundary } from "./error_boundary";
import { ExplainKind } from "./explain_kind";
import { FilePicker } from "./file_picker";
import { HelpDialog } from "./help_dialog";
import { InsertDialog } from "./insert_dialog";
import { MergeDialog } from "./merge_dialog";
import { PasteDialog } from "./paste_dialog";
import { PatternDialog } from "./pattern_dialog";
import type { Answers, Asked, Question } from "./questions";
import type { DialogName } from "./screen";
import { LinkDialog, MoveDialog } from "./target_dialogs";

type Recovery = Extract<Question, { is: "recovery" }>;

export function QuestionHost({ desk }: { desk: Desk }) {
  const asked = useReadable(desk.questions.current);
  if (!asked) return null;
  const fault = (text: string) => {
    desk.say({ text, kind: "error" });
    (asked.answer as (answer: unknown) => void)(HARMLESS[asked.question.is]);
  };
  return (
    <ErrorBoundary key={JSON.stringify(asked.question)} what="The question" onFault={fault}>
      <Ask desk={desk} asked={asked} />
    </ErrorBoundary>
  );
}

/** What a question that cannot be shown is taken to be answered with: nothing is lost, and it can be asked again. */
const HARMLESS: Answers = {
  unsaved: "cancel",
  deploying: "cancel",
  "changed-on-disk": "cancel",
  replace: "cancel",
  recovery: "recovered",
  path: undefined,
};

function Ask({ desk, asked }: { desk: Desk; asked: Asked }) {
  const { question } = asked;
  const answer = asked.answer as (answer: unknown) => void;
  switch (question.is) {
    case "path":
      return (
        <FilePicker
          backend={desk.backend}
          mode={question.mode}
          title={question.title}
          suggestion={question.suggestion}
          onPick={answer}
        />
      );
    case "unsaved":
      return (
        <Dialog
          alert
          title={`Save “${question.name}” first?`}
          onClose={() => answer("cancel")}
          foot={
            <>
              <Button onPress={() => answer("discard")}>Don’t save</Button>
              <span className="grow" />
              <Button onPress={() => answer("cancel")}>Cancel</Button>
              <Button look="primary" autoFocus onPress={() => answer("save")}>
                Save
              </Button>
            </>
          }
        >
          <p>
            {question.why === "edits"
              ? "It has changes that are in no file yet."
              : "It was deployed from here, and is in no file. Without one, what runs cannot be destroyed from its drawing any more."}
          </p>
        </Dialog>
      );
    case "deploying":
      return (
        <Dialog
          alert
          title={`Stop what goes on in ${question.environment}?`}
          onClose={() => answer("cancel")}
          foot={
            <>
              <Button onPress={() => answer("stop")}>Stop and close</Button>
              <span className="grow" />
              <Button look="primary" autoFocus onPress={() => answer("cancel")}>
                Keep it open
              </Button>
            </>
          }
        >
          <p>
            “{question.name}” is in the middle of a run. What is done by then stays; opened again, it offers
            to go on or to clean up.
          </p>
        </Dialog>
      );
    case "changed-on-disk":
      if (question.merge) return <MergeDialog path={question.path} merge={question.merge} answer={answer} />;
      return (
        <Dialog
          alert
          title="Another program changed this file"
          onClose={() => answer("cancel")}
          foot={
            <>
              <Button onPress={() => answer("reload")}>Reload, drop my changes</Button>
              <span className="grow" />
              <Button onPress={() => answer("keep")}>Keep mine</Button>
              <Button look="primary" autoFocus onPress={() => answer("save-as")}>
                Save as…
              </Button>
            </>
          }
        >
          <p className="mono selectable">{question.path}</p>
          <p>
            What it says now cannot be read to its end, so it cannot be merged. “Save as…” loses neither
            version. “Keep mine” writes over theirs, of which Groundplan keeps a copy.
          </p>
        </Dialog>
      );
    case "replace":
      return (
        <Dialog
          alert
          title="Replace the file that is there?"
          onClose={() => answer("cancel")}
          foot={
            <>
              <Button onPress={() => answer("replace")}>Replace</Button>
              <span className="grow" />
              <Button onPress={() => answer("cancel")}>Cancel</Button>
              <Button look="primary" autoFocus onPress={() => answer("save-as")}>
                Another name…
              </Button>
            </>
          }
        >
          <p className="mono selectable">{question.path}</p>
          <p>Groundplan keeps a copy of what it writes over.</p>
        </Dialog>
      );
    case "recovery":
      return <RecoveryDialog question={question} answer={answer} />;
  }
}

function RecoveryDialog({ question, answer }: { question: Recovery; answer: (answer: unknown) => void }) {
  const { recovery, path } = question;
  const { changed, lost } = recovery;
  return (
    <Dialog
      alert
      title="There are edits that were not saved"
      wide
      foot={
        <>
          <Button onPress={() => answer("saved")}>
            {changed ? "Use the file on disk" : "Use the saved version"}
          </Button>
          <span className="grow" />
          <Button onPress={() => answer("save-as")}>Keep both: save as…</Button>
          <Button look="primary" autoFocus onPress={() => answer("recovered")}>
            Use the recovered version
          </Button>
        </>
      }
    >
      {changed && (
        <p>
          The file was changed since by another program. The recovered version is without those changes;
          saving it asks before it writes over them.
        </p>
      )}
      {lost > 0 && (
        <p className="wrong">
          {`${plural(lost, "later edit")} cannot be read any more: the disk damaged what was kept of them.`}
        </p>
      )}
      <div className="versions">
        <Version title={changed ? "File on disk" : "Last saved"} version={recovery.saved} none="never saved">
          {path !== undefined && <p className="muted selectable">{path}</p>}
          <p>The edits are thrown away.</p>
        </Version>
        <Version title="Recovered" version={recovery.recovered} none="">
          <p>{plural(recovery.edits, "edit")} after the last save:</p>
          <Words words={recovery.names} more={recovery.edits - recovery.names.length} />
          <p>It differs from the file:</p>
          <Words words={recovery.differences} none="in nothing: both say the same" />
        </Version>
      </div>
    </Dialog>
  );
}

/** A line each; the last one says how many more there are, or that there is none. */
function Words({ words, more = 0, none }: { words: readonly string[]; more?: number; none?: string }) {
  return (
    <ul>
      {words.map((line, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: lines may repeat
        <li key={index} className="cut muted" title={line}>
          {line}
        </li>
      ))}
      {more > 0 && <li className="muted">and {more} more</li>}
      {words.length === 0 && none && <li className="muted">{none}</li>}
    </ul>
  );
}

/** One of two versions to choose from: when it is from, how much is in it. */
function Version({
  title,
  version,
  none,
  children,
}: {
  title: string;
  version: VersionDto;
  none: string;
  children: ReactNode;
}) {
  const { at, resources, links } = version;
  const size = `${plural(resources, "resource")} · ${plural(links, "link")}`;
  return (
    <section aria-label={title}>
      <h3>
        {title}
        <span className="muted" title={at && new Date(at).toLocaleString()}>
          {at ? whenText(at, new Date()) : none}
        </span>
      </h3>
      <p>{size}</p>
      {children}
    </section>
  );
}

export function DialogHost({ reach }: { reach: Reach }) {
  const { screen, desk } = reach;
  const name = useReadable(screen.dialog);
  const fault = (text: string) => {
    screen.dialog.set(null);
    desk.say({ text, kind: "error" });
  };
  return (
    <ErrorBoundary key={name} what="The dialog" onFault={fault}>
      <OpenDialog reach={reach} name={name} />
    </ErrorBoundary>
  );
}

function OpenDialog({ reach, name }: { reach: Reach; name: DialogName | null }) {
  const { screen } = reach;
  const close = () => screen.dialog.set(null);
  if (name === "palette") return <CommandPalette reach={reach} onClose={close} />;
  if (name === "help") return <HelpDialog onClose={close} />;
  if (!reach.workbench || name === null) return null;
  const readOnly = reach.workbench.file.get().readOnly !== undefined;
  switch (name) {
    case "export":
      return <ExportDialog onClose={close} />;
    case "part-add":
      return (
        <InsertDialog
          request={screen.insert.get()}
          onClose={() => {
            screen.insert.set(null);
            close();
          }}
        />
      );
    case "explain":
      return <ExplainKind id={screen.about.get() ?? ""} onClose={close} />;
    case "coverage":
      return <CoverageDialog onClose={close} />;
    case "link-to":
      return <LinkDialog onClose={close} />;
    case "link-pattern":
      return <PatternDialog onClose={close} />;
    case "paste": {
      const pasting = screen.pasting.get();
      return pasting && <PasteDialog pasting={pasting} onClose={close} />;
    }
    case "move-to":
      return <MoveDialog onClose={close} />;
    case "intent-add":
      return <IntentDialog id={null} readOnly={false} onClose={close} />;
    case "intent-change":
      return <IntentDialog id={screen.about.get()} readOnly={readOnly} onClose={close} />;
    case "environment-change":
      return <EnvironmentDialog id={screen.about.get()} readOnly={readOnly} onClose={close} />;
    case "environment-add":
      return <EnvironmentDialog id={null} readOnly={false} onClose={close} />;
  }
}
