import type { SeriesRef } from "./identity.ts";
import type { Labels } from "./labels.ts";
import type { Matcher } from "./matcher.ts";
import type { MetricMetadata } from "./metric-metadata.ts";

/** Told of every series that comes and goes, in the order in which it happens. */
export interface SeriesListener {
  seriesAdded(ref: SeriesRef): void;
  seriesRemoved(ref: SeriesRef): void;
  /** HELP, TYPE or UNIT changed. */
  metadataChanged(ref: SeriesRef): void;
}

/**
 * The newest sample of every series in memory, column by column: what snapshots are made of.
 * The columns are indexed by `SeriesRef` and may be replaced by any append: read the properties
 * anew each time.
 */
export interface LatestSeries {
  /** Every ref is below this. */
  readonly refEnd: number;
  readonly timestampsMs: Float64Array;
  /**
   * A stale marker means that the series has ended (see stale-marker.ts) or that its newest sample is a
   * native histogram, which has no value that a line of text could show.
   */
  readonly values: Float64Array;
  /** Rises with every stored batch: equal numbers mean that no sample has changed. */
  readonly appendCount: number;

  isLive(ref: SeriesRef): boolean;
  labels(ref: SeriesRef): Labels;
  metadata(ref: SeriesRef): MetricMetadata | null;
  /** Live series for which every matcher holds, in rising order. */
  select(matchers: readonly Matcher[]): Uint32Array;
  /** Returns the way to stop listening. */
  listen(listener: SeriesListener): () => void;
}
