import { exponentialBound } from "./bucket-bounds.ts";
import type { CompensatedBuckets } from "./compensated-buckets.ts";
import type { CompensatedNumber } from "./rounding-error.ts";

/** The parts of a histogram that a wider zero bucket changes. */
export interface ZeroAndBuckets {
  readonly schema: number;
  readonly zeroThreshold: number;
  readonly zeroCount: CompensatedNumber;
  readonly positive: CompensatedBuckets;
  readonly negative: CompensatedBuckets;
}

/**
 * Widens the zero bucket to at least `threshold`: buckets within it become part of it. A threshold
 * inside a populated bucket moves on to that bucket's far end, as its observations cannot be told
 * apart; what that takes in on the other side may push it again.
 */
export function widenZeroBucket(parts: ZeroAndBuckets, threshold: number): ZeroAndBuckets {
  if (threshold <= parts.zeroThreshold) return parts;
  const { schema, positive, negative } = parts;
  let wide = threshold;
  for (;;) {
    const next = farEnd(negative, schema, farEnd(positive, schema, wide));
    if (next === wide) break;
    wide = next;
  }
  const zeroCount = parts.zeroCount.copy();
  return {
    schema,
    zeroThreshold: wide,
    zeroCount,
    positive: absorb(positive, schema, wide, zeroCount),
    negative: absorb(negative, schema, wide, zeroCount),
  };
}

/** Where the populated bucket that `threshold` cuts ends, or `threshold` itself. */
function farEnd(buckets: CompensatedBuckets, schema: number, threshold: number): number {
  for (let i = 0; i < buckets.indexes.length; i++) {
    const index = buckets.indexes[i] as number;
    if (exponentialBound(index - 1, schema) >= threshold) return threshold;
    const end = exponentialBound(index, schema);
    if (end > threshold) return buckets.counts[i] === 0 ? threshold : end;
  }
  return threshold;
}

/** Moves what begins below the threshold into the zero bucket. */
function absorb(
  buckets: CompensatedBuckets,
  schema: number,
  threshold: number,
  zeroCount: CompensatedNumber,
): CompensatedBuckets {
  let taken = 0;
  while (taken < buckets.indexes.length) {
    if (exponentialBound((buckets.indexes[taken] as number) - 1, schema) >= threshold) break;
    zeroCount.add(buckets.counts[taken] as number);
    if (buckets.lows[taken] !== 0) zeroCount.add(buckets.lows[taken] as number);
    taken += 1;
  }
  return taken === 0 ? buckets : buckets.filtered((position) => position >= taken);
}
