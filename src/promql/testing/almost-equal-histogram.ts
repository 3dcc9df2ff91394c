import type { FloatHistogram, HistogramBuckets } from "#model";
import { compact } from "../histogram/compact.ts";
import { almostEqual } from "./almost-equal.ts";

/** Whether both say the same but for rounding and empty buckets; hints count only where asked. */
export function almostEqualHistogram(
  expected: FloatHistogram,
  actual: FloatHistogram,
  withHint: boolean,
): boolean {
  const a = compact(expected);
  const b = compact(actual);
  return (
    a.schema === b.schema &&
    almostEqual(a.count, b.count) &&
    almostEqual(a.sum, b.sum) &&
    a.zeroThreshold === b.zeroThreshold &&
    almostEqual(a.zeroCount, b.zeroCount) &&
    hasEqualBounds(a, b) &&
    sidesEqual(a.negative, b.negative) &&
    sidesEqual(a.positive, b.positive) &&
    (!withHint || a.counterResetHint === b.counterResetHint)
  );
}

function hasEqualBounds(a: FloatHistogram, b: FloatHistogram): boolean {
  return (
    a.customBounds.length === b.customBounds.length &&
    a.customBounds.every((bound, i) => bound === b.customBounds[i])
  );
}

function sidesEqual(a: HistogramBuckets, b: HistogramBuckets): boolean {
  return (
    a.indexes.length === b.indexes.length &&
    a.indexes.every((index, i) => index === b.indexes[i]) &&
    a.counts.every((count, i) => almostEqual(count, b.counts[i] ?? NaN))
  );
}
