import { invalidQuantileWarning } from "../../functions/annotation-texts.ts";
import { formatGeneral } from "../../functions/format-float.ts";
import { quantileOf } from "../../functions/quantile-of.ts";
import type { Aggregation } from "../../syntax/ast/aggregation.ts";
import type { Evaluation } from "../evaluation.ts";
import { required } from "../required.ts";
import type { StepGrid } from "../step-grid.ts";
import { seriesOf, setFloat, type VectorSeries } from "../vector-series.ts";
import { noteIgnored } from "./float-accumulators.ts";
import { collectGroups, groupingOf } from "./groups.ts";
import { BLOCK_STEPS, StepBlock } from "./step-block.ts";

/** The quantile over the members of each group at each step. */
export function* aggregateQuantile(
  node: Aggregation,
  evaluation: Evaluation,
  grid: StepGrid,
): Generator<VectorSeries> {
  const parameter = required(node.parameter ?? undefined);
  const quantiles = evaluation.scalar(parameter, grid);
  const notes = { annotations: evaluation.annotations, position: node.expression.position };
  for (const invalid of invalidQuantiles(quantiles)) {
    const text = invalidQuantileWarning(formatGeneral(invalid));
    evaluation.annotations.warn(text, parameter.position, node.position);
  }
  const grouping = groupingOf(node);
  for (const members of collectGroups(evaluation.vector(node.expression, grid), grouping)) {
    const first = required(members[0]);
    const columns = evaluation.columns.take(grid);
    const block = new StepBlock(members);
    for (let step = 0; step < grid.count; step++) {
      const row = step % BLOCK_STEPS;
      if (row === 0) block.read(step, grid.count);
      const count = block.countAt(row);
      if (count === 0) continue;
      const quantile = quantiles[step] as number;
      setFloat(columns, step, quantileOf(quantile, block.rowAt(row), count));
    }
    if (block.hasHistograms) noteIgnored("quantile", notes);
    for (const member of members) evaluation.columns.giveBack(member);
    if (columns.pointCount === 0) continue;
    const dropsName = members.some((member) => member.dropsName);
    yield seriesOf(grouping(first.labels).labels(), dropsName, columns);
  }
}

/** Of a parameter that changes from step to step the worst in each direction are named. */
function* invalidQuantiles(quantiles: Float64Array): Generator<number> {
  if (quantiles.some(Number.isNaN)) yield Number.NaN;
  const most = Math.max(...quantiles);
  const least = Math.min(...quantiles);
  if (most > 1) yield most;
  if (least < 0) yield least;
}
