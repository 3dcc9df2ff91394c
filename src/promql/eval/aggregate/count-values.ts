import { type Labels, labelsKey } from "#model";
import { formatPositional } from "../../functions/format-float.ts";
import { describeHistogram } from "../../histogram/describe-histogram.ts";
import type { Aggregation } from "../../syntax/ast/aggregation.ts";
import { goQuote } from "../../syntax/go-quote.ts";
import type { Evaluation } from "../evaluation.ts";
import { setLabel } from "../label-sets.ts";
import { executionError } from "../query-error.ts";
import type { StepGrid } from "../step-grid.ts";
import { stringArgument } from "../string-argument.ts";
import {
  type MutableColumns,
  pointAt,
  seriesOf,
  setFloat,
  type VectorSeries,
} from "../vector-series.ts";
import { isLabelName } from "../../functions/label-name.ts";
import { groupingOf } from "./groups.ts";

interface CountedValue {
  readonly labels: Labels;
  readonly columns: MutableColumns;
}

/** How many members of a group have each value; the value becomes a label. */
export function* countValues(
  node: Aggregation,
  evaluation: Evaluation,
  grid: StepGrid,
): Generator<VectorSeries> {
  const name = stringArgument(node.parameter ?? undefined);
  if (!isLabelName(name)) {
    throw executionError(`invalid label name ${goQuote(name)}`);
  }
  // The value is a label like any other: `without` takes it away, `by` has to keep it.
  const grouping = groupingOf(
    node.isWithout ? node : { ...node, grouping: [...node.grouping, name] },
  );
  const counted = new Map<string, CountedValue>();
  for (const series of evaluation.vector(node.expression, grid)) {
    for (let step = 0; step < grid.count; step++) {
      const point = pointAt(series, step);
      if (point === undefined) continue;
      const text = typeof point === "number" ? formatPositional(point) : describeHistogram(point);
      const labels = grouping(setLabel(series.labels, name, text)).labels();
      const key = labelsKey(labels);
      let value = counted.get(key);
      if (value === undefined) {
        value = { labels, columns: evaluation.columns.take(grid) };
        counted.set(key, value);
      }
      setFloat(value.columns, step, (value.columns.values[step] as number) + 1);
    }
    evaluation.columns.giveBack(series);
  }
  for (const { labels, columns } of counted.values()) {
    yield seriesOf(labels, false, columns);
  }
}
