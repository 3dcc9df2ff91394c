export type {
  Appendable,
  AppendOutcome,
  RejectReason,
  SampleBatch,
  SeriesExemplar,
} from "./appendable.ts";
export type { ExemplarQueryable, ExemplarsOfSeries, TimedExemplar } from "./exemplar-queryable.ts";
export type { Exemplar } from "./exemplar.ts";
export {
  type CounterResetHint,
  CUSTOM_BUCKETS_SCHEMA,
  EMPTY_HISTOGRAM,
  EXPONENTIAL_SCHEMA_MAX,
  type FloatHistogram,
  hasCustomBuckets,
  type HistogramBuckets,
  NO_BUCKETS,
} from "./histogram.ts";
export { columnsEqual, equalHistograms } from "./histogram-equality.ts";
export type { ClientId, MetadataRef, SeriesRef, TenantId } from "./identity.ts";
export type { LabelQueryable, NamedMetadata, SeriesSelection } from "./label-queryable.ts";
export {
  compareLabels,
  EMPTY_LABELS,
  formatLabels,
  type Labels,
  labelPairs,
  labelsKey,
  labelsOf,
  labelsOfRecord,
  labelValue,
  METRIC_NAME,
} from "./labels.ts";
export type { LatestSeries, SeriesListener } from "./latest-series.ts";
export { compileMatcher, type Matcher, type MatchOperator, type ValueTest } from "./matcher.ts";
export type { MetricMetadata, MetricType } from "./metric-metadata.ts";
export type { Queryable, SelectedSeries } from "./queryable.ts";
export { SampleColumns } from "./sample-columns.ts";
export { isStaleMarker, wordsOf, writeStaleMarker } from "./stale-marker.ts";
export type { TimeRange } from "./time-range.ts";
export { compareUtf8 } from "./utf8-order.ts";
