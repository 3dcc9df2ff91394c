import type { PositionRange } from "../position-range.ts";
import type { Expression } from "./expression.ts";

export type AggregationOperator =
  | "avg"
  | "bottomk"
  | "count"
  | "count_values"
  | "group"
  | "limit_ratio"
  | "limitk"
  | "max"
  | "min"
  | "quantile"
  | "stddev"
  | "stdvar"
  | "sum"
  | "topk";

/** `operator by (grouping) (parameter, expression)`. */
export interface Aggregation {
  readonly kind: "aggregation";
  readonly operator: AggregationOperator;
  readonly expression: Expression;
  /** The `k`, the quantile, the ratio, or the label of `count_values`; null for the others. */
  readonly parameter: Expression | null;
  /** The labels in the order written, possibly repeated. */
  readonly grouping: readonly string[];
  /** `without`: the group is made of all other labels. */
  readonly isWithout: boolean;
  readonly position: PositionRange;
}
