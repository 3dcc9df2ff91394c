import type { FloatHistogram } from "#model";
import type { PositionRange } from "../../syntax/position-range.ts";
import type { Annotations } from "../annotations.ts";
import type { Columns, MutableColumns } from "../vector-series.ts";

/** Where an aggregation puts its notes; all of them point at the aggregated expression. */
export interface AggregationNotes {
  readonly annotations: Annotations;
  readonly position: PositionRange;
}

/**
 * One group of an aggregation while series are folded into it, one after the other: column by column,
 * so that the members need not be held.
 */
export interface Accumulator {
  addFloats(series: Columns): void;
  /** `metricName` is for warnings about this histogram. */
  addHistogram(step: number, histogram: FloatHistogram, metricName: string): void;
  /** The group's result, once all members are in. */
  finish(): MutableColumns;
}
