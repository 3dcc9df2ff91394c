import { type FloatHistogram, hasCustomBuckets } from "#model";
import { ascendingBuckets, type Bucket } from "./bucket.ts";
import { CompensatedNumber } from "./rounding-error.ts";

/**
 * The estimated variance of the observations: all of a bucket are taken to be at its middle, which
 * is the geometric one for exponential buckets and zero for the zero bucket.
 */
export function histogramVariance(histogram: FloatHistogram): number {
  const mean = histogram.sum / histogram.count;
  const isCustom = hasCustomBuckets(histogram);
  const squares = new CompensatedNumber(0);
  for (const bucket of ascendingBuckets(histogram)) {
    if (bucket.count === 0) continue;
    const delta = middleOf(bucket, isCustom) - mean;
    squares.add(bucket.count * delta * delta);
  }
  return (squares.total + squares.low) / histogram.count;
}

function middleOf({ lower, upper }: Bucket, isCustom: boolean): number {
  if (isCustom) return (upper + lower) / 2;
  if (lower <= 0 && upper >= 0) return 0;
  const middle = Math.sqrt(upper * lower);
  return upper < 0 ? -middle : middle;
}
