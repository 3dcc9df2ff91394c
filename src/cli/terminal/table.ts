/** Tables for people: columns aligned by what a terminal shows, not by characters. */
import stringWidth from "string-width";
import { printable } from "./printable.ts";
import type { Output } from "./terminal.ts";

export interface Column<Row> {
  readonly title: string;
  readonly value: (row: Row) => string | number;
  /** Numbers stand right, so that their digits do. */
  readonly align?: "left" | "right";
}

/** Between columns. */
const GAP = "  ";

/**
 * Writes a title line and a line for each row. The last left-aligned column is cut where a terminal
 * is too narrow, never in a pipe.
 */
export function printTable<Row>(
  output: Output,
  columns: readonly Column<Row>[],
  rows: readonly Row[],
): void {
  const cells = rows.map((row) => columns.map((column) => printable(String(column.value(row)))));
  const titles = columns.map((column) => column.title);
  const widths = titles.map((title, index) =>
    Math.max(stringWidth(title), ...cells.map((line) => stringWidth(line[index] ?? ""))),
  );
  const line = (texts: readonly string[]): string =>
    texts
      .map((text, index) => pad(text, widths[index] ?? 0, columns[index]?.align ?? "left"))
      .join(GAP)
      .trimEnd();
  output.line(output.style("bold", fit(line(titles), output)));
  for (const texts of cells) output.line(fit(line(texts), output));
}

function pad(text: string, width: number, align: "left" | "right"): string {
  const blanks = " ".repeat(Math.max(0, width - stringWidth(text)));
  return align === "right" ? blanks + text : text + blanks;
}

const segmenter = new Intl.Segmenter();

function fit(line: string, output: Output): string {
  if (!output.isTerminal || stringWidth(line) <= output.columns) return line;
  let width = 1;
  let kept = "";
  for (const { segment } of segmenter.segment(line)) {
    width += stringWidth(segment);
    if (width > output.columns) break;
    kept += segment;
  }
  return `${kept}…`;
}
