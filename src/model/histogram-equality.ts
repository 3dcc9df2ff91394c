import type { FloatHistogram, HistogramBuckets } from "./histogram.ts";

/**
 * Whether both hold the same data, bit for bit: the same buckets, empty ones too; hints do not
 * count. Every NaN equals every other; 0 and −0 differ.
 */
export function equalHistograms(a: FloatHistogram, b: FloatHistogram): boolean {
  if (a === b) return true;
  return (
    a.schema === b.schema &&
    Object.is(a.count, b.count) &&
    Object.is(a.sum, b.sum) &&
    a.zeroThreshold === b.zeroThreshold &&
    Object.is(a.zeroCount, b.zeroCount) &&
    columnsEqual(a.customBounds, b.customBounds) &&
    sidesEqual(a.negative, b.negative) &&
    sidesEqual(a.positive, b.positive)
  );
}

function sidesEqual(a: HistogramBuckets, b: HistogramBuckets): boolean {
  return columnsEqual(a.indexes, b.indexes) && columnsEqual(a.counts, b.counts);
}

/** Number by number, in the same sense. */
export function columnsEqual(a: Float64Array | Int32Array, b: Float64Array | Int32Array): boolean {
  if (a === b) return true;
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (!Object.is(a[i], b[i])) return false;
  return true;
}
