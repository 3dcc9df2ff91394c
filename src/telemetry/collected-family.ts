import type { MetricDefinition } from "./metric-definition.ts";

/**
 * One family at one moment as plain data, so that a worker's registry can be read from the main
 * thread with `postMessage`.
 */
export interface CollectedFamily {
  readonly definition: MetricDefinition;
  /** `labels.length` values for each series, series after series. */
  readonly labelValues: readonly string[];
  /**
   * Numbers of each series, series after series: one for a counter, gauge or info; for a histogram
   * the count of each bucket by itself (not cumulative, +Inf last) and then the sum.
   */
  readonly values: Float64Array;
}

/** What one registry holds at one moment. */
export type CollectedFamilies = readonly CollectedFamily[];

/** How many numbers a series of the family has. */
export function valuesPerSeries(definition: MetricDefinition): number {
  return definition.type === "histogram" ? definition.bounds.length + 2 : 1;
}
