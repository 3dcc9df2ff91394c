import {
  type ClassicBucket,
  monotonicBuckets,
  type Repair,
  sortedBuckets,
} from "./classic-buckets.ts";

export interface ClassicQuantile {
  readonly value: number;
  readonly repair: Repair | null;
}

/**
 * The quantile of a classic histogram, linear inside a bucket. The first bucket begins at 0, or is
 * its bound where that is not positive; in the last one all that is known is where it begins.
 */
export function classicQuantile(q: number, given: readonly ClassicBucket[]): ClassicQuantile {
  if (Number.isNaN(q)) return { value: NaN, repair: null };
  if (q < 0) return { value: -Infinity, repair: null };
  if (q > 1) return { value: Infinity, repair: null };
  const sorted = sortedBuckets(given);
  if (sorted === null) return { value: NaN, repair: null };
  const { buckets, repair } = monotonicBuckets(sorted);
  return { value: locate(q, buckets), repair };
}

function locate(q: number, buckets: readonly ClassicBucket[]): number {
  const last = buckets.length - 1;
  const observations = buckets[last]?.count ?? 0;
  if (buckets.length < 2 || observations === 0) return NaN;
  const rank = q * observations;
  const found = buckets.findIndex(({ count }, i) => i === last || count >= rank);
  const before = buckets[found - 1] ?? { upperBound: 0, count: 0 };
  const { upperBound, count } = buckets[found] as ClassicBucket;
  if (found === last) return before.upperBound;
  if (found === 0 && upperBound <= 0) return upperBound;
  const share = (rank - before.count) / (count - before.count);
  return before.upperBound + (upperBound - before.upperBound) * share;
}
