// Copy and paste: shapes as text on the desktop's clipboard.
import { whenAt } from "../../document/store";
import type { Arguments } from "../../ipc/backend";
import { readClipboard, writeClipboard } from "../clipboard";
import type { Reach } from "./command";

/** What was copied last, where the system clipboard is closed to us: it can be pasted in this window. */
let kept = "";

/** The copy under way: who pastes right behind it means what is being copied. */
let copying: Promise<unknown> = Promise.resolve();

export function copy(reach: Reach, cut: boolean): void {
  copying = copyNow(reach, cut);
}

async function copyNow({ desk, workbench }: Reach, cut: boolean): Promise<void> {
  const ids = [...(workbench?.editor.selection.get().resources ?? [])];
  if (ids.length === 0) return;
  const answer = await desk.ask(desk.backend.call("design_copy", { session: desk.session.get(), ids }));
  if (!answer) return;
  kept = (await writeClipboard(answer.text)) ? "" : answer.text;
  if (!cut || !workbench) return;
  workbench.editor.select({ resources: ids, links: [] });
  workbench.editor.run("delete");
}

/** At the pointer; where it is elsewhere, in the middle of the view. A table is shown first, and so is what has faults. */
export async function paste(reach: Reach, outerLinks: boolean): Promise<void> {
  const { desk, workbench, screen } = reach;
  if (!workbench) return;
  const { x, y } = workbench.editor.pointer() ?? workbench.editor.middle();
  await copying.catch(() => undefined);
  const text = (await readClipboard()) ?? kept;
  if (text.trim() === "") return desk.say({ text: "There is nothing to paste" });
  const at: [number, number] = [Math.round(x), Math.round(y)];
  const args = { session: desk.session.get(), text, at, outerLinks };
  const preview = await desk.ask(desk.backend.call("design_paste_preview", args));
  if (!preview) return;
  const go = () => void make(reach, args);
  if (preview.what !== "table" && preview.problems.length === 0) return go();
  screen.pasting.set({ preview, go });
  screen.dialog.set("paste");
}

async function make({ desk, workbench }: Reach, args: Arguments<"design_paste">): Promise<void> {
  const answer = await desk.ask(desk.backend.call("design_paste", args));
  if (!answer || !workbench) return;
  await whenAt(desk.document, answer.revision);
  workbench.editor.select({ resources: answer.ids, links: [] });
  workbench.editor.bringIntoView(answer.ids);
}
