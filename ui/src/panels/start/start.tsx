// Start: templates as pictures drawn by the product, recent designs, New, Open; nothing else.
import { useEffect, useState } from "react";
import { Button } from "../../controls/button";
import { Icon } from "../../controls/icon";
import { Picture } from "../../controls/picture";
import { called } from "../../document/called";
import type { ThemeName } from "../../editor/editor";
import type { Backend } from "../../ipc/backend";
import type { RecentDto } from "../../ipc/generated/RecentDto";
import type { StartDto } from "../../ipc/generated/StartDto";
import type { TemplateDto } from "../../ipc/generated/TemplateDto";
import { plural } from "../facts";
import { whenText } from "./when";
import "./start.css";

export interface StartProps {
  backend: Backend;
  theme: ThemeName;
  busy: boolean;
  onNew: () => void;
  onOpen: () => void;
  onTemplate: (id: string) => void;
  onRecent: (path: string) => void;
  onError: (thrown: unknown) => void;
}

export function Start(props: StartProps) {
  const { backend, theme, busy, onError } = props;
  const [page, setPage] = useState<StartDto>();
  useEffect(() => {
    let wanted = true;
    backend.call("start_page", undefined).then((answer) => wanted && setPage(answer), onError);
    return () => {
      wanted = false;
    };
  }, [backend, onError]);
  return (
    <main className="start" aria-busy={busy} aria-label="Start" tabIndex={-1}>
      <div className="start-inner">
        <header>
          <span className="start-logo">
            <Icon name="logo" size={26} />
          </span>
          <h1>Groundplan</h1>
          <span className="grow" />
          <Button icon="open" isDisabled={busy} onPress={props.onOpen}>
            Open…
          </Button>
          <Button look="primary" icon="add" isDisabled={busy} onPress={props.onNew}>
            New design
          </Button>
        </header>
        {page && page.recent.length > 0 && (
          <Recent all={page.recent} theme={theme} onRecent={props.onRecent} />
        )}
        {page && page.templates.length > 0 && (
          <section aria-label="Templates">
            <h2>Begin with a template</h2>
            <div className="start-grid">
              {page.templates.map((template) => (
                <TemplateCard
                  key={template.id}
                  template={template}
                  theme={theme}
                  onOpen={() => props.onTemplate(template.id)}
                />
              ))}
            </div>
          </section>
        )}
      </div>
    </main>
  );
}

/** So many fill one row of a window of common width: the templates below stay in sight. */
const FEW = 3;

function Recent({
  all,
  theme,
  onRecent,
}: {
  all: RecentDto[];
  theme: ThemeName;
  onRecent: (path: string) => void;
}) {
  const [whole, setWhole] = useState(false);
  const hidden = all.length - FEW;
  return (
    <section aria-label="Recent designs">
      <h2>
        <span>Recent</span>
        {hidden > 0 && (
          <Button look="plain" small onPress={() => setWhole(!whole)}>
            {whole ? "Show fewer" : `Show ${hidden} more`}
          </Button>
        )}
      </h2>
      <div className="start-grid">
        {(whole ? all : all.slice(0, FEW)).map((recent) => (
          <RecentCard key={recent.path} recent={recent} theme={theme} onOpen={() => onRecent(recent.path)} />
        ))}
      </div>
    </section>
  );
}

function TemplateCard({
  template,
  theme,
  onOpen,
}: {
  template: TemplateDto;
  theme: ThemeName;
  onOpen: () => void;
}) {
  return (
    <button type="button" className="start-card focus-ring" data-template={template.id} onClick={onOpen}>
      <span className="start-picture">
        <Picture svg={theme === "dark" ? template.pictureDark : template.pictureLight} alt="" />
      </span>
      <strong className="cut">{template.title}</strong>
      <span className="start-summary">{template.summary}</span>
    </button>
  );
}

function RecentCard({ recent, theme, onOpen }: { recent: RecentDto; theme: ThemeName; onOpen: () => void }) {
  return (
    <button
      type="button"
      className="start-card focus-ring"
      disabled={!recent.exists}
      title={
        !recent.saved
          ? "In no file yet: it was open when the program ended"
          : recent.exists
            ? recent.path
            : `${recent.path} is not there any more`
      }
      data-path={recent.path}
      onClick={onOpen}
    >
      <span className="start-picture">
        <Preview svg={theme === "dark" ? recent.pictureDark : recent.pictureLight} />
      </span>
      <strong className="cut">{called(recent.name, recent.saved ? recent.path : undefined)}</strong>
      <Flags recent={recent} />
      <span className="start-summary cut">
        {recent.saved ? recent.path.split(/[/\\]/).pop() : "not saved"} ·{" "}
        {recent.exists ? whenText(recent.at, new Date()) : "not there any more"}
      </span>
    </button>
  );
}

/** A very large design has none, nor has one that is not there any more. */
function Preview({ svg }: { svg: string }) {
  return svg === "" ? <Icon name="document" size={26} /> : <Picture svg={svg} alt="" />;
}

/** What somebody should know before opening it. */
function Flags({ recent: { unsaved, deployed } }: { recent: RecentDto }) {
  if (unsaved === 0 && deployed.length === 0) return null;
  return (
    <span className="start-flags">
      {unsaved > 0 && <span className="start-flag unsaved">{plural(unsaved, "unsaved edit")}</span>}
      {deployed.length > 0 && (
        <span className="start-flag deployed cut">Deployed to {deployed.join(", ")}</span>
      )}
    </span>
  );
}
