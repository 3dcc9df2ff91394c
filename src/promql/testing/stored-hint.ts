import { type CounterResetHint, type FloatHistogram, hasCustomBuckets } from "#model";
import { detectsReset } from "../histogram/detect-reset.ts";
import type { StoredPoint } from "./memory-storage.ts";

/**
 * The counter reset hint with which Prometheus' store gives a histogram back. It cuts its chunks
 * where a counter begins anew or the buckets' layout changes; the first sample of a chunk is
 * `unknown` (https://github.com/prometheus/prometheus/issues/15346), the others are `not_reset`.
 * Gauges stay gauges. Scripts expect these hints, whatever the loaded data said.
 */
export function storedHint(
  { item }: StoredPoint,
  previous: StoredPoint | undefined,
): CounterResetHint {
  if (item.kind !== "histogram") return "unknown";
  if (item.histogram.counterResetHint === "gauge") return "gauge";
  if (previous?.item.kind !== "histogram") return "unknown";
  return beginsChunk(item.histogram, previous.item.histogram) ? "unknown" : "not_reset";
}

function beginsChunk(current: FloatHistogram, previous: FloatHistogram): boolean {
  if (previous.counterResetHint === "gauge" || current.counterResetHint === "reset") return true;
  if (current.schema !== previous.schema || current.zeroThreshold !== previous.zeroThreshold) {
    return true;
  }
  if (hasCustomBuckets(current) && !hasSameBounds(current, previous)) return true;
  // The loaded hint is no evidence: the store looks at the buckets.
  return detectsReset({ ...current, counterResetHint: "unknown" }, previous);
}

function hasSameBounds(a: FloatHistogram, b: FloatHistogram): boolean {
  return (
    a.customBounds.length === b.customBounds.length &&
    a.customBounds.every((bound, i) => bound === b.customBounds[i])
  );
}
