import type { PointFunction } from "../functions/math.ts";
import type { Call } from "../syntax/ast/call.ts";
import type { Evaluation } from "./evaluation.ts";
import { EMPTY_LABELS, type FloatHistogram } from "#model";
import type { StepGrid } from "./step-grid.ts";
import { timeAt } from "./step-grid.ts";
import {
  FLOAT,
  HISTOGRAM,
  seriesOf,
  setFloat,
  setPoint,
  type VectorSeries,
} from "./vector-series.ts";

/** A function of each float; histograms give nothing. Without a vector it is applied to the time. */
export function* callPointFunction(
  call: Call,
  apply: PointFunction,
  evaluation: Evaluation,
  grid: StepGrid,
): Generator<VectorSeries> {
  const [vector, ...others] = call.args;
  const scalarColumns = others.map((arg) => evaluation.scalar(arg, grid));
  const scalars = others.map(() => 0);
  for (const series of vector === undefined
    ? timeSeries(evaluation, grid)
    : evaluation.vector(vector, grid)) {
    const columns = evaluation.columns.take(grid);
    for (let step = 0; step < grid.count; step++) {
      if (series.kinds[step] !== FLOAT) continue;
      for (let i = 0; i < scalars.length; i++) scalars[i] = scalarColumns[i]?.[step] as number;
      setPoint(columns, step, apply(series.values[step] as number, scalars));
    }
    evaluation.columns.giveBack(series);
    if (columns.pointCount > 0) yield seriesOf(series.labels, true, columns);
  }
}

/** The steps' own times in seconds, as a series without labels. */
function timeSeries({ columns: pool }: Evaluation, grid: StepGrid): readonly VectorSeries[] {
  const columns = pool.take(grid);
  for (let step = 0; step < grid.count; step++) setFloat(columns, step, timeAt(grid, step) / 1000);
  return [seriesOf(EMPTY_LABELS, false, columns)];
}

/** A number from each histogram; floats give nothing. */
export function* callHistogramFunction(
  call: Call,
  apply: (histogram: FloatHistogram) => number,
  evaluation: Evaluation,
  grid: StepGrid,
): Generator<VectorSeries> {
  const [vector] = call.args;
  if (vector === undefined) return;
  for (const series of evaluation.vector(vector, grid)) {
    const columns = evaluation.columns.take(grid);
    for (let step = 0; step < grid.count; step++) {
      const histogram = series.kinds[step] === HISTOGRAM ? series.histograms?.[step] : undefined;
      if (histogram !== undefined) setFloat(columns, step, apply(histogram));
    }
    evaluation.columns.giveBack(series);
    if (columns.pointCount > 0) yield seriesOf(series.labels, true, columns);
  }
}
