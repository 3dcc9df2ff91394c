import type { AnnotatedAnswer } from "./answer.ts";
import { type CsvOptions, renderCsv } from "./csv/render-csv.ts";
import { type JsonOptions, renderJson } from "./json/render-json.ts";
import { limitSeries } from "./limit-series.ts";
import { renderNdjson } from "./ndjson/render-ndjson.ts";
import { renderParquet } from "./parquet/render-parquet.ts";
import type { ResultFormat } from "./result-format.ts";

/** How an answer is to be written; plain data. */
export interface ResultStyle {
  readonly format: ResultFormat;
  /** Where the format is CSV. */
  readonly csv?: CsvOptions;
}

/**
 * An answer in any format, in chunks. Only JSON has a place for warnings and statistics; the limit
 * counts for all.
 */
export function renderResult(
  answer: AnnotatedAnswer,
  { format, csv }: ResultStyle,
  options: JsonOptions,
): Generator<Uint8Array<ArrayBuffer>> {
  if (format === "json") return renderJson(answer, options);
  const { value } = limitSeries(answer.value, options.seriesMax ?? null);
  switch (format) {
    case "csv":
      return renderCsv(value, csv);
    case "ndjson":
      return renderNdjson(value);
    case "parquet":
      return renderParquet(value);
  }
}
