import type { Expression } from "../syntax/ast/expression.ts";
import type { Evaluation } from "./evaluation.ts";
import { dropMetricIdentity } from "./label-sets.ts";
import { mergeSeries } from "./merge-series.ts";
import type { StepGrid } from "./step-grid.ts";
import { stayApart } from "./stay-apart.ts";
import { seriesOf, type VectorSeries } from "./vector-series.ts";

/**
 * Where names go: at the end of the query under delayed name removal, else right after each function.
 * Either way series that then have equal labels become one, or an error.
 */
export function dropNamesAtOnce(
  node: Expression,
  vector: Iterable<VectorSeries>,
  evaluation: Evaluation,
  grid: StepGrid,
): Iterable<VectorSeries> {
  if (evaluation.settings.isNameRemovalDelayed) return vector;
  return stayApart(node, evaluation) ? withoutNames(vector) : dropNames(vector, evaluation, grid);
}

/** What is left to do at the end of the query. */
export function dropNamesAtEnd(
  vector: Iterable<VectorSeries>,
  evaluation: Evaluation,
  grid: StepGrid,
): Iterable<VectorSeries> {
  return evaluation.settings.isNameRemovalDelayed ? dropNames(vector, evaluation, grid) : vector;
}

function dropNames(
  vector: Iterable<VectorSeries>,
  evaluation: Evaluation,
  grid: StepGrid,
): Iterable<VectorSeries> {
  return mergeSeries(withoutNames(vector), evaluation, grid);
}

function* withoutNames(vector: Iterable<VectorSeries>): Generator<VectorSeries> {
  for (const series of vector) {
    yield series.dropsName ? seriesOf(dropMetricIdentity(series.labels), false, series) : series;
  }
}
