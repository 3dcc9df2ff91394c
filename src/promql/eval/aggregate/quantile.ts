import { invalidQuantileWarning } from "../../functions/annotation-texts.ts";
import { formatGeneral } from "../../functions/format-float.ts";
import { quantileOfSorted } from "../../functions/quantile-of-sorted.ts";
import type { Aggregation } from "../../syntax/ast/aggregation.ts";
import type { Evaluation } from "../evaluation.ts";
import { required } from "../required.ts";
import type { StepGrid } from "../step-grid.ts";
import { FLOAT, HISTOGRAM, seriesOf, setFloat, type VectorSeries } from "../vector-series.ts";
import { noteIgnored } from "./float-accumulators.ts";
import { collectGroups, groupingOf } from "./groups.ts";

/** The quantile over the members of each group at each step. */
export function* aggregateQuantile(
  node: Aggregation,
  evaluation: Evaluation,
  grid: StepGrid,
): Generator<VectorSeries> {
  const parameter = required(node.parameter ?? undefined);
  const quantiles = evaluation.scalar(parameter, grid);
  const notes = { annotations: evaluation.annotations, position: node.expression.position };
  for (const quantile of quantiles) {
    if (quantile >= 0 && quantile <= 1) continue;
    const text = invalidQuantileWarning(formatGeneral(quantile));
    evaluation.annotations.warn(text, parameter.position);
  }
  const grouping = groupingOf(node);
  for (const members of collectGroups(evaluation.vector(node.expression, grid), grouping)) {
    const first = required(members[0]);
    const columns = evaluation.columns.take(grid);
    const scratch = new Float64Array(members.length);
    for (let step = 0; step < grid.count; step++) {
      let count = 0;
      for (const { kinds, values } of members) {
        if (kinds[step] === FLOAT) scratch[count++] = values[step] as number;
        else if (kinds[step] === HISTOGRAM) noteIgnored("quantile", notes);
      }
      if (count === 0) continue;
      const sorted = scratch.subarray(0, count).toSorted();
      setFloat(columns, step, quantileOfSorted(quantiles[step] as number, sorted));
    }
    for (const member of members) evaluation.columns.giveBack(member);
    if (columns.pointCount === 0) continue;
    yield seriesOf(grouping(first.labels).labels(), first.dropsName, columns);
  }
}
