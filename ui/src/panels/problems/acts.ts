// What is done with findings: each is one edit, or one call of the core.
import type { Workbench } from "../context";
import { plural } from "../facts";

export async function fixAll({ backend, session, ask, say }: Workbench, rule: string): Promise<void> {
  const answer = await ask(backend.call("finding_fix_all", { session: session.get(), rule }));
  if (!answer) return;
  if (answer.fixed === 0) say({ text: "None of them can be fixed by itself" });
  else say({ text: `${plural(answer.fixed, "finding")} fixed`, kind: "ok" });
}

/** A waiver goes out of the policy: what it set aside is a finding again. */
export async function takeBack({ document, edit, say }: Workbench, waiver: number): Promise<void> {
  const { policy } = document.design();
  const gone = policy.waiver?.[waiver];
  if (!gone) return;
  const name = `Take back the waiver of ${gone.rule}`;
  const next = { ...policy, waiver: policy.waiver?.filter((_, index) => index !== waiver) ?? [] };
  if (await edit({ edit: "batch", name, edits: [{ edit: "set-policy", policy: next }] }))
    say({ text: "Waiver taken back", kind: "ok" });
}
