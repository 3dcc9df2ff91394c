import { labelsOf, type Labels, METRIC_NAME } from "#model";
import type { Evaluation } from "../eval/evaluation.ts";
import { required } from "../eval/required.ts";
import type { StepGrid } from "../eval/step-grid.ts";
import { ABSENT, seriesOf, setFloat, type VectorSeries } from "../eval/vector-series.ts";
import type { Expression } from "../syntax/ast/expression.ts";
import type { VectorFunction } from "./vector-function.ts";

/** 1 at each step at which the vector has no series at all. */
export const absent: VectorFunction = (call, evaluation, grid) => {
  const argument = required(call.args[0]);
  return absenceOf(evaluation.vector(argument, grid), labelsSought(argument), evaluation, grid);
};

/** A series where none of the vector's has a point. */
export function* absenceOf(
  vector: Iterable<VectorSeries>,
  labels: Labels,
  { columns: pool }: Evaluation,
  grid: StepGrid,
): Generator<VectorSeries> {
  const isPresent = new Uint8Array(grid.count);
  for (const series of vector) {
    for (let step = 0; step < grid.count; step++) {
      if (series.kinds[step] !== ABSENT) isPresent[step] = 1;
    }
    pool.giveBack(series);
  }
  const columns = pool.take(grid);
  for (let step = 0; step < grid.count; step++) {
    if (isPresent[step] === 0) setFloat(columns, step, 1);
  }
  if (columns.pointCount > 0) yield seriesOf(labels, false, columns);
}

/** What a selector asked for with `=`; a label that it names more than once says nothing. */
export function labelsSought(argument: Expression): Labels {
  const selector = argument.kind === "matrixSelector" ? argument.selector : argument;
  if (selector.kind !== "vectorSelector") return labelsOf([]);
  const sought = new Map<string, string>();
  const seen = new Set<string>();
  for (const { name, operator, value } of selector.matchers) {
    if (name === METRIC_NAME) continue;
    if (operator === "=" && !seen.has(name)) sought.set(name, value);
    else sought.delete(name);
    seen.add(name);
  }
  return labelsOf(sought);
}
