// A packet's way, hop by hop; a hop that stops it is marked. A click shows the thing on the drawing.
import { Mark } from "../../controls/icon";
import type { TraceDto } from "../../ipc/generated/TraceDto";
import { goTo, useWorkbench } from "../context";
import { sentence } from "../finding";

export function Trace({ trace }: { trace: TraceDto }) {
  const workbench = useWorkbench();
  return (
    <section className="trace" aria-label={`way of ${trace.service}`}>
      <p className="muted selectable">
        {trace.source} → {trace.destination} · {trace.service} · {trace.arrives ? "arrives" : "is stopped"}
      </p>
      <ol>
        {trace.hops.map((hop, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a way is its hops in order
          <li key={index} className={hop.passes ? "hop" : "hop blocked"}>
            <Mark state={hop.passes ? "ok" : "error"} />
            <button
              type="button"
              className="focus-ring"
              disabled={hop.id === undefined}
              onClick={() => hop.id && goTo(workbench, hop.id)}
            >
              <span>{sentence(hop.what)}</span> <span className="muted">{hop.because}</span>
            </button>
          </li>
        ))}
      </ol>
    </section>
  );
}
