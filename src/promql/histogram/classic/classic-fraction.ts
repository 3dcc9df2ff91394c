import { type ClassicBucket, sortedBuckets } from "./classic-buckets.ts";

/** Which part of a classic histogram's observations lies between two values. */
export function classicFraction(
  lower: number,
  upper: number,
  given: readonly ClassicBucket[],
): number {
  const buckets = sortedBuckets(given);
  if (buckets === null) return NaN;
  const total = buckets.at(-1)?.count ?? 0;
  if (total === 0 || Number.isNaN(lower) || Number.isNaN(upper)) return NaN;
  if (lower >= upper) return 0;
  return (rankOf(upper, buckets, total) - rankOf(lower, buckets, total)) / total;
}

/** Observations below a value. */
function rankOf(value: number, buckets: readonly ClassicBucket[], total: number): number {
  let before = 0;
  // With a positive first bound all observations are taken to be positive.
  let start = (buckets[0]?.upperBound ?? 0) > 0 ? 0 : -Infinity;
  for (const { upperBound, count } of buckets) {
    if (start >= value) return Math.min(before, total);
    if (upperBound > value) {
      // An infinitely wide bucket cannot be divided: all of the lowest one lies below.
      if (start === -Infinity) return Math.min(count, total);
      const share = (value - start) / (upperBound - start);
      return Math.min(before + (count - before) * share, total);
    }
    before = count;
    start = upperBound;
  }
  return total;
}
