/** What a design is called that nobody named: as its file, so that title and file name agree; before it has one, this. */
export const UNTITLED = "Untitled";

export function called(name: string | null, path: string | undefined): string {
  if (name && name !== UNTITLED) return name;
  const file = path?.split(/[/\\]/).pop() ?? "";
  return file.replace(/\.gplan$/, "") || UNTITLED;
}
