import { labelsKey } from "#model";
import type { Evaluation } from "./evaluation.ts";
import { executionError } from "./query-error.ts";
import type { StepGrid } from "./step-grid.ts";
import { ABSENT, copyPoint, seriesOf, type VectorSeries } from "./vector-series.ts";

/**
 * Joins series that have come to the same labels. They may take turns over time; two of them at the
 * same step are an error, because an answer cannot have both.
 */
export function* mergeSeries(
  vector: Iterable<VectorSeries>,
  evaluation: Evaluation,
  grid: StepGrid,
): Generator<VectorSeries> {
  const byLabels = new Map<string, VectorSeries>();
  for (const series of vector) {
    const key = labelsKey(series.labels);
    const earlier = byLabels.get(key);
    byLabels.set(key, earlier === undefined ? series : joined(earlier, series, evaluation, grid));
  }
  yield* byLabels.values();
}

function joined(
  a: VectorSeries,
  b: VectorSeries,
  { columns: pool }: Evaluation,
  grid: StepGrid,
): VectorSeries {
  const columns = pool.take(grid);
  for (let step = 0; step < grid.count; step++) {
    const hasA = a.kinds[step] !== ABSENT;
    const hasB = b.kinds[step] !== ABSENT;
    if (hasA && hasB) {
      throw executionError("vector cannot contain metrics with the same labelset");
    }
    if (hasA) copyPoint(a, columns, step);
    if (hasB) copyPoint(b, columns, step);
  }
  pool.giveBack(a);
  pool.giveBack(b);
  return seriesOf(a.labels, a.dropsName, columns);
}
