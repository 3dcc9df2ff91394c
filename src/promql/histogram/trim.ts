import { type FloatHistogram, hasCustomBuckets, type HistogramBuckets } from "#model";
import {
  type Bucket,
  fractionBelow,
  negativeBuckets,
  positiveBuckets,
  zeroBucket,
} from "./bucket.ts";
import { compact } from "./compact.ts";

/** `below`: the operator `</`, what is below the point stays; `above`: `>/`. */
export type TrimSide = "below" | "above";

/** What stays of a bucket and where its observations are taken to be, for the new sum. */
interface Rest {
  readonly count: number;
  readonly middle: number;
}

/**
 * The histogram without the observations beyond a point. Buckets that the point cuts are divided by
 * interpolation; count and sum are then estimated anew from what stays. Where nothing was cut away
 * both remain as observed.
 */
export function trimHistogram(
  histogram: FloatHistogram,
  point: number,
  side: TrimSide,
): FloatHistogram {
  const isCustom = hasCustomBuckets(histogram);
  let count = 0;
  let sum = 0;
  let isTrimmed = false;
  const keep = (bucket: Bucket, rest: Rest): number => {
    count += rest.count;
    sum += rest.middle * rest.count;
    isTrimmed ||= rest.count !== bucket.count;
    return rest.count;
  };
  const trimSide = (buckets: HistogramBuckets, bounds: Iterable<Bucket>, isPositive: boolean) => {
    const counts = Array.from(bounds, (bucket) =>
      bucket.count === 0
        ? 0
        : keep(bucket, restOfBucket(bucket, point, side, { isPositive, isLinear: isCustom })),
    );
    return { indexes: buckets.indexes, counts: Float64Array.from(counts) };
  };
  const positive = trimSide(histogram.positive, positiveBuckets(histogram), true);
  const negative = trimSide(histogram.negative, negativeBuckets(histogram), false);
  const zero = zeroBucket(histogram);
  const zeroCount =
    histogram.zeroCount > 0
      ? keep(zero, restOfZeroBucket(populatedSide(histogram, zero), point, side))
      : histogram.zeroCount;
  if (!isTrimmed) return histogram;
  return compact({ ...histogram, count, sum, zeroCount, positive, negative });
}

interface Shape {
  readonly isPositive: boolean;
  readonly isLinear: boolean;
}

function restOfBucket(bucket: Bucket, point: number, side: TrimSide, shape: Shape): Rest {
  const { lower, upper, count } = bucket;
  const stays = side === "below" ? upper <= point : lower >= point;
  if (stays) return { count, middle: middleOf(lower, upper, shape) };
  const isCut = side === "below" ? lower < point : upper > point;
  if (!isCut) return { count: 0, middle: 0 };
  if (lower === -Infinity) return restOfLowestBucket(bucket, point, side);
  if (upper === Infinity) return restOfHighestBucket(bucket, point, side);
  const below = count * fractionBelow(bucket, point, shape.isLinear);
  return side === "below"
    ? { count: below, middle: middleOf(lower, point, shape) }
    : { count: count - below, middle: middleOf(point, upper, shape) };
}

/**
 * The first custom bucket, down to −Inf. With a positive bound it is taken to begin at 0; else its
 * observations are all kept by `</` and, not knowing where they are, all dropped by `>/`.
 */
function restOfLowestBucket({ upper, count }: Bucket, point: number, side: TrimSide): Rest {
  const isFinite = upper !== Infinity;
  if (side === "below") {
    if (point > 0 && upper > 0 && isFinite) {
      return { count: (count * point) / upper, middle: point / 2 };
    }
    return upper <= 0 ? { count, middle: point } : { count: 0, middle: 0 };
  }
  if (point === -Infinity) return { count, middle: 0 };
  if (point >= 0 && upper > point && isFinite) {
    return { count: count * (1 - point / upper), middle: (point + upper) / 2 };
  }
  return { count: 0, middle: 0 };
}

/** The last bucket, up to +Inf: where in it the observations are is unknown, so it goes or stays. */
function restOfHighestBucket({ count }: Bucket, point: number, side: TrimSide): Rest {
  return side === "below" ? { count: 0, middle: 0 } : { count, middle: point };
}

function restOfZeroBucket({ lower, upper, count }: Bucket, point: number, side: TrimSide): Rest {
  const whole = { count, middle: (lower + upper) / 2 };
  const nothing = { count: 0, middle: 0 };
  if (point <= lower) return side === "below" ? nothing : whole;
  if (point >= upper) return side === "below" ? whole : nothing;
  return side === "below"
    ? { count: count * ((point - lower) / (upper - lower)), middle: (lower + point) / 2 }
    : { count: count * ((upper - point) / (upper - lower)), middle: (point + upper) / 2 };
}

/** The zero bucket on the sides that have observations. */
function populatedSide(histogram: FloatHistogram, zero: Bucket): Bucket {
  const hasNegative = histogram.negative.counts.some((count) => count !== 0);
  const hasPositive = histogram.positive.counts.some((count) => count !== 0);
  if (hasNegative === hasPositive) return zero;
  return hasPositive ? { ...zero, lower: 0 } : { ...zero, upper: 0 };
}

function middleOf(lower: number, upper: number, { isPositive, isLinear }: Shape): number {
  const isLowerFinite = Number.isFinite(lower);
  if (!isLowerFinite && !Number.isFinite(upper)) return 0;
  if (!isLowerFinite) return upper > 0 ? upper / 2 : upper;
  if (!Number.isFinite(upper)) return lower;
  if (isLinear) return (lower + upper) / 2;
  const middle = Math.sqrt(Math.abs(lower * upper));
  return isPositive ? middle : -middle;
}
