// When what runs ends by itself: counted down here between what the core tells, and put off.
import { useEffect, useMemo, useState } from "react";
import { Button } from "../../controls/button";
import { MenuButton } from "../../controls/menu";
import type { DeployStatusDto } from "../../ipc/generated/DeployStatusDto";
import { useWorkbench } from "../context";

const SOON = 120;

/** The status as it is by now. */
export function useLeft(status: DeployStatusDto | null): DeployStatusDto | null {
  const told = useMemo(() => ({ status, at: Date.now() }), [status]);
  const [now, setNow] = useState(told.at);
  const endsIn = status?.endsIn;
  const left = endsIn === undefined ? undefined : Math.max(0, endsIn - Math.max(0, now - told.at) / 1000);
  const soon = left !== undefined && left < SOON;
  useEffect(() => {
    if (endsIn === undefined) return;
    const timer = window.setInterval(() => setNow(Date.now()), soon ? 1000 : 10_000);
    return () => window.clearInterval(timer);
  }, [endsIn, soon]);
  return useMemo(
    () => (status === null || left === undefined ? status : { ...status, endsIn: left }),
    [status, left],
  );
}

const TIMES: readonly [string, number][] = [
  ["30 minutes", 1800],
  ["2 hours", 7200],
  ["8 hours", 28_800],
  ["1 day", 86_400],
];

/** The drawing stays as it is: only what runs ends later. */
export function Extend({ environment }: { environment: string }) {
  const { backend, session, ask } = useWorkbench();
  const extend = (seconds: number) =>
    void ask(backend.call("deploy_extend", { session: session.get(), environment, seconds }));
  const entries = TIMES.map(([title, seconds]) => ({
    id: String(seconds),
    title: `In ${title} from now`,
    run: () => extend(seconds),
  }));
  return (
    <MenuButton label="When it ends" groups={[entries]}>
      <Button small look="plain" icon="clock">
        Extend
      </Button>
    </MenuButton>
  );
}
