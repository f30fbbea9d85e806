// Where this machine gives no lab: the same environment in Docker, by one act.
import type { DesignJson, EditJson, Id } from "../../document/model";
import type { DiagnosticDto } from "../../ipc/generated/DiagnosticDto";

/** The act that moves an environment's lab into Docker; none where that is not what is in the way. */
export function intoDocker(
  findings: readonly Pick<DiagnosticDto, "rule">[],
  id: Id,
  environments: DesignJson["environments"],
): EditJson | undefined {
  if (!findings.some(({ rule }) => rule === "lab-unavailable")) return undefined;
  const environment = environments[id] ?? { provider: "lab" as const };
  if (environment.provider !== "lab") return undefined;
  return { edit: "set-environment", id, environment: { ...environment, provider: "docker" } };
}
