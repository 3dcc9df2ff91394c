import { type ClassicBuckets, makeMonotonic, type Repair } from "./classic-buckets.ts";

/**
 * The quantile of a classic histogram, linear inside a bucket. The first bucket begins at 0, or is
 * its bound where that is not positive; in the last one all that is known is where it begins. Counts
 * that fall are repaired in place, and reported.
 */
export function classicQuantile(
  q: number,
  buckets: ClassicBuckets,
  onRepair: (repair: Repair) => void,
): number {
  if (Number.isNaN(q)) return NaN;
  if (q < 0) return -Infinity;
  if (q > 1) return Infinity;
  if (!buckets.isComplete) return NaN;
  const repair = makeMonotonic(buckets);
  if (repair !== null) onRepair(repair);
  return locate(q, buckets);
}

function locate(q: number, { upperBounds, counts, length, total }: ClassicBuckets): number {
  const last = length - 1;
  if (length < 2 || total === 0) return NaN;
  const rank = q * total;
  let found = 0;
  while (found < last && !((counts[found] as number) >= rank)) found += 1;
  const start = found === 0 ? 0 : (upperBounds[found - 1] as number);
  const before = found === 0 ? 0 : (counts[found - 1] as number);
  const upperBound = upperBounds[found] as number;
  if (found === last) return start;
  if (found === 0 && upperBound <= 0) return upperBound;
  const share = (rank - before) / ((counts[found] as number) - before);
  return start + (upperBound - start) * share;
}
