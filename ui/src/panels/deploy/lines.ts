// The lines of the Deploy panel: what the core reports, and below them the last verification and the time limit.
import type { DeployStatusDto } from "../../ipc/generated/DeployStatusDto";
import type { PlanChangeDto } from "../../ipc/generated/PlanChangeDto";
import type { RunLineDto } from "../../ipc/generated/RunLineDto";
import { plural } from "../facts";

export const ACTIONS: Record<string, { symbol: string; words: string }> = {
  create: { symbol: "+", words: "create" },
  update: { symbol: "~", words: "change" },
  replace: { symbol: "∓", words: "replace" },
  delete: { symbol: "−", words: "delete" },
  adopt: { symbol: "⊕", words: "take over" },
  forget: { symbol: "⊖", words: "forget" },
};

export function deployLines(status: DeployStatusDto | null): RunLineDto[] {
  if (!status) return [];
  const lines = [...status.lines];
  for (const cell of status.verification?.disagreements ?? []) {
    const tried = cell.tried ? `tried: ${cell.tried.replace("-", " ")}` : "not tried";
    lines.push({
      state: "failed",
      text: `“${cell.from}” → “${cell.to}” on ${cell.service}: ${cell.proven ? "should answer" : "should be blocked"}`,
      note: `${tried}; ${cell.because}`,
    });
  }
  for (const trace of status.verification?.traces ?? []) {
    const where = `“${trace.from}” → “${trace.to}” on ${trace.service}`;
    lines.push(
      { state: "skipped", text: `${where}, the proof's way`, note: trace.proof.join(" · ") },
      { state: "skipped", text: `${where}, the packets' way`, note: trace.packets.join(" · ") },
    );
  }
  if (status.endsIn !== undefined && status.state === "running") {
    const clock = { state: "clock", text: `Ends by itself in ${timeText(status.endsIn)}, or now:`, note: "" };
    // What is only remarked on comes last: the panel shows four lines at once.
    const remarks = lines.findIndex((one) => one.state === "skipped");
    lines.splice(remarks < 0 ? lines.length : remarks, 0, clock);
  }
  return lines;
}

/** Seconds as people say them: "58 min", "2 h 5 min", "40 s". */
export function timeText(seconds: number): string {
  if (seconds < 60) return `${Math.max(0, Math.round(seconds))} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  const rest = minutes % 60;
  return rest === 0 ? `${Math.floor(minutes / 60)} h` : `${Math.floor(minutes / 60)} h ${rest} min`;
}

export function secondsText(seconds: number | undefined): string {
  return seconds === undefined ? "" : seconds < 10 ? `${seconds.toFixed(2)} s` : `${seconds.toFixed(1)} s`;
}

export function changesText(changes: readonly PlanChangeDto[]): string {
  return `What ${plural(changes.length, "resource")} ${changes.length === 1 ? "holds" : "hold"}`;
}
