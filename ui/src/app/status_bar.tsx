// The bar at the bottom: what runs, counts, what Undo would undo.

import { useCounts, useReadable, useSelected, useSetting, useWorkbench } from "../panels/context";
import { Elapsed } from "../panels/elapsed";
import { LIVE } from "../panels/lab_live";

const WORDS: Record<string, [string, string]> = {
  planning: ["busy", "Planning"],
  deploying: ["busy", "Deploying"],
  running: ["on", "running"],
  verifying: ["busy", "Verifying"],
  destroying: ["busy", "Destroying"],
  interrupted: ["warning", "Interrupted: continue or clean up"],
  failed: ["error", "Deploy failed"],
};

export interface StatusBarProps {
  connected: boolean;
  /** How far an automatic layout is, 0 to 1; null: none runs. */
  layingOut: number | null;
  onCancelLayout: () => void;
}

export function StatusBar({ connected, layingOut, onCancelLayout }: StatusBarProps) {
  const { deploy, environment, history, facts, run } = useWorkbench();
  const counts = useCounts();
  const status = useReadable(deploy);
  const chosen = useReadable(environment);
  const [live] = useSetting(LIVE, true);
  const { undo } = useReadable(history);
  const judged = useSelected(facts, (value) => value.revision >= 0);
  const [dot, words] = WORDS[status?.state ?? ""] ?? ["", "Nothing runs"];
  return (
    <footer className="status-bar">
      <button type="button" className="focus-ring" onClick={() => run("show-deploy")}>
        <span className={`dot ${dot}`} /> {status?.state === "running" ? `${capital(chosen)} running` : words}
        <Elapsed />
      </button>
      {status?.state === "running" && (
        <button
          type="button"
          className="live focus-ring"
          aria-pressed={live}
          title="Whether links show what they carry"
          onClick={() => run("live")}
        >
          <span className={`dot ${live ? "on" : ""}`} /> {live ? "Live" : "Live is off"}
        </button>
      )}
      <span>{counts}</span>
      {!judged && <span>Looking…</span>}
      {layingOut !== null && (
        <span className="work" role="status">
          Laying out… <progress value={layingOut} max={1} aria-label="Layout" />
          <button type="button" className="focus-ring" onClick={onCancelLayout}>
            Cancel layout
          </button>
        </span>
      )}
      {!connected && <span className="lost">Connection lost, trying again…</span>}
      <span className="grow" />
      {undo && (
        <button type="button" className="undo focus-ring" title={`Undo: ${undo}`} onClick={() => run("undo")}>
          <span className="cut">Undo: {undo}</span>
        </button>
      )}
    </footer>
  );
}

const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);
