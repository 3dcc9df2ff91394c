import type { Labels } from "./labels.ts";
import type { Matcher } from "./matcher.ts";
import type { MetricMetadata } from "./metric-metadata.ts";
import type { TimeRange } from "./time-range.ts";

/** Series that one of the selectors means and that may have samples in the range. */
export interface SeriesSelection {
  /** Each a list of matchers that must all hold; an empty list means every series. */
  readonly selectors: readonly (readonly Matcher[])[];
  readonly range: TimeRange;
  /** Ends long work early. */
  readonly signal?: AbortSignal;
}

/** What is known of a metric, by the name that its series have. */
export interface NamedMetadata {
  readonly metricName: string;
  readonly metadata: MetricMetadata;
}

/**
 * What series a store has, without their samples. Texts are sorted by their UTF-8 bytes and come
 * once each. Long answers are made in slices: other work of the thread goes on.
 */
export interface LabelQueryable {
  /** The labels that the selected series have. */
  labelNames(selection: SeriesSelection): Promise<readonly string[]>;

  /** The values that the label has among the selected series. */
  labelValues(name: string, selection: SeriesSelection): Promise<readonly string[]>;

  /** The label sets of the selected series, sorted. */
  seriesLabels(selection: SeriesSelection): AsyncIterable<Labels>;

  /** Sorted by metric name; a name has several where its targets disagree. */
  metricMetadata(selection: SeriesSelection): Promise<readonly NamedMetadata[]>;
}
