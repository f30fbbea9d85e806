// One finding as a card, with its fixes and Waive…. Shown by the inspector.
import { useState } from "react";
import { Button } from "../controls/button";
import { Dialog } from "../controls/dialog";
import { LiveBox } from "../controls/fields";
import type { DiagnosticDto } from "../ipc/generated/DiagnosticDto";
import { useReadable, useWorkbench, type Workbench } from "./context";

/** Applies one fix and says what is left to say. */
export async function fixFinding({ backend, session, ask }: Workbench, finding: DiagnosticDto, fix: number) {
  await ask(backend.call("finding_fix", { session: session.get(), key: finding.key, fix }));
}

/** First letter large: messages are written small. */
export function sentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

export function FindingCard({ finding }: { finding: DiagnosticDto }) {
  const workbench = useWorkbench();
  const [waiving, setWaiving] = useState(false);
  const readOnly = useReadable(workbench.file).readOnly !== undefined;
  const controls = finding.controls.join(" · ");
  return (
    <article className={`finding ${finding.severity}`} aria-label={`${finding.severity}: ${finding.message}`}>
      <h2>{sentence(finding.message)}</h2>
      {(finding.why || controls) && (
        <p>
          {finding.why && `${sentence(finding.why).replace(/[.]?$/, ".")} `}
          {controls}
        </p>
      )}
      {!readOnly && (
        <div className="finding-actions">
          {finding.fixes.map((title, index) => (
            <Button key={title} small onPress={() => void fixFinding(workbench, finding, index)}>
              {title}
            </Button>
          ))}
          <Button small look={finding.fixes.length > 0 ? "normal" : "plain"} onPress={() => setWaiving(true)}>
            Waive…
          </Button>
        </div>
      )}
      {waiving && <WaiveDialog finding={finding} onClose={() => setWaiving(false)} />}
    </article>
  );
}

const DATE = /^\d{4}-\d{2}-\d{2}$/;

export function WaiveDialog({ finding, onClose }: { finding: DiagnosticDto; onClose: () => void }) {
  const { backend, session, ask, say, settings } = useWorkbench();
  const [reason, setReason] = useState("");
  const [owner, setOwner] = useState(settings.get("waiver.owner", ""));
  const [expires, setExpires] = useState("");
  const dateWrong = expires !== "" && !DATE.test(expires) ? "give a day like 2027-03-31" : undefined;
  const ready = reason.trim() !== "" && owner.trim() !== "" && !dateWrong;
  const send = async () => {
    if (!ready) return;
    const until = expires === "" ? {} : { expires };
    const words = { reason: reason.trim(), owner: owner.trim(), ...until };
    const done = await ask(
      backend.call("finding_waive", { session: session.get(), key: finding.key, ...words }),
    );
    if (!done) return;
    settings.set("waiver.owner", owner.trim());
    say({ text: "Finding waived", kind: "ok" });
    onClose();
  };
  return (
    <Dialog
      title={`Waive “${finding.message}”`}
      onClose={onClose}
      foot={
        <>
          <Button onPress={onClose}>Cancel</Button>
          <Button look="primary" isDisabled={!ready} onPress={() => void send()}>
            Waive
          </Button>
        </>
      }
    >
      <p className="muted">
        It stays in the design’s policy with your reason, and comes back when it expires.
      </p>
      <LiveBox
        label="Reason"
        value={reason}
        onChange={setReason}
        autoFocus
        placeholder="rebuilt every night"
      />
      <LiveBox label="Who accepts it" value={owner} onChange={setOwner} placeholder="shop-team" />
      <LiveBox
        label="Until, last day"
        value={expires}
        onChange={setExpires}
        placeholder="2027-03-31, or empty"
        {...(dateWrong ? { wrong: dateWrong } : {})}
      />
    </Dialog>
  );
}
