// Which environment an export is made for, and why one is empty. Used by Code and Export.
import type { DesignJson } from "../document/model";
import type { ExportFormat } from "../ipc/backend";

/** Whether a format is meant for a provider. */
export function fits({ providers }: ExportFormat, provider: string): boolean {
  return providers.length === 0 || providers.includes(provider);
}

/** The chosen environment, or the first that the format is for: Terraform of a lab says nothing. */
export function fittingEnvironment(
  format: ExportFormat | undefined,
  environments: DesignJson["environments"],
  chosen: string,
): string {
  if (!format || fits(format, environments[chosen]?.provider ?? "lab")) return chosen;
  return Object.keys(environments).find((id) => fits(format, environments[id]?.provider ?? "lab")) ?? chosen;
}

/** Of an export without files: what of the file or of the design stands in its way, as far as that is known. */
export function whyNothing(readOnly: string | undefined, notes: readonly string[]): string {
  const why = readOnly ?? notes[0];
  return why === undefined
    ? "This format has nothing to say about the design"
    : `Nothing is exported: ${why}`;
}
