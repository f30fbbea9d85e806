// One finding as a card, with its fixes and Waive…. Shown by the inspector.
import { type ReactNode, useEffect, useState } from "react";
import { Button } from "../controls/button";
import { Dialog } from "../controls/dialog";
import { LiveBox } from "../controls/fields";
import type { EditJson, PolicyJson, WaiverJson } from "../document/model";
import type { DocumentStore } from "../document/store";
import type { DiagnosticDto } from "../ipc/generated/DiagnosticDto";
import { useReadable, useWorkbench, type Workbench } from "./context";
import { isWaivable } from "./waivable";
import { Worded, wordedText } from "./worded";

/** Applies one fix and says what is left to say. */
export async function fixFinding({ backend, session, ask }: Workbench, finding: DiagnosticDto, fix: number) {
  await ask(backend.call("finding_fix", { session: session.get(), key: finding.key, fix }));
}

/** First letter large: messages are written small. */
export function sentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** A finding's message with titles for ids; the attribute that it is about, or the id itself, stays as it is spelled. */
export function Message({ finding }: { finding: DiagnosticDto }) {
  const { document } = useWorkbench();
  return <Worded document={document} text={sentence(finding.message)} about={aboutOf(finding)} />;
}

export function messageText(document: DocumentStore, finding: DiagnosticDto): string {
  return wordedText(document, finding.message, aboutOf(finding));
}

/** For whoever looks it up in the file or asks somebody else: with the id, which the message may not say. */
export function copyOf({ id, message }: DiagnosticDto): string {
  return id === undefined || message.includes(`“${id}”`) ? message : `${message} (${id})`;
}

const aboutOf = ({ rule, id, related, attribute }: DiagnosticDto) => ({
  ids: id === undefined ? related : [id, ...related],
  keep: rule === "malformed-id" ? id : attribute?.split(".")[0],
});

/** `gone`: why there is nothing to be done about it any more. */
export function FindingCard({ finding, gone }: { finding: DiagnosticDto; gone?: string | undefined }) {
  const workbench = useWorkbench();
  const [asked, setAsked] = useState<"waive" | "explain">();
  const fixed = useReadable(workbench.file).readOnly !== undefined || gone !== undefined;
  const controls = finding.controls.join(" · ");
  const close = () => setAsked(undefined);
  const name = `${finding.severity}: ${messageText(workbench.document, finding)}`;
  return (
    <article className={`finding ${finding.severity}`} aria-label={name}>
      <h2 className="selectable" title={finding.id}>
        <Message finding={finding} />
      </h2>
      {(finding.why || controls) && (
        <p>
          {finding.why && `${sentence(finding.why).replace(/[.]?$/, ".")} `}
          {controls}
        </p>
      )}
      {gone && <p>{gone}</p>}
      <div className="finding-actions">
        {!fixed &&
          finding.fixes.map((title, index) => (
            <Button key={title} small onPress={() => void fixFinding(workbench, finding, index)}>
              {title}
            </Button>
          ))}
        {!fixed && isWaivable(finding) && (
          <Button
            small
            look={finding.fixes.length > 0 ? "normal" : "plain"}
            onPress={() => setAsked("waive")}
          >
            Waive…
          </Button>
        )}
        <Button small look="plain" onPress={() => setAsked("explain")}>
          Explain
        </Button>
      </div>
      {asked === "waive" && <WaiveDialog findings={[finding]} onClose={close} />}
      {asked === "explain" && <ExplainDialog finding={finding} onClose={close} />}
    </article>
  );
}

