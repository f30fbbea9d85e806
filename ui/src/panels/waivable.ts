// Which findings may be accepted as they are. A waiver says that a judgement was weighed and is lived with; where what
// is written cannot be read or means nothing, there is nothing to weigh, and where a target or a file says no, the
// core asks no waiver. The core's findings say which is which by their rule alone.
import type { DiagnosticDto } from "../ipc/generated/DiagnosticDto";

const words = (text: string) => text.trim().split(/\s+/);

/** What the file says is no value, has no name or names nothing: it is not used until it is put right. */
const WRITTEN_WRONG = words(`
  unfit-value unknown-attribute missing-attribute name-with-control-characters malformed-id unknown-kind
  unset-variable unreadable-variable misplaced-secret unfit-setting unfit-link-value unknown-service
  link-without-meaning link-to-nothing intent-to-nothing intent-without-expectation dangling-reference
  missing-parent cyclic-parents override-of-nothing override-not-possible region-of-nothing unknown-environment
  cidr-with-host-bits firewall-line-to-nothing record-to-nothing redirect-to-nothing
  damaged-file file-too-large key-too-deep newer-format not-utf-8 resource-without-kind unknown-format unknown-key
  unknown-section wrong-type`);
/** About waivers themselves: those are changed or taken back. */
const OF_WAIVERS = words("expired-waiver waiver-for-nothing waiver-without-rule");
/** What the target of a plan cannot do. */
const OF_TARGETS = words("lab-unavailable not-in-lab refused-by-provider no-counterpart");

/** Rules whose findings are put right or lived with, never accepted. */
export const NOT_WAIVED: ReadonlySet<string> = new Set([...WRITTEN_WRONG, ...OF_WAIVERS, ...OF_TARGETS]);

export function isWaivable({ rule, on }: Pick<DiagnosticDto, "rule" | "on">): boolean {
  return on !== "file" && !NOT_WAIVED.has(rule);
}
