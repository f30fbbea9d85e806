// Which environment an export is made for. Used by Code and Export.
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
