import type { CounterResetHint, FloatHistogram, HistogramBuckets } from "#model";
import type { FakeValue } from "../fakes/queryable-fake.ts";

/** The hints that Prometheus' readers would get if each chunk lasted as long as it may. */
export function expectedHints(values: readonly FakeValue[]): (CounterResetHint | null)[] {
  return storedHints(values).map((hint) => (hint === "reset" ? "unknown" : hint));
}

/**
 * The hints that the heads of such chunks would keep: read off the definition (specs of
 * tsdb/chunkenc: counterResetHint, appendable), bucket by bucket.
 */
export function storedHints(values: readonly FakeValue[]): (CounterResetHint | null)[] {
  return values.map((value, i) => {
    if (typeof value !== "object") return null;
    if (value.counterResetHint === "gauge" || value.counterResetHint === "reset") {
      return value.counterResetHint;
    }
    const before = values[i - 1];
    if (typeof before !== "object" || before.counterResetHint === "gauge") return "unknown";
    if (value.count < before.count) return "reset";
    if (shapeOf(before) !== shapeOf(value)) return "unknown";
    return hasFallen(before, value) ? "reset" : "not_reset";
  });
}

/** Whether anything that only a reset lowers is lower in `after`. */
export function hasFallen(before: FloatHistogram, after: FloatHistogram): boolean {
  return (
    after.count < before.count ||
    after.zeroCount < before.zeroCount ||
    sideHasFallen(before.positive, after.positive) ||
    sideHasFallen(before.negative, after.negative)
  );
}

function shapeOf({ schema, zeroThreshold, customBounds }: FloatHistogram): string {
  return JSON.stringify([schema, zeroThreshold, Array.from(customBounds)]);
}

function sideHasFallen(before: HistogramBuckets, after: HistogramBuckets): boolean {
  const now = new Map(Array.from(after.indexes, (index, i) => [index, after.counts[i] ?? 0]));
  return Array.from(before.indexes).some(
    (index, i) => (now.get(index) ?? 0) < (before.counts[i] ?? 0),
  );
}
