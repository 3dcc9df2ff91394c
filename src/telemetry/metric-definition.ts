import type { MetricType } from "#model";

/** Metric types that a process reports of itself. */
export type ReportedType = Extract<MetricType, "counter" | "gauge" | "histogram" | "info">;

/** One row of a part's `metrics.ts`: what is measured, and how it is called. */
export interface MetricDefinition {
  /** The family's name, as in OpenMetrics: a counter without `_total`, an info without `_info`. */
  readonly name: string;
  readonly type: ReportedType;
  /** One sentence, shown as HELP and in docs/reference/metrics.md. */
  readonly help: string;
  /** The suffix that the name carries (`seconds`, `bytes`, `ratio`), or "" for plain counts. */
  readonly unit: string;
  readonly labels: readonly string[];
  /** Labels whose values come from outside; past the series limit their value becomes `other`. */
  readonly openLabels: readonly string[];
  /** Upper bounds of a histogram's buckets, rising, without +Inf. */
  readonly bounds: readonly number[];
  /** Most series of the family; see `limits.ts`. */
  readonly seriesMax: number;
}

/** A definition as a table writes it: what is left out is empty. */
export type MetricRow = Pick<MetricDefinition, "name" | "type" | "help"> &
  Partial<Pick<MetricDefinition, "unit" | "labels" | "openLabels" | "bounds" | "seriesMax">>;
