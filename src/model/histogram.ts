/**
 * A native histogram sample with float counts: exponential buckets (schema −4…8: bucket `i` ends at
 * 2^(i·2^−schema)) or custom buckets (schema −53: bucket `i` ends at `customBounds[i]`, one more
 * than there are bounds for the rest up to +Inf).
 *
 * Prometheus writes the populated buckets as spans {offset, length}. Here every bucket carries its
 * index, which says the same, needs no walk to find a bucket and makes merging two sides a merge of
 * two sorted lists. Values are immutable: operations return new ones.
 */
export interface FloatHistogram {
  readonly counterResetHint: CounterResetHint;
  readonly schema: number;
  /** Half the width of the zero bucket; 0 with custom buckets. */
  readonly zeroThreshold: number;
  readonly zeroCount: number;
  readonly count: number;
  readonly sum: number;
  readonly positive: HistogramBuckets;
  readonly negative: HistogramBuckets;
  /** Upper bounds, strictly rising and finite; empty with exponential buckets. */
  readonly customBounds: Float64Array;
}

/** What the producer knows of a counter reset before this sample; a gauge has none. */
export type CounterResetHint = "unknown" | "reset" | "not_reset" | "gauge";

/** One side's buckets: indexes strictly rising, as many counts; a count may be 0. */
export interface HistogramBuckets {
  readonly indexes: Int32Array;
  readonly counts: Float64Array;
}

export const CUSTOM_BUCKETS_SCHEMA = -53;
export const EXPONENTIAL_SCHEMA_MAX = 8;

export const NO_BUCKETS: HistogramBuckets = {
  indexes: new Int32Array(0),
  counts: new Float64Array(0),
};
export const NO_BOUNDS: Float64Array = new Float64Array(0);

export const EMPTY_HISTOGRAM: FloatHistogram = {
  counterResetHint: "unknown",
  schema: 0,
  zeroThreshold: 0,
  zeroCount: 0,
  count: 0,
  sum: 0,
  positive: NO_BUCKETS,
  negative: NO_BUCKETS,
  customBounds: NO_BOUNDS,
};

export function hasCustomBuckets(histogram: FloatHistogram): boolean {
  return histogram.schema === CUSTOM_BUCKETS_SCHEMA;
}
