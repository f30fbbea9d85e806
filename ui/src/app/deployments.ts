// What runs of the open design, in every environment of it. The core tells each change; what was going on
// before is asked for once. Closing looks at all of them, the bars at the chosen one.
import type { DesignJson } from "../document/model";
import { type Readable, type Signal, signal } from "../document/signal";
import type { Backend } from "../ipc/backend";
import type { DeployStatusDto } from "../ipc/generated/DeployStatusDto";

export interface Deployments {
  readonly all: Readable<ReadonlyMap<string, DeployStatusDto>>;
  /** What was drawn when the last plan was approved from here, for each environment. */
  readonly built: Signal<ReadonlyMap<string, DesignJson>>;
  /** Null: nothing is known of it. */
  in(environment: string): DeployStatusDto | null;
  take(status: DeployStatusDto): void;
  /** Asks the core what stands there; what it tells meanwhile counts more than the answer. */
  look(session: number, environments: readonly string[]): Promise<void>;
  /** Environments with a run or a verification in its middle. */
  underWay(): string[];
  /** Whether something stands anywhere, whole or in parts. */
  somethingRuns(): boolean;
  /** Another design is shown. */
  forget(): void;
}

const UNDER_WAY = new Set(["deploying", "verifying", "destroying"]);

export function createDeployments(backend: Backend): Deployments {
  const all = signal<ReadonlyMap<string, DeployStatusDto>>(new Map());
  const built = signal<ReadonlyMap<string, DesignJson>>(new Map());
  const known = (environment: string) => all.get().get(environment) ?? null;
  const take = (status: DeployStatusDto) => {
    const { environment, state } = status;
    if (state === "nothing" && built.get().has(environment))
      built.set(new Map([...built.get()].filter(([one]) => one !== environment)));
    all.set(new Map(all.get()).set(environment, status));
  };
  /** Answers for an earlier design come too late. */
  let shown = 0;

  const lookInto = async (session: number, environment: string) => {
    const before = known(environment);
    const design = shown;
    try {
      const status = await backend.call("deploy_status", { session, environment });
      if (design === shown && known(environment) === before) take(status);
    } catch {
      // Nothing known of a deployment is no news; the event will say when there is one.
    }
  };

  return {
    all,
    built,
    in: known,
    take,
    async look(session, environments) {
      const design = shown;
      // One after the other: each makes the core judge the design for that environment.
      for (const environment of environments) if (design === shown) await lookInto(session, environment);
    },
    underWay: () =>
      [...all.get().values()].filter(({ state }) => UNDER_WAY.has(state)).map((status) => status.environment),
    somethingRuns: () => [...all.get().values()].some(({ state }) => state !== "nothing"),
    forget() {
      shown += 1;
      all.set(new Map());
      built.set(new Map());
    },
  };
}
