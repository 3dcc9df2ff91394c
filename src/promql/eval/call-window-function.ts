import { noteNonCounter } from "../functions/counter-resets.ts";
import { ExtrapolationFactors } from "../functions/columnar/extrapolation-factors.ts";
import { Scratch } from "../functions/columnar/scratch.ts";
import type { KernelCall, WindowKernel } from "../functions/columnar/window-kernel.ts";
import { WINDOW_KERNELS } from "../functions/columnar/window-kernels.ts";
import type { Call } from "../syntax/ast/call.ts";
import type { PositionRange } from "../syntax/position-range.ts";
import { valueTypeOf } from "../syntax/value-type.ts";
import type { Evaluation } from "./evaluation.ts";
import { Pacer } from "./pacer.ts";
import { executionError } from "./query-error.ts";
import type { RangeSeries } from "./range-samples.ts";
import { type RangeVector, rangeVectorOf } from "./range-vector.ts";
import { required } from "./required.ts";
import { windowSize } from "./sample-size.ts";
import { slideTo, windowOf } from "./slide-windows.ts";
import type { StepGrid } from "./step-grid.ts";
import { type MutableColumns, seriesOf, setPoint, type VectorSeries } from "./vector-series.ts";
import { WindowBounds } from "./window-bounds.ts";
import { floatCount, histogramCount, type WindowFunction } from "./window.ts";

const NO_PLACE: PositionRange = { start: 0, end: 0 };

interface WindowRun {
  readonly evaluation: Evaluation;
  readonly grid: StepGrid;
  readonly range: RangeVector;
  readonly bounds: WindowBounds;
  readonly apply: WindowFunction;
  readonly kernel: WindowKernel | undefined;
  readonly kernelCall: KernelCall;
  /** The scalars of the current step: one array for all steps. */
  readonly scalars: number[];
}

/** Which functions know what to do with the edges of a range, in the order in which they are named. */
const KNOWS_EDGES = {
  anchored: ["changes", "delta", "increase", "rate", "resets"],
  smoothed: ["delta", "increase", "rate"],
} as const;

/** Functions that are meant for counters, and say so where they get something else. */
const COUNTS_FROM_ZERO: ReadonlySet<string> = new Set(["rate", "increase"]);

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
    bounds: new WindowBounds(range.time, range.rangeMs, grid),
    apply,
    kernel: WINDOW_KERNELS.get(call.functionName),
    kernelCall: {
      call: {
        functionName: call.functionName,
        rangeMs: range.rangeMs,
        edges: range.edges,
        // What comes out of a subquery has no place in Prometheus: its annotations name the start.
        position: argument.kind === "subquery" ? NO_PLACE : argument.position,
        argumentPositions: call.args.map((arg) => arg.position),
        annotations: evaluation.annotations,
      },
      scalarColumns: others.map((arg) => evaluation.scalar(arg, grid)),
      scratch: new Scratch(),
      factors: new ExtrapolationFactors(),
      pacer: new Pacer(() => evaluation.stopIfAsked()),
    },
    scalars: others.map(() => 0),
  };
  const { columns: pool } = evaluation;
  for (const series of range.series) {
    const columns = pool.take(grid);
    if (isForKernel(series, run)) runKernel(series, run, columns);
    else slideOver(series, run, columns);
    if (columns.pointCount === 0) pool.giveBack(columns);
    else yield seriesOf(series.labels, keepsName ? series.dropsName : true, columns);
  }
}

function isForKernel({ floats, histograms }: RangeSeries, { range, kernel }: WindowRun): boolean {
  return (
    kernel !== undefined &&
    histograms.length === 0 &&
    floats.startTimestampsMs === null &&
    range.edges === null
  );
}

/** All windows at once. */
function runKernel(series: RangeSeries, run: WindowRun, columns: MutableColumns): void {
  const { kernel, kernelCall, bounds } = run;
  bounds.find(series.floats);
  kernel?.(series.floats, bounds, columns, kernelCall);
  if (COUNTS_FROM_ZERO.has(kernelCall.call.functionName) && columns.pointCount > 0) {
    noteNonCounter(series.labels, kernelCall.call);
  }
  countWindows(bounds, columns, run);
}

/** Window by window. */
function slideOver(series: RangeSeries, run: WindowRun, columns: MutableColumns): void {
  const { evaluation, grid, range, scalars, kernelCall } = run;
  const { call, pacer, scalarColumns } = kernelCall;
  const window = windowOf(series);
  let size = 0;
  for (let step = 0; step < grid.count; step++) {
    slideTo(window, range, evaluation.settings, grid, step);
    const count = floatCount(window) + histogramCount(window);
    if (count === 0) continue;
    for (let i = 0; i < scalars.length; i++) scalars[i] = scalarColumns[i]?.[step] as number;
    setPoint(columns, step, run.apply(window, call, scalars));
    pacer.walked(count);
    size = windowSize(window);
    evaluation.samples.read(grid, size);
    evaluation.samples.readAt(grid, step, size);
  }
  // Prometheus keeps the last window until the next series.
  evaluation.samples.touch(size + columns.pointCount);
}

function countWindows(
  { from, to, total }: WindowBounds,
  columns: MutableColumns,
  { evaluation: { samples }, grid }: WindowRun,
): void {
  const last = grid.count - 1;
  samples.read(grid, total);
  samples.touch((to[last] as number) - (from[last] as number) + columns.pointCount);
  if (!samples.countsPerStep) return;
  for (let step = 0; step <= last; step++) {
    samples.readAt(grid, step, (to[step] as number) - (from[step] as number));
  }
}
