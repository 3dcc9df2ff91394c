import { EMPTY_LABELS } from "#model";
import { AssertionError } from "#lib/assert";
import { SCALAR_FUNCTIONS } from "../functions/scalars.ts";
import type { Expression } from "../syntax/ast/expression.ts";
import type { Unary } from "../syntax/ast/unary.ts";
import { valueTypeOf } from "../syntax/value-type.ts";
import { aggregate } from "./aggregate/aggregate.ts";
import { evaluateBinary } from "./binary/binary.ts";
import { scalarBinary } from "./binary/scalar-operation.ts";
import { callFunction } from "./call.ts";
import { dropNamesAtOnce } from "./drop-names.ts";
import type { Evaluation, Evaluator } from "./evaluation.ts";
import { selectInstant } from "./instant-selector.ts";
import { negate } from "./negate.ts";
import { required } from "./required.ts";
import { sampleSizeOf } from "./sample-size.ts";
import { selectSmoothed } from "./smoothed-selector.ts";
import { evaluateOnce, isStepInvariant } from "./step-invariant.ts";
import type { StepGrid } from "./step-grid.ts";
import { ABSENT, seriesOf, setFloat, type VectorSeries } from "./vector-series.ts";

/** Every kind of expression and what evaluates it. */
export const evaluator: Evaluator = { vector: evaluateVector, scalar: evaluateScalar };

function evaluateVector(
  expression: Expression,
  evaluation: Evaluation,
  grid: StepGrid,
): Iterable<VectorSeries> {
  // Parentheses hold nothing of their own.
  if (expression.kind === "parentheses") return evaluation.vector(expression.expression, grid);
  return counted(expression, vectorOf(expression, evaluation, grid), evaluation);
}

/** Counts what the node holds, and looks for a reason to stop before each series. */
function* counted(
  node: Expression,
  vector: Iterable<VectorSeries>,
  evaluation: Evaluation,
): Generator<VectorSeries> {
  const { samples } = evaluation;
  evaluation.stopIfAsked();
  for (const series of vector) {
    const isAtLast = series.kinds[series.kinds.length - 1] !== ABSENT;
    samples.hold(node, sampleSizeOf(series), isAtLast ? 1 : 0);
    evaluation.stopIfAsked();
    yield series;
  }
  samples.finish(node);
}

function vectorOf(
  expression: Expression,
  evaluation: Evaluation,
  grid: StepGrid,
): Iterable<VectorSeries> {
  if (valueTypeOf(expression) === "scalar") return scalarAsVector(expression, evaluation, grid);
  if (grid.count > 1 && isStepInvariant(expression)) {
    return evaluateOnce(expression, evaluation, grid);
  }
  switch (expression.kind) {
    case "vectorSelector":
      return expression.edges === "smoothed"
        ? selectSmoothed(expression, evaluation, grid)
        : selectInstant(expression, evaluation, grid);
    case "unary":
      return dropNamesAtOnce(
        expression,
        evaluateUnary(expression, evaluation, grid),
        evaluation,
        grid,
      );
    case "binary":
      return dropNamesAtOnce(
        expression,
        evaluateBinary(expression, evaluation, grid),
        evaluation,
        grid,
      );
    case "aggregation":
      return aggregate(expression, evaluation, grid);
    case "call":
      return dropNamesAtOnce(
        expression,
        callFunction(expression, evaluation, grid),
        evaluation,
        grid,
      );
    case "numberLiteral":
    case "stringLiteral":
    case "matrixSelector":
    case "parentheses":
    case "subquery":
      throw new AssertionError(`${expression.kind} is no instant vector`);
  }
}

function evaluateUnary(
  { operator, expression }: Unary,
  evaluation: Evaluation,
  grid: StepGrid,
): Iterable<VectorSeries> {
  const operand = evaluation.vector(expression, grid);
  return operator === "+" ? operand : negate(operand, evaluation, grid);
}

/** A range query may be a scalar; its answer is then a series without labels. */
function* scalarAsVector(
  expression: Expression,
  evaluation: Evaluation,
  grid: StepGrid,
): Generator<VectorSeries> {
  const columns = evaluation.columns.take(grid);
  const values = evaluation.scalar(expression, grid);
  for (let step = 0; step < grid.count; step++) setFloat(columns, step, values[step] as number);
  yield seriesOf(EMPTY_LABELS, false, columns);
}

function evaluateScalar(
  expression: Expression,
  evaluation: Evaluation,
  grid: StepGrid,
): Float64Array {
  const values = scalarOf(expression, evaluation, grid);
  if (expression.kind === "parentheses") return values;
  // For Prometheus a scalar is a series without labels.
  evaluation.samples.hold(expression, grid.count, 1);
  evaluation.samples.finish(expression);
  return values;
}

function scalarOf(expression: Expression, evaluation: Evaluation, grid: StepGrid): Float64Array {
  switch (expression.kind) {
    case "numberLiteral":
      return new Float64Array(grid.count).fill(expression.value);
    case "parentheses":
      return evaluation.scalar(expression.expression, grid);
    case "unary": {
      const operand = evaluation.scalar(expression.expression, grid);
      return expression.operator === "+" ? operand : operand.map((value) => -value);
    }
    case "binary":
      return scalarBinary(
        expression.operator,
        evaluation.scalar(expression.left, grid),
        evaluation.scalar(expression.right, grid),
      );
    case "call":
      return required(SCALAR_FUNCTIONS.get(expression.functionName))(expression, evaluation, grid);
    case "aggregation":
    case "matrixSelector":
    case "stringLiteral":
    case "subquery":
    case "vectorSelector":
      throw new AssertionError(`${expression.kind} is no scalar`);
  }
}
