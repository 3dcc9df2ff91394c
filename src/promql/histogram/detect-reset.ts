import { type FloatHistogram, hasCustomBuckets } from "#model";
import { CompensatedBuckets } from "./compensated-buckets.ts";
import { coarserCustomIndex, commonBounds } from "./custom-bounds.ts";
import { CompensatedNumber } from "./rounding-error.ts";
import { widenZeroBucket } from "./zero-bucket.ts";

/**
 * Whether the counter began anew between two samples: a hint says so, or a count fell, or a
 * populated bucket is gone, or the layout became finer (a narrower zero bucket, a higher schema),
 * which only a restart does. The sum of observations may fall without a reset.
 */
export function detectsReset(current: FloatHistogram, previous: FloatHistogram): boolean {
  if (current.counterResetHint === "reset") return true;
  if (current.counterResetHint === "not_reset") return false;
  if (current.count < previous.count) return true;
  if (hasCustomBuckets(current)) {
    return !hasCustomBuckets(previous) || customReset(current, previous);
  }
  // A custom schema is below all others, as Prometheus has it.
  if (current.schema > previous.schema) return true;
  if (current.zeroThreshold < previous.zeroThreshold) return true;
  return exponentialReset(current, previous);
}

function customReset(current: FloatHistogram, previous: FloatHistogram): boolean {
  const common = commonBounds(current.customBounds, previous.customBounds);
  const mapped = (histogram: FloatHistogram): CompensatedBuckets =>
    CompensatedBuckets.of(histogram.positive).remapped(
      coarserCustomIndex(histogram.customBounds, common),
    );
  return anyFell(mapped(current), mapped(previous));
}

function exponentialReset(current: FloatHistogram, previous: FloatHistogram): boolean {
  const before = widenZeroBucket(
    {
      schema: previous.schema,
      zeroThreshold: previous.zeroThreshold,
      zeroCount: new CompensatedNumber(previous.zeroCount),
      positive: CompensatedBuckets.of(previous.positive),
      negative: CompensatedBuckets.of(previous.negative),
    },
    current.zeroThreshold,
  );
  if (before.zeroThreshold !== current.zeroThreshold) return true;
  if (current.zeroCount < before.zeroCount.total) return true;
  const { schema } = current;
  const aligned = (side: CompensatedBuckets): CompensatedBuckets =>
    previous.schema > schema ? side.coarser(previous.schema, schema) : side;
  return (
    anyFell(CompensatedBuckets.of(current.positive), aligned(before.positive)) ||
    anyFell(CompensatedBuckets.of(current.negative), aligned(before.negative))
  );
}

function anyFell(current: CompensatedBuckets, previous: CompensatedBuckets): boolean {
  let at = 0;
  for (let i = 0; i < previous.indexes.length; i++) {
    const index = previous.indexes[i] as number;
    while (at < current.indexes.length && (current.indexes[at] as number) < index) at += 1;
    const now = current.indexes[at] === index ? (current.counts[at] as number) : 0;
    if (now < (previous.counts[i] as number)) return true;
  }
  return false;
}
