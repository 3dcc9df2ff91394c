/** Limits and tunables of the store; each has a row in the configuration reference. */
export interface StoreOptions {
  /** Time range of a block cut from the head, and half of what memory keeps at least. */
  readonly blockDurationMs: number;
  /** How much older than its series' newest sample a sample may be. */
  readonly outOfOrderWindowMs: number;
  /** How far ahead of the clock a sample may be. */
  readonly futureSkewMs: number;
  /** Series in memory; above it `series_limit`. */
  readonly seriesMax: number;
  /** Exemplars in memory; the oldest goes first. */
  readonly exemplarsMax: number;
  /** Below this much free space new samples are refused with `storage_full`. */
  readonly minFreeBytes: number;
  /** How long a batch may wait for others to share its commit. */
  readonly commitDelayMs: number;
  /** Queued bytes that start a commit at once. */
  readonly commitBytesMax: number;
  /** Pause between attempts after a failed commit. */
  readonly retryMs: number;
  /** How often the store looks whether a block can be cut. */
  readonly maintenanceMs: number;
}

const MINUTE_MS = 60_000;

export const STORE_DEFAULTS: StoreOptions = {
  blockDurationMs: 30 * MINUTE_MS,
  outOfOrderWindowMs: 30 * MINUTE_MS,
  futureSkewMs: 10 * MINUTE_MS,
  seriesMax: 5_000_000,
  exemplarsMax: 100_000,
  minFreeBytes: 256 * 1024 * 1024,
  commitDelayMs: 5,
  commitBytesMax: 4 * 1024 * 1024,
  retryMs: 1000,
  maintenanceMs: 10_000,
};
