import { multiply } from "../histogram/scale.ts";
import type { Evaluation } from "./evaluation.ts";
import type { StepGrid } from "./step-grid.ts";
import { pointAt, seriesOf, setFloat, setHistogram, type VectorSeries } from "./vector-series.ts";

/** Unary minus; a histogram is multiplied by −1. */
export function* negate(
  operand: Iterable<VectorSeries>,
  { columns: pool }: Evaluation,
  grid: StepGrid,
): Generator<VectorSeries> {
  for (const series of operand) {
    const columns = pool.take(grid);
    for (let step = 0; step < grid.count; step++) {
      const point = pointAt(series, step);
      if (typeof point === "number") setFloat(columns, step, -point);
      else if (point !== undefined) setHistogram(columns, step, multiply(point, -1));
    }
    yield seriesOf(series.labels, true, columns);
    pool.giveBack(series);
  }
}
