import { RE2JS } from "re2js";
import { labelValue, METRIC_NAME, labelsKey } from "#model";
import type { Evaluation } from "../eval/evaluation.ts";
import { setLabel } from "../eval/label-sets.ts";
import { mergeSeries } from "../eval/merge-series.ts";
import { executionError } from "../eval/query-error.ts";
import { required } from "../eval/required.ts";
import type { StepGrid } from "../eval/step-grid.ts";
import { stringArgument } from "../eval/string-argument.ts";
import type { VectorSeries } from "../eval/vector-series.ts";
import type { Call } from "../syntax/ast/call.ts";
import { expandTemplate } from "./expand-template.ts";
import { requireLabelName } from "./label-name.ts";
import type { VectorFunction } from "./vector-function.ts";

/**
 * Writes a label from a match on another one; the expression must match the whole value, where it
 * does not the series stays as it is. An empty result removes the label.
 */
export const labelReplace: VectorFunction = (call, evaluation, grid) => {
  const destination = stringArgument(call.args[1]);
  const template = stringArgument(call.args[2]);
  const source = stringArgument(call.args[3]);
  const expression = compile(stringArgument(call.args[4]));
  requireLabelName(destination, "label_replace");
  return relabeled(call, evaluation, grid, destination, (series) => {
    const matcher = expression.matcher(labelValue(series.labels, source));
    return matcher.matches() ? expandTemplate(template, matcher, expression) : null;
  });
};

/** `label_join`: the values of the source labels with a separator between. */
export const labelJoin: VectorFunction = (call, evaluation, grid) => {
  const destination = stringArgument(call.args[1]);
  const separator = stringArgument(call.args[2]);
  const sources = call.args.slice(3).map(stringArgument);
  requireLabelName(destination, "label_join");
  return relabeled(call, evaluation, grid, destination, (series) =>
    sources.map((source) => labelValue(series.labels, source)).join(separator),
  );
};

function compile(expression: string): RE2JS {
  try {
    return RE2JS.compile(`^(?s:${expression})$`);
  } catch {
    throw executionError(`invalid regular expression in label_replace(): ${expression}`);
  }
}

/** `valueOf` gives null to leave a series alone. */
function relabeled(
  call: Call,
  evaluation: Evaluation,
  grid: StepGrid,
  destination: string,
  valueOf: (series: VectorSeries) => string | null,
): Iterable<VectorSeries> {
  const vector = evaluation.vector(required(call.args[0]), grid);
  return mergeSeries(relabelEach(vector, destination, valueOf), evaluation, grid);
}

function* relabelEach(
  vector: Iterable<VectorSeries>,
  destination: string,
  valueOf: (series: VectorSeries) => string | null,
): Generator<VectorSeries> {
  for (const series of vector) {
    const value = valueOf(series);
    if (value === null) {
      yield series;
      continue;
    }
    const labels = setLabel(series.labels, destination, value);
    const isSame = labelsKey(labels) === labelsKey(series.labels);
    // A name that the query has written is meant to stay.
    const dropsName = series.dropsName && destination !== METRIC_NAME;
    yield { ...series, labels: isSame ? series.labels : labels, dropsName };
  }
}
