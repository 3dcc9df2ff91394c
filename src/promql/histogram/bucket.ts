import { type FloatHistogram, hasCustomBuckets } from "#model";
import { upperBound } from "./bucket-bounds.ts";

/** One bucket with its bounds: (lower, upper], mirrored for negative ones, the zero bucket closed. */
export interface Bucket {
  readonly lower: number;
  readonly upper: number;
  readonly lowerInclusive: boolean;
  readonly upperInclusive: boolean;
  readonly count: number;
}

/** The positive (or custom) buckets from zero up. */
export function* positiveBuckets(histogram: FloatHistogram): Generator<Bucket> {
  const { indexes, counts } = histogram.positive;
  for (let i = 0; i < indexes.length; i++) yield positiveBucket(histogram, indexes[i]!, counts[i]!);
}

function positiveBucket(histogram: FloatHistogram, index: number, count: number): Bucket {
  const lower = upperBound(histogram, index - 1);
  const upper = upperBound(histogram, index);
  // Custom bounds may be negative; the lowest bucket has both of its ends.
  const lowerInclusive = hasCustomBuckets(histogram) && index === 0;
  return { lower, upper, lowerInclusive, upperInclusive: true, count };
}

/** The negative buckets from zero down. */
export function* negativeBuckets(histogram: FloatHistogram): Generator<Bucket> {
  const { indexes, counts } = histogram.negative;
  for (let i = 0; i < indexes.length; i++) yield negativeBucket(histogram, indexes[i]!, counts[i]!);
}

function negativeBucket(histogram: FloatHistogram, index: number, count: number): Bucket {
  return {
    lower: -upperBound(histogram, index),
    upper: -upperBound(histogram, index - 1),
    lowerInclusive: true,
    upperInclusive: false,
    count,
  };
}

export function zeroBucket(histogram: FloatHistogram): Bucket {
  return {
    lower: -histogram.zeroThreshold,
    upper: histogram.zeroThreshold,
    lowerInclusive: true,
    upperInclusive: true,
    count: histogram.zeroCount,
  };
}

/** All buckets from the lowest to the highest; what overlaps the zero bucket is cut at its edge. */
export function* ascendingBuckets(histogram: FloatHistogram): Generator<Bucket> {
  const { positive, negative } = histogram;
  for (let i = negative.indexes.length - 1; i >= 0; i--) {
    yield outsideZero(
      histogram,
      negativeBucket(histogram, negative.indexes[i]!, negative.counts[i]!),
    );
  }
  if (histogram.zeroCount > 0) yield zeroBucket(histogram);
  for (let i = 0; i < positive.indexes.length; i++) {
    yield outsideZero(
      histogram,
      positiveBucket(histogram, positive.indexes[i]!, positive.counts[i]!),
    );
  }
}

/** The same from the highest to the lowest. */
export function* descendingBuckets(histogram: FloatHistogram): Generator<Bucket> {
  const { positive, negative } = histogram;
  for (let i = positive.indexes.length - 1; i >= 0; i--) {
    yield outsideZero(
      histogram,
      positiveBucket(histogram, positive.indexes[i]!, positive.counts[i]!),
    );
  }
  if (histogram.zeroCount > 0) yield zeroBucket(histogram);
  for (let i = 0; i < negative.indexes.length; i++) {
    yield outsideZero(
      histogram,
      negativeBucket(histogram, negative.indexes[i]!, negative.counts[i]!),
    );
  }
}

function outsideZero(histogram: FloatHistogram, bucket: Bucket): Bucket {
  const { zeroThreshold } = histogram;
  if (bucket.upper < 0 && bucket.upper > -zeroThreshold) {
    return { ...bucket, upper: -zeroThreshold };
  }
  if (bucket.lower > 0 && bucket.lower < zeroThreshold) {
    return { ...bucket, lower: zeroThreshold };
  }
  return bucket;
}

/**
 * The zero bucket spreads to both sides of zero only where the histogram does: with buckets on one
 * side alone, its observations are taken to be on that side too.
 */
export function oneSided(histogram: FloatHistogram, bucket: Bucket): Bucket {
  const hasNegative = histogram.negative.indexes.length > 0;
  const hasPositive = histogram.positive.indexes.length > 0;
  if (hasPositive && !hasNegative) return { ...bucket, lower: 0 };
  return hasNegative && !hasPositive ? { ...bucket, upper: 0 } : bucket;
}

/**
 * Which part of a bucket lies at or below `value`, which is strictly between its finite bounds.
 * Custom buckets and the zero bucket are taken to be filled evenly, exponential ones evenly on a
 * logarithmic scale, on which all are equally wide.
 */
export function fractionBelow(bucket: Bucket, value: number, isLinear: boolean): number {
  if (isLinear) return (value - bucket.lower) / (bucket.upper - bucket.lower);
  const logLower = Math.log2(Math.abs(bucket.lower));
  const logUpper = Math.log2(Math.abs(bucket.upper));
  const logValue = Math.log2(Math.abs(value));
  return value > 0
    ? (logValue - logLower) / (logUpper - logLower)
    : 1 - (logValue - logUpper) / (logLower - logUpper);
}
