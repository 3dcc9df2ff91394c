import { OperatingError } from "#lib/operating-error";
import type { QueryResult, VectorSeries } from "#promql";

/** A point as JSON, with its time and a value of middle length. */
const POINT_BYTES = 28;
/** What a native histogram's buckets take beside that. */
const HISTOGRAM_BYTES = 400;
/** Quotes, commas and braces around a series, and around a label. */
const SERIES_BYTES = 40;
const TEXT_BYTES = 3;

/**
 * Refuses a result that would be too long, before its first byte: an answer that breaks off halfway
 * would tell nobody why. Estimated as JSON, since what it takes exactly shows only when it is made.
 */
export function checkResultSize({ value }: QueryResult, bytesMax: number): void {
  if (value.type === "scalar" || value.type === "string") return;
  let bytes = 0;
  for (const series of value.series) {
    const points = "floats" in series ? series.floats.length : series.pointCount;
    const histograms = "floats" in series ? series.histograms.length : histogramsOf(series);
    bytes += SERIES_BYTES + points * POINT_BYTES + histograms * HISTOGRAM_BYTES;
    for (const text of series.labels) bytes += text.length + TEXT_BYTES;
  }
  if (bytes <= bytesMax) return;
  throw new OperatingError(
    "query_result_bytes_limit",
    `the result would be about ${bytes} bytes long, more than the ${bytesMax} that are allowed: ask for fewer series or a longer step`,
  );
}

function histogramsOf({ histograms }: VectorSeries): number {
  return histograms === null ? 0 : histograms.length;
}
