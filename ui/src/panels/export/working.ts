// An export while the core works at it: how far it is, and that it stops when nobody waits for it any more.
import { useEffect, useMemo, useRef, useState } from "react";
import { asBackendError } from "../../ipc/backend";
import type { Workbench } from "../context";

export interface Working {
  /** Of what takes long, from 0 to 1; else null. */
  far: number | null;
  /** The answer of a call that exports; undefined where it was refused, which is said, or stopped. */
  wait<T>(answer: Promise<T>): Promise<T | undefined>;
  /** Stops what is waited for. */
  stop(): void;
}

export function useWorking({ backend, session, ask }: Workbench): Working {
  const [far, setFar] = useState<number | null>(null);
  const waiting = useRef(0);
  useEffect(
    () =>
      backend.events((event) => {
        if (event.event === "exporting" && event.session === session.get())
          setFar(event.done < event.of ? event.done / event.of : null);
      }),
    [backend, session],
  );
  const calls = useMemo(() => {
    const stop = () => {
      if (waiting.current > 0) void ask(backend.call("export_cancel", { session: session.get() }));
    };
    const wait = async <T>(answer: Promise<T>): Promise<T | undefined> => {
      waiting.current += 1;
      const heard = answer.catch((thrown: unknown) => {
        if (asBackendError(thrown).code === "stopped") return undefined;
        throw thrown;
      });
      return ask(heard).finally(() => {
        waiting.current -= 1;
      });
    };
    return { stop, wait };
  }, [backend, session, ask]);
  useEffect(() => calls.stop, [calls]);
  return { far, ...calls };
}
