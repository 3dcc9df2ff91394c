import { type FloatHistogram, hasCustomBuckets } from "#model";
import { ascendingBuckets, type Bucket, fractionBelow, oneSided } from "./bucket.ts";

export interface HistogramFraction {
  readonly value: number;
  /** NaN observations were counted, but are in no bucket. */
  readonly hasNaNObservations: boolean;
}

/**
 * Which part of the observations lies between two values: the inverse of the quantile, with the same
 * interpolation inside a bucket.
 */
export function histogramFraction(
  lower: number,
  upper: number,
  histogram: FloatHistogram,
): HistogramFraction {
  if (histogram.count === 0 || Number.isNaN(lower) || Number.isNaN(upper)) {
    return { value: NaN, hasNaNObservations: false };
  }
  if (lower >= upper) return { value: 0, hasNaNObservations: false };
  let observed = 0;
  let lowerRank: number | null = null;
  let upperRank: number | null = null;
  for (const bucket of ascendingBuckets(histogram)) {
    lowerRank ??= rankOf(lower, histogram, bucket, observed);
    upperRank ??= rankOf(upper, histogram, bucket, observed);
    observed += bucket.count;
  }
  const isNaNSum = Number.isNaN(histogram.sum);
  const total = isNaNSum ? observed : histogram.count;
  const from = Math.min(lowerRank ?? total, total);
  const to = Math.min(upperRank ?? total, total);
  return {
    value: (to - from) / histogram.count,
    hasNaNObservations: isNaNSum && observed < histogram.count,
  };
}

/** Observations below `value`, where it is at or before this bucket; null where it comes later. */
function rankOf(
  value: number,
  histogram: FloatHistogram,
  bucket: Bucket,
  before: number,
): number | null {
  const isZeroBucket = bucket.lower <= 0 && bucket.upper >= 0;
  const { lower, upper } = isZeroBucket ? oneSided(histogram, bucket) : bucket;
  if (lower >= value) return before;
  if (upper <= value) return null;
  const isLinear = hasCustomBuckets(histogram) || isZeroBucket;
  // An infinitely wide bucket cannot be divided: all of the lowest one lies below.
  if (isLinear && lower === -Infinity) return bucket.count;
  return before + bucket.count * fractionBelow({ ...bucket, lower, upper }, value, isLinear);
}
