import { CUSTOM_BUCKETS_SCHEMA, EMPTY_HISTOGRAM, type FloatHistogram } from "#model";
import { compact } from "./compact.ts";

/** A classic histogram at one time: cumulative buckets in any order, and what else was exposed. */
export interface ClassicHistogram {
  readonly buckets: readonly { readonly upperBound: number; readonly count: number }[];
  readonly count: number | null;
  readonly sum: number;
}

/**
 * The native histogram with custom buckets that says the same, or why there is none. A missing count
 * is the highest bucket's; a missing +Inf bucket is added.
 */
export function classicToCustom(
  classic: ClassicHistogram,
): { readonly histogram: FloatHistogram } | { readonly problem: string } {
  const byBound = new Map<number, number>();
  for (const { upperBound, count } of classic.buckets) {
    if (!byBound.has(upperBound)) byBound.set(upperBound, count);
  }
  const sorted = [...byBound].toSorted(([a], [b]) => a - b);
  const count = classic.count ?? sorted.at(-1)?.[1] ?? 0;
  if (sorted.at(-1)?.[0] !== Infinity) sorted.push([Infinity, count]);
  const counts = new Float64Array(sorted.length);
  let previous = 0;
  for (const [i, [bound, cumulative]] of sorted.entries()) {
    if (Number.isNaN(bound)) return { problem: "a bucket's bound is not a number" };
    if (cumulative < previous)
      return { problem: `count is not cumulative: ${cumulative} < ${previous}` };
    counts[i] = cumulative - previous;
    previous = cumulative;
  }
  if (previous !== count) return { problem: `count mismatch: ${count} != ${previous}` };
  const histogram: FloatHistogram = {
    ...EMPTY_HISTOGRAM,
    schema: CUSTOM_BUCKETS_SCHEMA,
    count,
    sum: classic.sum,
    positive: { indexes: Int32Array.from(sorted.keys()), counts },
    customBounds: Float64Array.from(sorted.slice(0, -1), ([bound]) => bound),
  };
  return { histogram: compact(histogram) };
}
