/** The limits of snapshots, with their defaults. Refusal codes in brackets. */
export interface SnapshotLimits {
  /** Lines of one body [`series_per_scrape_limit`]. */
  readonly seriesPerScrapeMax: number;
  /** Bytes of one body before compression [`body_bytes_limit`]. */
  readonly bodyBytesMax: number;
  /** From this many lines on a body is sent while it is made. */
  readonly streamedSeriesMin: number;
  /** A series whose newest sample is older is left out, as in PromQL. */
  readonly lookbackMs: number;
  /** A sample further ahead of the clock than this is left out until its time has come. */
  readonly futureToleranceMs: number;
  /** Entitlements whose series list is kept; above it the longest unused one is forgotten. */
  readonly viewsMax: number;
  /** A series list that no request has used for this long is forgotten. */
  readonly viewIdleMs: number;
  /** Series that came and went which a list may be behind; beyond it the list is made anew. */
  readonly changesBehindMax: number;
  /** The longest that rendering holds the thread before others get a turn. */
  readonly sliceMs: number;
}

export const SNAPSHOT_LIMITS: SnapshotLimits = {
  seriesPerScrapeMax: 1_000_000,
  bodyBytesMax: 512 * 1024 * 1024,
  streamedSeriesMin: 20_000,
  lookbackMs: 5 * 60_000,
  futureToleranceMs: 10 * 60_000,
  viewsMax: 1_000,
  viewIdleMs: 15 * 60_000,
  changesBehindMax: 1_000_000,
  sliceMs: 2,
};
