// Terminal: shells in servers of the running lab, one tab each.
import { useEffect, useRef, useState } from "react";
import { Button, Empty, IconButton } from "../../controls/button";
import { MenuButton } from "../../controls/menu";
import { HeadSlot } from "../../controls/slot";
import { titleOf, useReadable, useWorkbench } from "../context";
import { sentence } from "../finding";
import { labRuns, openTerminal, selectedInLab, shellsOf, siblings } from "./open";
import type { Shell, Shells } from "./shells";
import "./terminal.css";

export function Terminal() {
  const workbench = useWorkbench();
  const shells = shellsOf(workbench);
  const all = useReadable(shells.all);
  const key = useReadable(shells.chosen);
  useReadable(workbench.deploy);
  useReadable(workbench.editor.selection);
  const shell = all.find((one) => one.key === key);
  if (!shell) return <Nothing />;
  return (
    <div className="terminal">
      <HeadSlot>
        <Others shell={shell} shells={shells} />
      </HeadSlot>
      {all.length > 1 && <Row all={all} chosen={key} shells={shells} />}
      {shell.state === "over" && (
        <div className="terminal-over" role="status">
          <span className="grow">
            {workbenchName(shell)}: {sentence(shell.text)}
          </span>
          <Button small icon="renew" onPress={() => void shells.again(shell.key)}>
            Open again
          </Button>
          <Button small onPress={() => shells.close(shell.key)}>
            Close
          </Button>
        </div>
      )}
      <Shown key={shell.key} shell={shell} />
    </div>
  );
}

const workbenchName = (shell: Shell) => `${shell.server} in ${shell.environment}`;

function Nothing() {
  const workbench = useWorkbench();
  const id = selectedInLab(workbench);
  if (id !== null)
    return (
      <Empty text={`A shell in ${titleOf(workbench.document, id)}, with its network and its name servers`}>
        <Button small icon="launch" onPress={() => void openTerminal(workbench, id)}>
          Open terminal
        </Button>
      </Empty>
    );
  return (
    <Empty
      text={
        labRuns(workbench)
          ? "Double-click a running server for a shell in it"
          : "No lab runs here: deploy one, then double-click a server"
      }
    >
      {!labRuns(workbench) && (
        <Button small icon="play" onPress={() => workbench.run("deploy")}>
          Deploy…
        </Button>
      )}
    </Empty>
  );
}

/** One tab for each. */
function Row({ all, chosen, shells }: { all: readonly Shell[]; chosen: number; shells: Shells }) {
  return (
    <div className="terminal-row" role="toolbar" aria-label="Terminals">
      {all.map((shell) => (
        <span key={shell.key} className="terminal-tab" data-chosen={shell.key === chosen || undefined}>
          <button
            type="button"
            className="focus-ring"
            aria-pressed={shell.key === chosen}
            onClick={() => shells.choose(shell.key)}
          >
            {shell.server}
            {shell.state === "over" && <span className="muted"> (ended)</span>}
          </button>
          <IconButton
            icon="close"
            size="tiny"
            label={`Close the terminal of ${shell.server}`}
            onPress={() => shells.close(shell.key)}
          />
        </span>
      ))}
    </div>
  );
}

/** What else it is one of, and its end. */
function Others({ shell, shells }: { shell: Shell; shells: Shells }) {
  const workbench = useWorkbench();
  const [others, setOthers] = useState<string[]>([]);
  useEffect(() => {
    let asked = true;
    void siblings(workbench, shell.server).then((all) => asked && setOthers(all));
    return () => {
      asked = false;
    };
  }, [workbench, shell.server]);
  return (
    <>
      <span className="muted terminal-name" title={workbenchName(shell)}>
        {workbenchName(shell)}
      </span>
      {others.length > 1 && (
        <MenuButton
          label="Terminal of another instance"
          groups={[
            others.map((address) => ({
              id: address,
              title: address,
              run: () => void shells.open(shell.session, shell.environment, address),
            })),
          ]}
        >
          <IconButton icon="add" label="Terminal of another instance" />
        </MenuButton>
      )}
      <IconButton
        icon="close"
        label={`Close the terminal of ${shell.server}`}
        onPress={() => shells.close(shell.key)}
      />
    </>
  );
}

/** The screen lives on when another one is looked at. */
function Shown({ shell: { screen, server } }: { shell: Shell }) {
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const box = place.current;
    if (!box || !screen) return;
    box.append(screen.element);
    // Its size is known once it is laid out.
    const frame = requestAnimationFrame(() => screen.focus());
    return () => {
      cancelAnimationFrame(frame);
      screen.element.remove();
    };
  }, [screen]);
  return (
    <section className="terminal-place" ref={place} aria-label={`Terminal of ${server}; F6 leaves it`}>
      {!screen && <span className="muted terminal-wait">Opening…</span>}
    </section>
  );
}
