// Whom a plan disturbs: said before it is approved.
import { Mark } from "../../controls/icon";
import type { PlanDto } from "../../ipc/generated/PlanDto";
import { goTo, useWorkbench } from "../context";
import { plural } from "../facts";
import { addressTitle } from "../worded";

export function Disturbed({ plan }: { plan: PlanDto }) {
  const workbench = useWorkbench();
  const { disturbed } = plan;
  if (disturbed.length === 0) return null;
  const named = (id: string) => addressTitle(workbench.document, id);
  return (
    <details className="plan-disturbed">
      <summary className="focus-ring">
        <Mark state="warning" /> {plural(disturbed.length, "flow")} {disturbed.length === 1 ? "is" : "are"}{" "}
        disturbed; everything else goes on
      </summary>
      <ul>
        {disturbed.map((one) => (
          <li key={one.link} className="selectable">
            <button type="button" className="link focus-ring" onClick={() => goTo(workbench, one.link)}>
              {named(one.from)} → {named(one.to)}
            </button>{" "}
            <span className="muted">{one.because}</span>
          </li>
        ))}
      </ul>
    </details>
  );
}
