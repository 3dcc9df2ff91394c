import type { PointFunction } from "../functions/math.ts";
import type { Call } from "../syntax/ast/call.ts";
import type { Evaluation } from "./evaluation.ts";
import { EMPTY_LABELS, type FloatHistogram } from "#model";
import type { StepGrid } from "./step-grid.ts";
import { timeAt } from "./step-grid.ts";
import {
  emptyColumns,
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
  for (const series of vector === undefined ? timeSeries(grid) : evaluation.vector(vector, grid)) {
    const columns = emptyColumns(grid);
    for (let step = 0; step < grid.count; step++) {
      if (series.kinds[step] !== FLOAT) continue;
      for (let i = 0; i < scalars.length; i++) scalars[i] = scalarColumns[i]?.[step] as number;
      setPoint(columns, step, apply(series.values[step] as number, scalars));
    }
    yield* seriesOf(series.labels, true, columns);
  }
}

/** The steps' own times in seconds, as a series without labels. */
function timeSeries(grid: StepGrid): readonly VectorSeries[] {
  const columns = emptyColumns(grid);
  for (let step = 0; step < grid.count; step++) setFloat(columns, step, timeAt(grid, step) / 1000);
  return [{ labels: EMPTY_LABELS, dropsName: false, ...columns }];
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
    const columns = emptyColumns(grid);
    for (let step = 0; step < grid.count; step++) {
      const histogram = series.kinds[step] === HISTOGRAM ? series.histograms?.[step] : undefined;
      if (histogram !== undefined) setFloat(columns, step, apply(histogram));
    }
    yield* seriesOf(series.labels, true, columns);
  }
}
