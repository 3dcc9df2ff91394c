import type { Exemplar } from "./exemplar.ts";
import type { FloatHistogram } from "./histogram.ts";
import type { MetadataRef, SeriesRef } from "./identity.ts";
import type { Labels } from "./labels.ts";
import type { MetricMetadata } from "./metric-metadata.ts";

/**
 * Samples of one write (a scrape, a remote-write request), column by column. Stored as a whole or
 * not at all. A series may occur more than once, then in rising time.
 */
export interface SampleBatch {
  /** Only the first `length` entries of each column count. */
  readonly length: number;
  readonly refs: Uint32Array;
  readonly timestampsMs: Float64Array;
  /** Stale markers keep their bits: see stale-marker.ts. */
  readonly values: Float64Array;
  /**
   * The histogram where the sample is one, its value then does not count. Absent or null where all
   * are floats. A histogram whose sum is the stale marker is the stale marker.
   */
  readonly histograms?: readonly (FloatHistogram | undefined)[] | null;
}

/** An exemplar and the series it belongs to. */
export interface SeriesExemplar {
  readonly ref: SeriesRef;
  readonly exemplar: Exemplar;
}

/** Why a sample of a stored batch was left out (specs of Prometheus' head: storage.Err…). */
export type RejectReason =
  /** Same time as the series' sample there, other value. */
  | "duplicate"
  /** Older than the newest sample of the series by more than the out-of-order window. */
  | "too_old"
  /** More than the allowed skew ahead of the clock. */
  | "too_far_in_future"
  /** The ref's series has been dropped from memory: ask `ensureSeries` again. */
  | "unknown_series";

/** What became of a batch. `appended + unchanged + all rejected` is the batch's length. */
export interface AppendOutcome {
  readonly appended: number;
  /** Equal to the sample that the series has at that time: accepted, no effect. */
  readonly unchanged: number;
  readonly rejected: Readonly<Record<RejectReason, number>>;
  /** The first one, for messages. */
  readonly firstRejected: { readonly index: number; readonly reason: RejectReason } | null;
}

/** The way into a store. Not shared between threads. */
export interface Appendable {
  /**
   * The ref of the series with exactly these labels, made if absent. It becomes durable with the
   * first batch that uses it. Fails with code `series_limit` above the store's limit.
   */
  ensureSeries(labels: Labels): SeriesRef;

  /** Whether the ref still names a series; idle series are dropped from memory. */
  isLive(ref: SeriesRef): boolean;

  /** The same content always gives the same ref. */
  internMetadata(metadata: MetricMetadata): MetadataRef;

  /** The newest metadata of a series wins; durable with the next batch. */
  setMetadata(ref: SeriesRef, metadata: MetadataRef): void;

  /**
   * Resolves when the batch is durable. Columns are read before this returns, so the caller may
   * reuse them at once. Rejects with code `storage_full` or `storage_failed`; then nothing of the
   * batch was acknowledged and the caller may send it again. Rejects with code `histogram_invalid` where
   * a histogram has no form that could be stored; then nothing of the batch was.
   */
  append(batch: SampleBatch, exemplars?: readonly SeriesExemplar[]): Promise<AppendOutcome>;
}
