import type { Expression } from "../syntax/ast/expression.ts";
import type { Evaluation } from "./evaluation.ts";
import type { StepGrid } from "./step-grid.ts";
import { pointAt, seriesOf, setPoint, type VectorSeries } from "./vector-series.ts";

/** Functions that look at the step's own time, whatever `@` says of their arguments. */
const TIME_DEPENDENT = new Set([
  ..."time timestamp predict_linear minute hour day_of_week day_of_month".split(" "),
  ..."day_of_year days_in_month month year".split(" "),
]);

/** Whether the expression has the same value at all steps: `@` fixes every selector in it. */
export function isStepInvariant(expression: Expression): boolean {
  switch (expression.kind) {
    case "numberLiteral":
    case "stringLiteral":
      return true;
    case "vectorSelector":
      return expression.at !== null;
    case "matrixSelector":
      return expression.selector.at !== null;
    case "subquery":
      // Even of a constant it has other points in each window.
      return expression.at !== null;
    case "parentheses":
    case "unary":
      return isStepInvariant(expression.expression);
    case "binary":
      return isStepInvariant(expression.left) && isStepInvariant(expression.right);
    case "aggregation":
      return (
        isStepInvariant(expression.expression) &&
        (expression.parameter === null || isStepInvariant(expression.parameter))
      );
    case "call":
      return !TIME_DEPENDENT.has(expression.functionName) && expression.args.every(isStepInvariant);
  }
}

/** Computes what does not change once, and repeats it at all steps. */
export function* evaluateOnce(
  expression: Expression,
  evaluation: Evaluation,
  grid: StepGrid,
): Generator<VectorSeries> {
  const single: StepGrid = { startMs: grid.startMs, stepMs: 0, count: 1 };
  evaluation.samples.repeat(single, grid);
  const once = [...evaluation.vector(expression, single)];
  evaluation.samples.letGo(expression);
  for (const series of once) {
    const columns = evaluation.columns.take(grid);
    const point = pointAt(series, 0);
    for (let step = 0; step < grid.count; step++) setPoint(columns, step, point);
    yield seriesOf(series.labels, series.dropsName, columns);
    evaluation.columns.giveBack(series);
  }
}
