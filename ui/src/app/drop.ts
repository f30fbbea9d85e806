// A design, or a picture that carries one, dropped on the window. The desktop shell takes files itself and asks
// for their path; a browser has only their bytes.
import { useEffect, useState } from "react";
import type { Desk } from "./desk";

/** Larger files are none of ours. */
const LARGEST = 64 * 1024 * 1024;

/** True while a file is held over the window. */
export function useDrop(desk: Desk): boolean {
  const [over, setOver] = useState(false);
  useEffect(() => {
    const holdsFile = (event: DragEvent) => event.dataTransfer?.types.includes("Files") ?? false;
    const hold = (event: DragEvent) => {
      if (!holdsFile(event)) return;
      event.preventDefault();
      setOver(true);
    };
    const leave = (event: DragEvent) => {
      if (event.relatedTarget === null) setOver(false);
    };
    const drop = (event: DragEvent) => {
      if (!holdsFile(event)) return;
      event.preventDefault();
      setOver(false);
      const file = event.dataTransfer?.files[0];
      if (file) void openFile(desk, file);
    };
    window.addEventListener("dragover", hold);
    window.addEventListener("dragleave", leave);
    window.addEventListener("drop", drop);
    return () => {
      window.removeEventListener("dragover", hold);
      window.removeEventListener("dragleave", leave);
      window.removeEventListener("drop", drop);
    };
  }, [desk]);
  return over;
}

export async function openFile(desk: Desk, file: File): Promise<void> {
  if (file.size > LARGEST) return desk.say({ text: `${file.name} is too large for a design`, kind: "error" });
  const base64 = encoded(new Uint8Array(await file.arrayBuffer()));
  await desk.open(() => desk.backend.call("design_open_bytes", { base64 }));
}

function encoded(bytes: Uint8Array): string {
  let letters = "";
  // A call takes only so many arguments.
  for (let at = 0; at < bytes.length; at += 0x8000)
    letters += String.fromCharCode(...bytes.subarray(at, at + 0x8000));
  return btoa(letters);
}
