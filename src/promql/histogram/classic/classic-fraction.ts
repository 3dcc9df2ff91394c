import type { ClassicBuckets } from "./classic-buckets.ts";

/** Which part of a classic histogram's observations lies between two values. */
export function classicFraction(lower: number, upper: number, buckets: ClassicBuckets): number {
  if (!buckets.isComplete || buckets.total === 0) return NaN;
  if (Number.isNaN(lower) || Number.isNaN(upper)) return NaN;
  if (lower >= upper) return 0;
  return (rankOf(upper, buckets) - rankOf(lower, buckets)) / buckets.total;
}

/** Observations below a value. */
function rankOf(value: number, { upperBounds, counts, length, total }: ClassicBuckets): number {
  let before = 0;
  // With a positive first bound all observations are taken to be positive.
  let start = (upperBounds[0] as number) > 0 ? 0 : -Infinity;
  for (let i = 0; i < length; i++) {
    const upperBound = upperBounds[i] as number;
    const count = counts[i] as number;
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
