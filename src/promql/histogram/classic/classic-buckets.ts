/**
 * The buckets of a classic histogram at one time, in the order of their bounds: how many observations
 * lie up to each, those of lower buckets included. Filled anew for each step, in the same memory.
 */
export class ClassicBuckets {
  readonly upperBounds: Float64Array;
  readonly counts: Float64Array;
  length = 0;

  constructor(capacity: number) {
    this.upperBounds = new Float64Array(capacity);
    this.counts = new Float64Array(capacity);
  }

  clear(): void {
    this.length = 0;
  }

  /** Bounds must come in order; buckets of the same bound become one. */
  add(upperBound: number, count: number): void {
    const last = this.length - 1;
    if (last >= 0 && this.upperBounds[last] === upperBound) {
      this.counts[last] = (this.counts[last] as number) + count;
      return;
    }
    this.upperBounds[this.length] = upperBound;
    this.counts[this.length] = count;
    this.length += 1;
  }

  /** Without a bucket up to +Inf nobody knows how many observations there were. */
  get isComplete(): boolean {
    return this.upperBounds[this.length - 1] === Infinity && this.length > 0;
  }

  /** All observations. */
  get total(): number {
    return this.counts[this.length - 1] as number;
  }
}

/** What had to be repaired so that counts rise with bounds. */
export interface Repair {
  readonly lowestBound: number;
  readonly highestBound: number;
  readonly differenceMax: number;
}

/** Differences below this part of the counts are rounding, as sums of floats have it. */
const ROUNDING_TOLERANCE = 1e-12;

/**
 * Lifts counts that fall below the bucket before: sums over series scraped at different times, or
 * rounding, can make them (Prometheus `ensureMonotonicAndIgnoreSmallDeltas`). Tiny differences are
 * levelled without a word.
 */
export function makeMonotonic({ upperBounds, counts, length }: ClassicBuckets): Repair | null {
  let repair: Repair | null = null;
  let previous = counts[0] as number;
  for (let i = 1; i < length; i++) {
    const count = counts[i] as number;
    if (count === previous) continue;
    const isLevelled = isRounding(previous, count);
    if (!isLevelled && count < previous) {
      repair = extended(repair, upperBounds[i] as number, previous - count);
    }
    if (isLevelled || count < previous) counts[i] = previous;
    else previous = count;
  }
  return repair;
}

function extended(repair: Repair | null, bound: number, difference: number): Repair {
  return {
    lowestBound: Math.min(repair?.lowestBound ?? Infinity, bound),
    highestBound: Math.max(repair?.highestBound ?? -Infinity, bound),
    differenceMax: Math.max(repair?.differenceMax ?? 0, difference),
  };
}

function isRounding(a: number, b: number): boolean {
  if (Number.isNaN(a) && Number.isNaN(b)) return true;
  const sum = Math.abs(a) + Math.abs(b);
  // Mostly they are far apart, which takes no division to see.
  if (Math.abs(a - b) > sum * (10 * ROUNDING_TOLERANCE)) return false;
  const size = Math.min(sum, Number.MAX_VALUE);
  return a !== 0 && b !== 0 && Math.abs(a - b) / size < ROUNDING_TOLERANCE;
}
