import type { Aggregation } from "../../syntax/ast/aggregation.ts";
import type { Evaluation } from "../evaluation.ts";
import type { StepGrid } from "../step-grid.ts";
import type { VectorSeries } from "../vector-series.ts";
import { countValues } from "./count-values.ts";
import { fold } from "./fold.ts";
import { aggregateQuantile } from "./quantile.ts";
import { selectMembers } from "./select-members.ts";

/** Every aggregation operator. */
export function aggregate(
  node: Aggregation,
  evaluation: Evaluation,
  grid: StepGrid,
): Iterable<VectorSeries> {
  switch (node.operator) {
    case "avg":
    case "count":
    case "group":
    case "max":
    case "min":
    case "stddev":
    case "stdvar":
    case "sum":
      return fold(node, evaluation, grid);
    case "quantile":
      return aggregateQuantile(node, evaluation, grid);
    case "count_values":
      return countValues(node, evaluation, grid);
    case "bottomk":
    case "limit_ratio":
    case "limitk":
    case "topk":
      return selectMembers(node, evaluation, grid);
  }
}
