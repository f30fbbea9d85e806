// What is switched off in the running lab, said above what runs: it is no part of the drawing, and easily forgotten.
import { Button } from "../../controls/button";
import type { OffDto } from "../../ipc/generated/OffDto";
import { titleOf, useReadable, useWorkbench } from "../context";
import { plural } from "../facts";

const NAMED = 3;

export function SwitchedOff() {
  const { deploy, document, run } = useWorkbench();
  const off = useReadable(deploy)?.off ?? [];
  if (off.length === 0) return null;
  const names = off.slice(0, NAMED).map((one) => offTitle(document, one));
  const more = off.length > NAMED ? ` and ${off.length - NAMED} more` : "";
  return (
    <div className="deploy-bar deploy-off" role="status">
      <span className="grow">
        <strong>{plural(off.length, "thing")} switched off:</strong> {names.join(", ")}
        {more}
      </span>
      <Button small onPress={() => run("lab-all-on")}>
        {off.length > 1 ? "Switch all on" : "Switch on"}
      </Button>
    </div>
  );
}

/** "App 1" for `app[0]`, "zone a", "Visitors → Entry". */
function offTitle(document: Parameters<typeof titleOf>[0], { name }: OffDto): string {
  if (name.startsWith("zone:")) return `zone ${name.slice(name.lastIndexOf("/") + 1).replace("zone:", "")}`;
  if (name.startsWith("link:")) return titleOf(document, name.slice(5));
  const several = name.match(/^(.*)\[(\d+)\]$/);
  return several ? `${titleOf(document, several[1] ?? name)} [${several[2]}]` : titleOf(document, name);
}
