import type { Answer } from "../answer.ts";
import { ByteSink } from "../byte-sink.ts";
import { sampleValueText } from "../wire/sample-value.ts";
import { csvCell, spreadsheetSafeCell } from "./csv-cell.ts";
import { secondsText } from "./seconds.ts";
import { writeLongRows } from "./long-rows.ts";
import { writeWideRows } from "./wide-rows.ts";

export interface CsvOptions {
  /**
   * `long` (the default): one row a sample, one column a label. `wide`: one row a moment, one column
   * a series.
   */
  readonly layout?: "long" | "wide";
  /** Keeps spreadsheets from running texts as formulas; byte fidelity otherwise. */
  readonly isSpreadsheetSafe?: boolean;
}

/** An answer as CSV with a header and CRLF line ends, in chunks. */
export function* renderCsv(
  answer: Answer,
  { layout = "long", isSpreadsheetSafe = false }: CsvOptions = {},
): Generator<Uint8Array<ArrayBuffer>> {
  const sink = new ByteSink();
  const cell = isSpreadsheetSafe ? spreadsheetSafeCell : csvCell;
  if (answer.type === "scalar" || answer.type === "string") {
    const value = answer.type === "scalar" ? sampleValueText(answer.value) : answer.value;
    sink.text(`name,timestamp,value\r\n,${secondsText(answer.timeMs)},${cell(value)}\r\n`);
  } else if (layout === "wide") {
    yield* writeWideRows(sink, answer, cell);
  } else {
    yield* writeLongRows(sink, answer, cell);
  }
  yield sink.take();
}
