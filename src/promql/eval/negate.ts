import { multiply } from "../histogram/scale.ts";
import type { StepGrid } from "./step-grid.ts";
import { emptyColumns, pointAt, setPoint, type VectorSeries } from "./vector-series.ts";

/** Unary minus; a histogram is multiplied by −1. */
export function* negate(operand: Iterable<VectorSeries>, grid: StepGrid): Generator<VectorSeries> {
  for (const series of operand) {
    const columns = emptyColumns(grid);
    for (let step = 0; step < grid.count; step++) {
      const point = pointAt(series, step);
      setPoint(columns, step, typeof point === "object" ? multiply(point, -1) : point && -point);
    }
    yield { labels: series.labels, dropsName: true, ...columns };
  }
}