/** The rule's own page: what is bad, what is good, and why. */
export function ExplainDialog({ finding, onClose }: { finding: DiagnosticDto; onClose: () => void }) {
  const { backend } = useWorkbench();
  const [page, setPage] = useState<string>();
  const { rule } = finding;
  useEffect(() => {
    let wanted = true;
    backend.call("finding_explain", { rule }).then(
      ({ text }) => wanted && setPage(text ?? ""),
      // The finding itself is still worth reading.
      () => wanted && setPage(""),
    );
    return () => {
      wanted = false;
    };
  }, [backend, rule]);
  return (
    <Dialog
      title={sentence(rule.replaceAll("-", " "))}
      onClose={onClose}
      foot={<Button onPress={onClose}>Close</Button>}
    >
      <p>
        <Message finding={finding} />
      </p>
      {finding.why && <p className="muted">{sentence(finding.why)}</p>}
      {page === undefined ? <p className="muted">Looking it up…</p> : <Page text={page} />}
    </Dialog>
  );
}

/** A rule's page in words. Its examples are in the notation of tests, for those who write rules. */
function Page({ text }: { text: string }) {
  const [words = ""] = text
    .replace(/^#+ .*$/gm, "")
    .replace(/^\*\w+\* · /m, "")
    .split("\nFires:\n");
  return (
    <div className="explained selectable">
      {words
        .trim()
        .split(/\n{2,}/)
        .map((part) => (
          <p key={part}>{coded(part)}</p>
        ))}
    </div>
  );
}

/** What stands between backticks is set as code. */
function coded(text: string): ReactNode[] {
  return text.split("`").map((piece, index) => {
    // biome-ignore lint/suspicious/noArrayIndexKey: parts of a text have no identity but their place
    return index % 2 === 1 ? <code key={index}>{piece}</code> : piece;
  });
}

const DAY = /^\d{4}-\d{2}-\d{2}$/;

/** Whether a text is a day of the calendar. */
export function isDay(text: string): boolean {
  const day = new Date(`${text}T00:00:00Z`);
  return DAY.test(text) && !Number.isNaN(day.getTime()) && day.toISOString().startsWith(text);
}

/** What is wrong with the last day of a waiver. It holds through that day: today is not too late. */
export function lastDayWrong(text: string, today: string): string | undefined {
  if (text === "") return undefined;
  if (!isDay(text)) return "give a day like 2027-03-31";
  return text < today ? "choose a day to come" : undefined;
}

/** The day of now, as the core reckons it. */
const today = () => new Date().toISOString().slice(0, 10);

/** One edit that accepts the findings: a waiver for each place, so that the next one is found all the same. */
export function waiveEdit(findings: readonly DiagnosticDto[], words: Partial<WaiverJson>): EditJson {
  const seen = new Set<string>();
  const edits = findings.flatMap(({ rule, id, on }): EditJson[] => {
    const resource = ["resource", "link", "intent", "environment"].includes(on) ? id : undefined;
    const place = `${rule} ${resource ?? ""}`;
    if (seen.has(place)) return [];
    seen.add(place);
    return [{ edit: "add-waiver", waiver: { rule, ...(resource ? { resource } : {}), ...words } }];
  });
  const [first] = findings;
  const name = findings.length === 1 ? `Waive ${first?.rule}` : `Waive ${findings.length} × ${first?.rule}`;
  return { edit: "batch", name, edits };
}

/** The number of the waiver that an expired one's finding is about. */
export function endedWaiver(policy: PolicyJson, { rule, message }: DiagnosticDto): number {
  if (rule !== "expired-waiver") return -1;
  const says = (word: string | undefined) => word === undefined || message.includes(word);
  return (policy.waiver ?? []).findIndex(
    (one) =>
      message.includes(`“${one.rule}”`) &&
      says(one.resource && `“${one.resource}”`) &&
      says(one.expires) &&
      one.expires !== undefined,
  );
}

export function WaiveDialog(props: { findings: readonly DiagnosticDto[]; onClose: () => void }) {
  const { findings, onClose } = props;
  const { document, edit, say } = useWorkbench();
  const [first, ...others] = findings;
  const many = others.length > 0;
  const send = async (words: WaiverWords) => {
    if (!(await edit(waiveEdit(findings, words)))) return;
    say({ text: many ? `${findings.length} findings waived` : "Finding waived", kind: "ok" });
    onClose();
  };
  return (
    <WaiverForm
      title={many || !first ? `Waive ${findings.length} findings` : `Waive: ${messageText(document, first)}`}
      act="Waive"
      onClose={onClose}
      onSend={send}
    >
      {many ? "They stay" : "It stays"} in the design’s policy with your reason, and{" "}
      {many ? "come back when they end." : "comes back when it ends."}
    </WaiverForm>
  );
}

/** Reason, owner and last day of a waiver that is there: also one that ended gets a new day so. */
export function WaiverDialog({ index, onClose }: { index: number; onClose: () => void }) {
  const { document, edit } = useWorkbench();
  const { policy } = document.design();
  const old = policy.waiver?.[index];
  if (!old) return null;
  const send = async (words: WaiverWords) => {
    const { expires: _, ...rest } = old;
    const next = policy.waiver?.map((one, at) => (at === index ? { ...rest, ...words } : one)) ?? [];
    const edits: EditJson[] = [{ edit: "set-policy", policy: { ...policy, waiver: next } }];
    if (await edit({ edit: "batch", name: `Change the waiver of ${old.rule}`, edits })) onClose();
  };
  return (
    <WaiverForm title={`Waiver of ${old.rule}`} act="Change" old={old} onClose={onClose} onSend={send}>
      {old.resource
        ? `It sets aside what this rule finds on ${old.resource}.`
        : "It sets aside all that this rule finds."}
    </WaiverForm>
  );
}

type WaiverWords = Pick<WaiverJson, "reason" | "owner" | "expires">;

interface WaiverFormProps {
  title: string;
  act: string;
  old?: WaiverJson;
  onClose: () => void;
  onSend: (words: WaiverWords) => Promise<void>;
  children: ReactNode;
}

function WaiverForm({ title, act, old, onClose, onSend, children }: WaiverFormProps) {
  const { settings } = useWorkbench();
  const [reason, setReason] = useState(old?.reason ?? "");
  const [owner, setOwner] = useState(old?.owner ?? settings.get("waiver.owner", ""));
  const [expires, setExpires] = useState(old?.expires ?? "");
  const [tried, setTried] = useState(false);
  const dateWrong = lastDayWrong(expires, today());
  const needed = (text: string, words: string) => (tried && text.trim() === "" ? { wrong: words } : {});
  const ready = reason.trim() !== "" && owner.trim() !== "" && !dateWrong;
  const send = () => {
    setTried(true);
    if (!ready) return;
    settings.set("waiver.owner", owner.trim());
    void onSend({ reason: reason.trim(), owner: owner.trim(), ...(expires === "" ? {} : { expires }) });
  };
  const onEnter = (event: { key: string }) => event.key === "Enter" && send();
  return (
    <Dialog
      title={title}
      onClose={onClose}
      foot={
        <>
          <Button onPress={onClose}>Cancel</Button>
          <Button look="primary" isDisabled={dateWrong !== undefined} onPress={send}>
            {act}
          </Button>
        </>
      }
    >
      <p className="muted">{children}</p>
      <LiveBox
        label="Reason"
        value={reason}
        onChange={setReason}
        onKeyDown={onEnter}
        autoFocus
        placeholder="like: rebuilt every night"
        {...needed(reason, "say why it may stay")}
      />
      <LiveBox
        label="Who accepts it"
        value={owner}
        onChange={setOwner}
        onKeyDown={onEnter}
        placeholder="like: shop-team"
        {...needed(owner, "say who accepts it, a person or a team")}
      />
      <LiveBox
        label="Until, last day"
        value={expires}
        onChange={setExpires}
        onKeyDown={onEnter}
        placeholder="like: 2027-03-31, or empty for good"
        {...(dateWrong ? { wrong: dateWrong } : {})}
      />
    </Dialog>
  );
}
