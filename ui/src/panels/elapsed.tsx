// How long what is under way in an environment takes by now. The core tells what it does, not since when: the clock
// starts when this window hears of it, and goes on whichever panel is looked at.
import { useEffect, useState } from "react";
import type { Readable } from "../document/signal";
import type { DeployStatusDto } from "../ipc/generated/DeployStatusDto";
import { useReadable, useWorkbench } from "./context";

/** States in which something is done. */
export const BUSY: ReadonlySet<string> = new Set(["planning", "deploying", "verifying", "destroying"]);

type Statuses = ReadonlyMap<string, DeployStatusDto>;
export type Begun = ReadonlyMap<string, { state: string; at: number }>;

/** When each began that is under way; what goes on in the same state keeps its beginning. */
export function begun(before: Begun, statuses: Statuses, now: number): Begun {
  const next = new Map<string, { state: string; at: number }>();
  for (const [environment, { state }] of statuses) {
    if (!BUSY.has(state)) continue;
    const known = before.get(environment);
    next.set(environment, known?.state === state ? known : { state, at: now });
  }
  return next;
}

/** One for each design that is open, wherever it is read from; the bar at the bottom keeps it going. */
const clocks = new WeakMap<Readable<Statuses>, Begun>();

/** Whole seconds since what is under way in the chosen environment began; shown from the first one on. */
export function Elapsed() {
  const { deployments, environment } = useWorkbench();
  const statuses = useReadable(deployments);
  const at = useBegun(deployments, statuses).get(useReadable(environment))?.at;
  const [now, setNow] = useState(0);
  useEffect(() => {
    if (at === undefined) return;
    setNow(Date.now());
    const timer = window.setInterval(() => setNow(Date.now()), 1000);
    return () => window.clearInterval(timer);
  }, [at]);
  const seconds = at === undefined ? 0 : Math.floor((now - at) / 1000);
  if (seconds < 1) return null;
  return (
    <span className="elapsed" role="timer">
      {seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`}
    </span>
  );
}

function useBegun(deployments: Readable<Statuses>, statuses: Statuses): Begun {
  const [known, setKnown] = useState<Begun>(() => clocks.get(deployments) ?? new Map());
  useEffect(() => {
    const next = begun(clocks.get(deployments) ?? new Map(), statuses, Date.now());
    clocks.set(deployments, next);
    setKnown(next);
  }, [deployments, statuses]);
  return known;
}
