import type { Labels } from "./labels.ts";
import type { Matcher } from "./matcher.ts";
import type { MetricMetadata } from "./metric-metadata.ts";
import type { SampleColumns } from "./sample-columns.ts";
import type { TimeRange } from "./time-range.ts";

/** One selected series; readable until its selection ends. */
export interface SelectedSeries {
  readonly labels: Labels;
  readonly metadata: MetricMetadata | null;
  /** Appends the samples of the selected range to `into`, in time order, stale markers included. */
  read(into: SampleColumns): void;
}

/** The way out of a store: what PromQL and exports read. */
export interface Queryable {
  /**
   * Series for which every matcher holds and that may have samples in the range, sorted by labels.
   * Streamed, so that memory stays bounded by what the reader keeps.
   *
   * The selection ends with its iteration, or, where the reader wants to come back to series, when
   * `until` is disposed.
   */
  select(
    matchers: readonly Matcher[],
    range: TimeRange,
    until?: DisposableStack,
  ): AsyncIterable<SelectedSeries>;
}
