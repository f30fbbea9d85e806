// Calls of one design in the order in which they were made. On the way to the core two calls can overtake
// each other; a save must not overtake the edit before it.
import type { Answer, Arguments, CommandName } from "./backend";

export type Call = <N extends CommandName>(name: N, args: Arguments<N>) => Promise<Answer<N>>;

/** What changes a design or its file: the next call of the design waits for it. */
const CHANGES: ReadonlySet<CommandName> = new Set<CommandName>([
  "design_close",
  "design_edit",
  "design_layout",
  "design_merge",
  "design_paste",
  "design_recover",
  "design_redo",
  "design_reload",
  "design_save",
  "design_undo",
  // What is asked for after it must not be stopped by it.
  "export_cancel",
  "finding_fix",
  "finding_fix_all",
  "finding_waive",
]);

/** Changes go one by one; a question waits for the changes before it, and nothing waits for a question. */
export function inOrder(call: Call): Call {
  const last = new Map<number, Promise<unknown>>();
  return async (name, args) => {
    const session = sessionOf(args);
    if (session === undefined) return call(name, args);
    const before = last.get(session);
    const answer = before ? before.then(() => call(name, args)) : call(name, args);
    if (!CHANGES.has(name)) return answer;
    // A change that was refused is its caller's business: the next one goes all the same.
    const settled = answer.then(
      () => undefined,
      () => undefined,
    );
    last.set(session, settled);
    void settled.then(() => {
      if (last.get(session) === settled) last.delete(session);
    });
    return answer;
  };
}

function sessionOf(args: unknown): number | undefined {
  return (args as { session?: number } | undefined)?.session;
}
