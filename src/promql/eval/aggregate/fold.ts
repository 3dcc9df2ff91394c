import { AssertionError } from "#lib/assert";
import type { Aggregation } from "../../syntax/ast/aggregation.ts";
import { type Labels, labelValue, METRIC_NAME } from "#model";
import type { ColumnPool } from "../column-pool.ts";
import type { Evaluation } from "../evaluation.ts";
import type { StepGrid } from "../step-grid.ts";
import { HISTOGRAM, seriesOf, type VectorSeries } from "../vector-series.ts";
import type { Accumulator, AggregationNotes } from "./accumulator.ts";
import { CountAccumulator, ExtremeAccumulator, VarianceAccumulator } from "./float-accumulators.ts";
import { groupingOf } from "./groups.ts";
import { SumAccumulator } from "./sum-accumulator.ts";

function makeAccumulator(
  { operator }: Aggregation,
  grid: StepGrid,
  pool: ColumnPool,
  notes: AggregationNotes,
): Accumulator {
  switch (operator) {
    case "sum":
      return new SumAccumulator(false, grid, pool, notes);
    case "avg":
      return new SumAccumulator(true, grid, pool, notes);
    case "min":
    case "max":
      return new ExtremeAccumulator(operator, pool.take(grid), notes);
    case "stddev":
    case "stdvar":
      return new VarianceAccumulator(operator, pool.take(grid), notes);
    case "count":
      return new CountAccumulator(false, pool.take(grid));
    case "group":
      return new CountAccumulator(true, pool.take(grid));
    case "bottomk":
    case "count_values":
    case "limit_ratio":
    case "limitk":
    case "quantile":
    case "topk":
      throw new AssertionError(`${operator} is no fold`);
  }
}

interface FoldedGroup {
  readonly labels: Labels;
  /** Of any member. */
  dropsName: boolean;
  readonly accumulator: Accumulator;
}

/** Aggregations that see each member once: the input is never held, only one column per group. */
export function* fold(
  node: Aggregation,
  evaluation: Evaluation,
  grid: StepGrid,
): Generator<VectorSeries> {
  const notes = { annotations: evaluation.annotations, position: node.expression.position };
  const grouping = groupingOf(node);
  const groups = new Map<string, FoldedGroup>();
  for (const series of evaluation.vector(node.expression, grid)) {
    const { key, labels } = grouping(series.labels);
    let group = groups.get(key);
    if (group === undefined) {
      const accumulator = makeAccumulator(node, grid, evaluation.columns, notes);
      group = { labels: labels(), dropsName: series.dropsName, accumulator };
      groups.set(key, group);
    }
    group.dropsName ||= series.dropsName;
    addSeries(series, group.accumulator);
    evaluation.columns.giveBack(series);
  }
  for (const { labels, dropsName, accumulator } of groups.values()) {
    const columns = accumulator.finish();
    if (columns.pointCount > 0) yield seriesOf(labels, dropsName, columns);
  }
}

function addSeries(series: VectorSeries, accumulator: Accumulator): void {
  accumulator.addFloats(series);
  if (series.histograms === null) return;
  const metricName = labelValue(series.labels, METRIC_NAME);
  for (let step = 0; step < series.kinds.length; step++) {
    const histogram = series.kinds[step] === HISTOGRAM ? series.histograms[step] : undefined;
    if (histogram !== undefined) accumulator.addHistogram(step, histogram, metricName);
  }
}
