/** Limits of a process' own metrics. */
export const telemetryLimits = {
  /** Most series of one family before open labels turn into `other`. */
  seriesPerFamilyMax: 1_000,
  /** Longest label value that is kept, in UTF-16 units; longer ones are cut. */
  labelValueLengthMax: 128,
} as const;

/** Latency bounds from a millisecond to a scrape timeout, in seconds. */
export const LATENCY_BOUNDS_SECONDS: readonly number[] = [
  0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10,
];
