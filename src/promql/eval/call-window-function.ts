import type { Call } from "../syntax/ast/call.ts";
import { valueTypeOf } from "../syntax/value-type.ts";
import type { Evaluation } from "./evaluation.ts";
import { executionError } from "./query-error.ts";
import type { RangeSeries } from "./range-samples.ts";
import { type RangeVector, rangeVectorOf } from "./range-vector.ts";
import { required } from "./required.ts";
import { windowSize } from "./sample-size.ts";
import { slideTo, windowOf } from "./slide-windows.ts";
import type { StepGrid } from "./step-grid.ts";
import { seriesOf, setPoint, type VectorSeries } from "./vector-series.ts";
import { floatCount, histogramCount, type WindowCall, type WindowFunction } from "./window.ts";

interface WindowRun {
  readonly evaluation: Evaluation;
  readonly grid: StepGrid;
  readonly range: RangeVector;
  readonly call: WindowCall;
  readonly apply: WindowFunction;
  /** One column for each scalar argument. */
  readonly scalarColumns: readonly Float64Array[];
  /** The scalars of the current step: one array for all steps. */
  readonly scalars: number[];
}

/** Which functions know what to do with the edges of a range, in the order in which they are named. */
const KNOWS_EDGES = {
  anchored: ["changes", "delta", "increase", "rate", "resets"],
  smoothed: ["delta", "increase", "rate"],
} as const;

function requireEdges(functionName: string, edges: RangeVector["edges"]): void {
  if (edges === null) return;
  const knowing: readonly string[] = KNOWS_EDGES[edges];
  if (knowing.includes(functionName)) return;
  throw executionError(
    `${edges} modifier can only be used with: ${knowing.join(", ")} - not with ${functionName}`,
  );
}

/** A function over a range vector: its window slides over each series, step by step. */
export function* callWindowFunction(
  call: Call,
  apply: WindowFunction,
  keepsName: boolean,
  evaluation: Evaluation,
  grid: StepGrid,
): Generator<VectorSeries> {
  const argument = required(call.args.find((arg) => valueTypeOf(arg) === "matrix"));
  const others = call.args.filter((arg) => arg !== argument);
  const range = rangeVectorOf(argument, evaluation, grid);
  requireEdges(call.functionName, range.edges);
  const run: WindowRun = {
    evaluation,
    grid,
    range,
    apply,
    scalarColumns: others.map((arg) => evaluation.scalar(arg, grid)),
    scalars: others.map(() => 0),
    call: {
      functionName: call.functionName,
      rangeMs: range.rangeMs,
      edges: range.edges,
      position: argument.position,
      argumentPositions: call.args.map((arg) => arg.position),
      annotations: evaluation.annotations,
    },
  };
  for (const series of range.series) yield* slideOver(series, run, keepsName);
}

function* slideOver(
  series: RangeSeries,
  run: WindowRun,
  keepsName: boolean,
): Generator<VectorSeries> {
  const { evaluation, grid, range, scalars, scalarColumns } = run;
  const columns = evaluation.columns.take(grid);
  const window = windowOf(series);
  let size = 0;
  for (let step = 0; step < grid.count; step++) {
    slideTo(window, range, evaluation.settings, grid, step);
    if (floatCount(window) + histogramCount(window) === 0) continue;
    for (let i = 0; i < scalars.length; i++) scalars[i] = scalarColumns[i]?.[step] as number;
    setPoint(columns, step, run.apply(window, run.call, scalars));
    size = windowSize(window);
    evaluation.samples.read(grid, size);
    evaluation.samples.readAt(grid, step, size);
  }
  // Prometheus keeps the last window until the next series.
  evaluation.samples.touch(size + columns.pointCount);
  if (columns.pointCount === 0) evaluation.columns.giveBack(columns);
  else yield seriesOf(series.labels, keepsName ? series.dropsName : true, columns);
}
