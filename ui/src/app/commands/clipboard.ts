// Copy and paste: shapes as text on the desktop's clipboard.
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
  if (cut) await workbench?.edit({ edit: "remove-resources", ids });
}

export async function paste({ desk, workbench, screen }: Reach, outerLinks: boolean): Promise<void> {
  if (!workbench) return;
  await copying.catch(() => undefined);
  const text = (await readClipboard()) ?? kept;
  if (text.trim() === "") return desk.say({ text: "There is nothing to paste" });
  const { x, y } = workbench.editor.clientToWorld(screen.pastePoint());
  const at: [number, number] = [Math.round(x / 8) * 8, Math.round(y / 8) * 8];
  const args = { session: desk.session.get(), text, at, outerLinks };
  const answer = await desk.ask(desk.backend.call("design_paste", args));
  if (answer) workbench.editor.select({ resources: answer.ids, links: [] });
}
