// What is asked before a plan runs that cannot be taken back lightly: data that goes, a protected environment.
import { useState } from "react";
import { Button } from "../../controls/button";
import { Dialog } from "../../controls/dialog";
import { CheckBox, LiveBox } from "../../controls/fields";
import type { PlanDto } from "../../ipc/generated/PlanDto";
import { useWorkbench } from "../context";
import { addressTitle } from "../worded";
import { changesText } from "./lines";

interface AgreeProps {
  plan: PlanDto;
  onClose: () => void;
  onAgree: () => void;
}

/** Its name is typed: nobody changes production by a second click on the same place. */
export function ProtectedDialog({ plan, destroy, onClose, onAgree }: AgreeProps & { destroy: boolean }) {
  const { environment } = plan;
  const [typed, setTyped] = useState("");
  const agreed = typed.trim() === environment;
  return (
    <Dialog
      alert
      title={destroy ? `Destroy what runs in ${environment}?` : `Change ${environment}?`}
      onClose={onClose}
      foot={
        <>
          <Button onPress={onClose}>Cancel</Button>
          <Button look={destroy ? "danger" : "primary"} isDisabled={!agreed} onPress={onAgree}>
            {destroy ? `Destroy ${environment}` : `Deploy to ${environment}`}
          </Button>
        </>
      }
    >
      <p>
        This environment is protected. {changesText(plan.changes.filter(({ action }) => action !== "no-op"))}{" "}
        would be touched there.
      </p>
      <LiveBox
        label={`Type “${environment}” to go on`}
        value={typed}
        onChange={setTyped}
        autoFocus
        onKeyDown={(event) => {
          if (event.key === "Enter" && agreed) onAgree();
        }}
      />
    </Dialog>
  );
}

export function DataLossDialog({ plan, onClose, onAgree }: AgreeProps) {
  const { document } = useWorkbench();
  const [agreed, setAgreed] = useState(false);
  const lost = plan.changes.filter((change) => change.disturbs.includes("data-loss"));
  return (
    <Dialog
      alert
      title="This deletes data"
      onClose={onClose}
      foot={
        <>
          <Button onPress={onClose}>Keep the data</Button>
          <Button look="danger" isDisabled={!agreed} onPress={onAgree}>
            Delete and go on
          </Button>
        </>
      }
    >
      <p>{changesText(lost)} cannot be brought back afterwards:</p>
      <ul className="lost">
        {lost.slice(0, 12).map((change) => (
          <li key={change.address}>
            <strong title={change.address}>{addressTitle(document, change.address)}</strong>{" "}
            <span className="muted">{change.kind}</span>
          </li>
        ))}
        {lost.length > 12 && <li className="muted">and {lost.length - 12} more</li>}
      </ul>
      <CheckBox label={`I want this data deleted in ${plan.environment}`} value={agreed} onDone={setAgreed} />
    </Dialog>
  );
}
