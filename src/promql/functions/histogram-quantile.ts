import type { Labels } from "#model";
import type { Evaluation } from "../eval/evaluation.ts";
import { setLabel } from "../eval/label-sets.ts";
import { mergeSeries } from "../eval/merge-series.ts";
import { required } from "../eval/required.ts";
import { stringArgument } from "../eval/string-argument.ts";
import { type StepGrid, timeAt } from "../eval/step-grid.ts";
import type { VectorSeries } from "../eval/vector-series.ts";
import { classicQuantile } from "../histogram/classic/classic-quantile.ts";
import { histogramQuantile as nativeQuantile } from "../histogram/index.ts";
import type { Call } from "../syntax/ast/call.ts";
import type { Expression } from "../syntax/ast/expression.ts";
import { invalidQuantileWarning, metricNameOf } from "./annotation-texts.ts";
import { formatGeneral } from "./format-float.ts";
import {
  type HistogramReader,
  readHistograms,
  releaseHistograms,
  sortHistograms,
} from "./histogram-kinds.ts";
import { MonotonicityNotes } from "./monotonicity-notes.ts";
import type { VectorFunction } from "./vector-function.ts";
import { goQuote } from "../syntax/go-quote.ts";

/** `histogram_quantile(q, vector)`: of classic and native histograms alike. */
export const histogramQuantile: VectorFunction = function* (call, evaluation, grid) {
  const [quantile, vector] = call.args;
  // A quantile that changes from step to step is read in turns: one series for each of its values.
  const asked = { call, vector: required(vector), quantiles: [required(quantile)], label: null };
  const turns = quantilesOf(asked, evaluation, grid);
  yield* mergeSeries(turns, evaluation, grid);
};

/** `histogram_quantiles(vector, label, q…)`: several at once, told apart by a label. */
export const histogramQuantiles: VectorFunction = function* (call, evaluation, grid) {
  const [vector, label, ...quantiles] = call.args;
  const asked = { call, vector: required(vector), quantiles, label: stringArgument(label) };
  const turns = quantilesOf(asked, evaluation, grid);
  yield* mergeSeries(turns, evaluation, grid);
};

interface Asked {
  readonly call: Call;
  readonly vector: Expression;
  readonly quantiles: readonly Expression[];
  /** That tells several quantiles apart. */
  readonly label: string | null;
}

function* quantilesOf(
  { call, vector, quantiles, label }: Asked,
  evaluation: Evaluation,
  grid: StepGrid,
): Generator<VectorSeries> {
  const notes = { annotations: evaluation.annotations, position: vector.position };
  const monotonicity = new MonotonicityNotes();
  const columns = quantiles.map((expression) => evaluation.scalar(expression, grid));
  const kinds = sortHistograms(evaluation.vector(vector, grid), notes);
  for (const [i, expression] of quantiles.entries()) {
    const column = required(columns[i]);
    for (const [q, steps] of stepsByValue(column)) {
      if (!(q >= 0 && q <= 1)) {
        const text = invalidQuantileWarning(formatGeneral(q));
        evaluation.annotations.warn(text, expression.position, call.position);
      }
      const reader = quantileReader(q, notes, monotonicity, grid);
      for (const series of readHistograms(kinds, reader, evaluation, grid, steps)) {
        if (label === null) yield series;
        else yield { ...series, labels: setLabel(series.labels, label, formatQuantile(q)) };
      }
    }
  }
  releaseHistograms(kinds, evaluation);
  monotonicity.report(notes);
}

function quantileReader(
  q: number,
  notes: HistogramReader["notes"],
  monotonicity: MonotonicityNotes,
  grid: StepGrid,
): HistogramReader {
  const { annotations, position } = notes;
  return {
    notes,
    native: (histogram, labels) => {
      const { value, nanEffect } = nativeQuantile(q, histogram);
      if (nanEffect !== "none") annotations.info(nanInfo(nanEffect, labels), position);
      return value;
    },
    classic: (buckets, labels, step) =>
      classicQuantile(q, buckets, (repair) =>
        monotonicity.add(metricNameOf(labels), repair, timeAt(grid, step)),
      ),
  };
}

function nanInfo(effect: "result" | "skew", labels: Labels): string {
  const name = metricNameOf(labels);
  const consequence = effect === "result" ? "result is NaN" : "result is skewed higher";
  const metric = name === "" ? "" : ` for metric name ${goQuote(name)}`;
  return `input to histogram_quantile has NaN observations, ${consequence}${metric}`;
}

/** The steps at which a scalar has each of its values; mostly all of them one. */
function stepsByValue(column: Float64Array): ReadonlyMap<number, readonly number[]> {
  const steps = new Map<number, number[]>();
  for (const [step, value] of column.entries()) {
    const known = steps.get(value);
    if (known === undefined) steps.set(value, [step]);
    else known.push(step);
  }
  return steps;
}

/** As OpenMetrics writes label values of quantiles: whole numbers with `.0`. */
function formatQuantile(q: number): string {
  const text = formatGeneral(q);
  return Number.isFinite(q) && /^-?\d+$/.test(text) ? `${text}.0` : text;
}
