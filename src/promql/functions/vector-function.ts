import type { Evaluation } from "../eval/evaluation.ts";
import type { StepGrid } from "../eval/step-grid.ts";
import type { VectorSeries } from "../eval/vector-series.ts";
import type { Call } from "../syntax/ast/call.ts";

/** A function that sees whole series, or its arguments as expressions. */
export type VectorFunction = (
  call: Call,
  evaluation: Evaluation,
  grid: StepGrid,
) => Iterable<VectorSeries>;

/** A function whose value is a scalar at each step. */
export type ScalarFunction = (call: Call, evaluation: Evaluation, grid: StepGrid) => Float64Array;
