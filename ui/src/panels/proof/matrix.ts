// The matrix as rows and as CSV.
import type { MatrixCellDto } from "../../ipc/generated/MatrixCellDto";

/** Cells that hold every word, in the core's order. */
export function matrixRows(
  cells: readonly MatrixCellDto[],
  text: string,
  openOnly: boolean,
): MatrixCellDto[] {
  const words = text.trim().toLowerCase().split(/\s+/).filter(Boolean);
  return cells.filter((cell) => {
    if (openOnly && !cell.proven) return false;
    const whole = `${cell.from} ${cell.to} ${cell.service} ${cell.because}`.toLowerCase();
    return words.every((word) => whole.includes(word));
  });
}

/** RFC 4180, with a header. A cell that a spreadsheet would run as a formula is made text. */
export function matrixCsv(cells: readonly MatrixCellDto[]): string {
  const lines = cells.map((cell) =>
    [cell.from, cell.to, cell.service, cell.proven ? "open" : "blocked", cell.tried ?? "", cell.because]
      .map(csvField)
      .join(","),
  );
  return ["from,to,service,proof,packets,because", ...lines, ""].join("\r\n");
}

function csvField(text: string): string {
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
