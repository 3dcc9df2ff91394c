import type { SampleReservoir } from "./sample-reservoir.ts";

/** What one histogram says of its window. All is 0 where nothing was seen. */
export interface SampleSummary {
  /** Values seen; the rest is computed from those that were kept. */
  readonly count: number;
  readonly min: number;
  readonly max: number;
  readonly mean: number;
  /** Of the population: the sum of squared distances divided by their number. */
  readonly variance: number;
  readonly stdDev: number;
  /** `share` from 0 to 1. */
  readonly percentile: (share: number) => number;
}

/** Most histograms of a gateway see nothing in a window: errors are rare. */
const NOTHING: SampleSummary = {
  count: 0,
  min: 0,
  max: 0,
  mean: 0,
  variance: 0,
  stdDev: 0,
  percentile: () => 0,
};

export function summarise(reservoir: SampleReservoir): SampleSummary {
  if (reservoir.count === 0) return NOTHING;
  const sorted = reservoir.values().toSorted();
  const mean = sum(sorted) / sorted.length;
  const variance = varianceOf(sorted, mean);
  return {
    count: reservoir.count,
    min: sorted[0] ?? 0,
    max: sorted.at(-1) ?? 0,
    mean,
    variance,
    stdDev: Math.sqrt(variance),
    percentile: (share) => percentileOf(sorted, share),
  };
}

function sum(values: Float64Array): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}

function varianceOf(values: Float64Array, mean: number): number {
  let squares = 0;
  for (const value of values) squares += (value - mean) ** 2;
  return squares / values.length;
}

/** Linear between the neighbours of position share · (n + 1), which counts from 1. */
function percentileOf(sorted: Float64Array, share: number): number {
  const position = share * (sorted.length + 1);
  if (position < 1) return sorted[0] ?? 0;
  if (position >= sorted.length) return sorted.at(-1) ?? 0;
  const lower = sorted[Math.floor(position) - 1] ?? 0;
  const upper = sorted[Math.floor(position)] ?? 0;
  return lower + (position - Math.floor(position)) * (upper - lower);
}
