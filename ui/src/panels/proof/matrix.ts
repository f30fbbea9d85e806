// The matrix as rows and as CSV.
import type { MatrixCellDto } from "../../ipc/generated/MatrixCellDto";

/** What a cell comes to, for a mark and for who does not see it. */
export function matrixState(cell: MatrixCellDto): { mark: string; words: string } {
  if (cell.agrees === false) return { mark: "error", words: "proof and packets disagree" };
  return cell.proven ? { mark: "ok", words: "open" } : { mark: "skipped", words: "blocked" };
}

/** Cells that hold every word: those on which proof and packets disagree, then in the core's order. */
export function matrixRows(
  cells: readonly MatrixCellDto[],
  text: string,
  openOnly: boolean,
): MatrixCellDto[] {
  const words = text.trim().toLowerCase().split(/\s+/).filter(Boolean);
  const rows = cells.filter((cell) => {
    if (openOnly && !cell.proven) return false;
    const disagrees = cell.agrees === false ? " disagrees" : "";
    const whole = `${cell.from} ${cell.to} ${cell.service} ${cell.because}${disagrees}`.toLowerCase();
    return words.every((word) => whole.includes(word));
  });
  const differ = rows.filter((cell) => cell.agrees === false);
  return differ.length === 0 ? rows : [...differ, ...rows.filter((cell) => cell.agrees !== false)];
}

/** RFC 4180, with a header. A cell that a spreadsheet would run as a formula is made text. */
export function matrixCsv(cells: readonly MatrixCellDto[]): string {
  const lines = cells.map((cell) =>
    [
      cell.from,
      cell.to,
      cell.service,
      cell.proven ? "open" : "blocked",
      cell.tried ?? "",
      cell.agrees === undefined ? "" : cell.agrees ? "yes" : "no",
      cell.because,
    ]
      .map(csvField)
      .join(","),
  );
  return ["from,to,service,proof,packets,agrees,because", ...lines, ""].join("\r\n");
}

function csvField(text: string): string {
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
