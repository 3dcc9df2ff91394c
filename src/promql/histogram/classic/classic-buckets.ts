/** A bucket of a classic histogram: the observations up to its bound, those of lower ones included. */
export interface ClassicBucket {
  readonly upperBound: number;
  readonly count: number;
}

/** What had to be repaired so that counts rise with bounds. */
export interface Repair {
  readonly lowestBound: number;
  readonly highestBound: number;
  readonly differenceMax: number;
}

/** Sorted by bound, equal bounds added; null unless the last one is +Inf, without which nobody knows. */
export function sortedBuckets(buckets: readonly ClassicBucket[]): ClassicBucket[] | null {
  const sorted = buckets.toSorted((a, b) => a.upperBound - b.upperBound);
  if (sorted.at(-1)?.upperBound !== Infinity) return null;
  const merged: ClassicBucket[] = [];
  for (const bucket of sorted) {
    const last = merged.at(-1);
    if (last?.upperBound !== bucket.upperBound) merged.push(bucket);
    else merged[merged.length - 1] = { ...last, count: last.count + bucket.count };
  }
  return merged;
}

/** Differences below this part of the counts are rounding, as sums of floats have it. */
const ROUNDING_TOLERANCE = 1e-12;

/**
 * Counts that never fall: sums over series scraped at different times, or rounding, can make them
 * (Prometheus `ensureMonotonicAndIgnoreSmallDeltas`). Tiny differences are levelled without a word.
 */
export function monotonicBuckets(buckets: readonly ClassicBucket[]): {
  readonly buckets: readonly ClassicBucket[];
  readonly repair: Repair | null;
} {
  let repair: Repair | null = null;
  let previous = buckets[0]?.count ?? 0;
  const repaired = buckets.map((bucket) => {
    const { count, upperBound } = bucket;
    if (isRounding(previous, count)) return { upperBound, count: previous };
    if (count < previous) {
      repair = {
        lowestBound: Math.min(repair?.lowestBound ?? Infinity, upperBound),
        highestBound: Math.max(repair?.highestBound ?? -Infinity, upperBound),
        differenceMax: Math.max(repair?.differenceMax ?? 0, previous - count),
      };
      return { upperBound, count: previous };
    }
    previous = count;
    return bucket;
  });
  return { buckets: repaired, repair };
}

function isRounding(a: number, b: number): boolean {
  if (a === b || (Number.isNaN(a) && Number.isNaN(b))) return true;
  const size = Math.min(Math.abs(a) + Math.abs(b), Number.MAX_VALUE);
  return a !== 0 && b !== 0 && Math.abs(a - b) / size < ROUNDING_TOLERANCE;
}
