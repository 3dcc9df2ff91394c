/** OpenMetrics metric types (OpenMetrics 1.0.0, «Metric Types»). Prometheus' `untyped` is `unknown`. */
export type MetricType =
  | "counter"
  | "gauge"
  | "gaugehistogram"
  | "histogram"
  | "info"
  | "stateset"
  | "summary"
  | "unknown";

/** What an exposition says of a metric family. */
export interface MetricMetadata {
  /** The OpenMetrics family name: without `_total`, `_bucket`, `_info`. */
  readonly family: string;
  readonly type: MetricType;
  readonly help: string;
  /** "" where none is given. */
  readonly unit: string;
}
