import type { Evaluation } from "./evaluation.ts";
import { dropMetricIdentity } from "./label-sets.ts";
import { mergeSeries } from "./merge-series.ts";
import type { StepGrid } from "./step-grid.ts";
import type { VectorSeries } from "./vector-series.ts";

/**
 * Where names go: at the end of the query under delayed name removal, else right after each function.
 * Either way series that then have equal labels become one, or an error.
 */
export function dropNamesAtOnce(
  vector: Iterable<VectorSeries>,
  evaluation: Evaluation,
  grid: StepGrid,
): Iterable<VectorSeries> {
  return evaluation.settings.isNameRemovalDelayed ? vector : dropNames(vector, grid);
}

export function dropNames(vector: Iterable<VectorSeries>, grid: StepGrid): Iterable<VectorSeries> {
  return mergeSeries(withoutNames(vector), grid);
}

function* withoutNames(vector: Iterable<VectorSeries>): Generator<VectorSeries> {
  for (const series of vector) {
    yield series.dropsName
      ? { ...series, labels: dropMetricIdentity(series.labels), dropsName: false }
      : series;
  }
}
