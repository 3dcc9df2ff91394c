import { type FloatHistogram, hasCustomBuckets } from "#model";
import { ascendingBuckets, type Bucket, descendingBuckets, oneSided } from "./bucket.ts";

/** What NaN observations, which are counted but in no bucket, do to a quantile. */
export type NaNEffect = "none" | "result" | "skew";

export interface HistogramQuantile {
  readonly value: number;
  /** `result`: it fell among NaN observations; `skew`: they count as the highest and push it up. */
  readonly nanEffect: NaNEffect;
}

/**
 * The value below which a fraction `q` of the observations lies. Buckets are walked from the nearer
 * end, so that rounding counts least; from below where NaN observations may be (the sum is NaN), as
 * they would lie at the top. Inside an exponential bucket the interpolation is logarithmic: halfway
 * is where the next finer schema has its bound; inside custom and zero buckets it is linear.
 */
export function histogramQuantile(q: number, histogram: FloatHistogram): HistogramQuantile {
  if (q < 0) return plain(-Infinity);
  if (q > 1) return plain(Infinity);
  if (histogram.count === 0 || Number.isNaN(q)) return plain(NaN);
  const fromBelow = Number.isNaN(histogram.sum) || q < 0.5;
  const rank = (fromBelow ? q : 1 - q) * histogram.count;
  const buckets = fromBelow ? ascendingBuckets(histogram) : descendingBuckets(histogram);
  let found: Bucket = { lower: 0, upper: 0, lowerInclusive: true, upperInclusive: true, count: 0 };
  let count = 0;
  let observed = 0;
  let isFound = false;
  for (const bucket of buckets) {
    observed += bucket.count;
    if (isFound || bucket.count === 0) continue;
    found = bucket;
    count += bucket.count;
    isFound = count >= rank;
  }
  const skew = Number.isNaN(histogram.sum) && observed < histogram.count ? "skew" : "none";
  return locate(histogram, found, {
    fromBelow,
    rank,
    count: Math.min(count, histogram.count),
    skew,
  });
}

interface Search {
  readonly fromBelow: boolean;
  readonly rank: number;
  /** Observations up to and with the found bucket, from the end where the search began. */
  readonly count: number;
  readonly skew: NaNEffect;
}

function locate(histogram: FloatHistogram, found: Bucket, search: Search): HistogramQuantile {
  const isCustom = hasCustomBuckets(histogram);
  let bucket = found;
  if (isCustom && bucket.lower === -Infinity) {
    if (bucket.upper <= 0) return plain(bucket.upper);
    bucket = { ...bucket, lower: 0 };
  } else if (isCustom && bucket.upper === Infinity) {
    return plain(bucket.lower);
  } else if (!isCustom && bucket.lower < 0 && bucket.upper > 0) {
    bucket = oneSided(histogram, bucket);
  }
  if (search.count < search.rank) {
    return Number.isNaN(histogram.sum) ? { value: NaN, nanEffect: "result" } : plain(bucket.upper);
  }
  const rankInBucket = search.fromBelow
    ? search.rank - (search.count - bucket.count)
    : search.count - search.rank;
  const fraction = rankInBucket / bucket.count;
  const isLinear = isCustom || (bucket.lower <= 0 && bucket.upper >= 0);
  return { value: interpolate(bucket, fraction, isLinear), nanEffect: search.skew };
}

function interpolate(bucket: Bucket, fraction: number, isLinear: boolean): number {
  if (isLinear) return bucket.lower + (bucket.upper - bucket.lower) * fraction;
  const logLower = Math.log2(Math.abs(bucket.lower));
  const logUpper = Math.log2(Math.abs(bucket.upper));
  return bucket.lower > 0
    ? 2 ** (logLower + (logUpper - logLower) * fraction)
    : -(2 ** (logUpper + (logLower - logUpper) * (1 - fraction)));
}

function plain(value: number): HistogramQuantile {
  return { value, nanEffect: "none" };
}
