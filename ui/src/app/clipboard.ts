// The system clipboard. It may be closed to us: a browser without permission, a page that is not served safely.
import type { Notice } from "../panels/context";

/** Whether the text is there now. */
export async function writeClipboard(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}

/** Whether the picture is there now. Some clipboards take none. */
export async function writeImage(image: Promise<Blob>): Promise<boolean> {
  try {
    await navigator.clipboard.write([new ClipboardItem({ "image/png": image })]);
    return true;
  } catch {
    return false;
  }
}

/** Null: we may not look, or there is no text. */
export async function readClipboard(): Promise<string | null> {
  try {
    return (await navigator.clipboard.readText()) || null;
  } catch {
    return null;
  }
}

/** Copies for somebody, and says whether it worked. */
export async function copyText(
  desk: { say(notice: Notice): void },
  text: string,
  said: string,
): Promise<void> {
  if (await writeClipboard(text)) desk.say({ text: said, kind: "ok" });
  else desk.say({ text: "Not copied: this window may not use the clipboard", kind: "error" });
}
