import type { CounterResetHint, FloatHistogram, HistogramBuckets } from "#model";
import { sameShape } from "./bucket-layout.ts";

/**
 * What is known of a counter reset between two histograms that follow each other. Prometheus keeps
 * the same by the heads of its chunks: a reset begins a chunk, within a chunk there is none, and what
 * came before the chunk may be anything.
 *
 * The producer's word for a reset counts. Its word against one does not: between the sample that it
 * means and this one another may lie.
 */
export function resetHint(
  previous: FloatHistogram | null,
  current: FloatHistogram,
): CounterResetHint {
  const { counterResetHint } = current;
  if (counterResetHint === "gauge" || counterResetHint === "reset") return counterResetHint;
  if (previous === null || previous.counterResetHint === "gauge") return "unknown";
  if (current.count < previous.count) return "reset";
  if (!sameShape(previous, current)) return "unknown";
  const fell =
    current.zeroCount < previous.zeroCount ||
    anyFell(previous.positive, current.positive) ||
    anyFell(previous.negative, current.negative);
  return fell ? "reset" : "not_reset";
}

/** The histogram without word of a reset: another sample came between it and the one before. */
export function withUnknownReset(histogram: FloatHistogram): FloatHistogram {
  const { counterResetHint } = histogram;
  return counterResetHint === "gauge" || counterResetHint === "unknown"
    ? histogram
    : { ...histogram, counterResetHint: "unknown" };
}

/** A populated bucket that is gone has fallen, too. */
function anyFell(before: HistogramBuckets, after: HistogramBuckets): boolean {
  if (before.indexes === after.indexes) return anyLess(after.counts, before.counts);
  let at = 0;
  for (let i = 0; i < before.indexes.length; i++) {
    const index = before.indexes[i] as number;
    while (at < after.indexes.length && (after.indexes[at] as number) < index) at += 1;
    const now = after.indexes[at] === index ? (after.counts[at] as number) : 0;
    if (now < (before.counts[i] as number)) return true;
  }
  return false;
}

function anyLess(a: Float64Array, b: Float64Array): boolean {
  for (let i = 0; i < a.length; i++) if ((a[i] as number) < (b[i] as number)) return true;
  return false;
}
