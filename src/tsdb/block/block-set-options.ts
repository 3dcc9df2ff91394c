/** Limits and tunables of the blocks; each has a row in the configuration reference. */
export interface BlockSetOptions {
  /** Blocks whose last sample is older than this are deleted; null keeps everything. */
  readonly retentionMs: number | null;
  /** Above this much in all block files together, the oldest are deleted; null for no limit. */
  readonly retentionBytes: number | null;
  /** How long the wall clock must have been steady before anything is deleted by age. */
  readonly clockSteadyMs: number;
  /**
   * Time ranges into which blocks are merged, rising. One that is longer than a tenth of the
   * retention is left out, because retention deletes whole blocks.
   */
  readonly compactionRangesMs: readonly number[];
}

const HOUR_MS = 3_600_000;

export const BLOCK_SET_DEFAULTS: BlockSetOptions = {
  retentionMs: 15 * 24 * HOUR_MS,
  retentionBytes: null,
  clockSteadyMs: HOUR_MS,
  compactionRangesMs: [2 * HOUR_MS, 24 * HOUR_MS],
};
