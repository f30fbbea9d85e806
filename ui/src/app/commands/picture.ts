// Copying the selection for other programs: as a picture, as SVG, as text.
import { PLAIN, pictureOf } from "../../panels/export/picture";
import { writeClipboard, writeImage } from "../clipboard";
import type { Command, Reach } from "./command";
import { open } from "./command";
import { outlineText } from "./outline_text";

const entry = (id: string, title: string, search: string, run: Command["run"]): Command => ({
  id,
  title,
  group: "Edit",
  search,
  when: open,
  run,
});

export const PICTURE: readonly Command[] = [
  entry("copy-png", "Copy as PNG", "picture image clipboard", (reach) => void copyPng(reach)),
  entry("copy-svg", "Copy as SVG", "picture vector clipboard", (reach) => void copySvg(reach)),
  entry("copy-text", "Copy as text", "outline list clipboard", (reach) => void copyText(reach)),
];

/** The bytes of a picture of the selection; of everything, where nothing is selected. */
async function bytesOf({ desk, workbench }: Reach, format: "png" | "svg"): Promise<Uint8Array<ArrayBuffer>> {
  if (!workbench) throw new Error("no design is open");
  const what = workbench.editor.selection.get().resources.length > 0 ? "selection" : "all";
  const choice = { ...PLAIN, what, theme: desk.theme.get() } as const;
  const made = await desk.backend.call("export_picture", {
    session: desk.session.get(),
    environment: desk.environment.get(),
    format,
    picture: pictureOf(choice, workbench, new Date()),
  });
  if (!made.base64) throw new Error(made.diagnostics[0]?.message ?? "the picture is empty");
  return Uint8Array.from(atob(made.base64), (letter) => letter.charCodeAt(0));
}

const said = ({ workbench }: Reach, how: string) => {
  const count = workbench?.editor.selection.get().resources.length ?? 0;
  return `${count === 0 ? "Everything" : count === 1 ? "The selection" : `${count} things`} copied as ${how}`;
};

async function copyPng(reach: Reach): Promise<void> {
  const { desk } = reach;
  // The clipboard takes a promise, so that the gesture that allows it is not over when the picture is made.
  const image = bytesOf(reach, "png").then((bytes) => new Blob([bytes], { type: "image/png" }));
  if (await writeImage(image)) return desk.say({ text: said(reach, "a picture"), kind: "ok" });
  const fault = await image.then(
    () => "Not copied: this window’s clipboard takes no pictures",
    (thrown: Error) => thrown.message,
  );
  const action = { title: "Export…", run: () => reach.screen.dialog.set("export") };
  desk.say({ text: fault, kind: "error", action });
}

async function copySvg(reach: Reach): Promise<void> {
  const bytes = await reach.desk.ask(bytesOf(reach, "svg"));
  if (bytes) await copyWords(reach, new TextDecoder().decode(bytes), "SVG");
}

async function copyText(reach: Reach): Promise<void> {
  const { workbench } = reach;
  if (!workbench) return;
  const text = outlineText(
    workbench.document,
    workbench.facts.get(),
    workbench.editor.selection.get().resources,
  );
  await copyWords(reach, text, "text");
}

async function copyWords(reach: Reach, text: string, how: string): Promise<void> {
  if (await writeClipboard(text)) reach.desk.say({ text: said(reach, how), kind: "ok" });
  else reach.desk.say({ text: "Not copied: this window may not use the clipboard", kind: "error" });
}
