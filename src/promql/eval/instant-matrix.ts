import { compareLabels } from "#model";
import type { Expression } from "../syntax/ast/expression.ts";
import type { Evaluation } from "./evaluation.ts";
import { dropMetricIdentity } from "./label-sets.ts";
import { mergeRanges } from "./merge-ranges.ts";
import type { RangeSeries } from "./range-samples.ts";
import { rangeVectorOf } from "./range-vector.ts";
import { windowSize } from "./sample-size.ts";
import { slideTo, windowOf } from "./slide-windows.ts";
import type { StepGrid } from "./step-grid.ts";
import type { Window } from "./window.ts";

/** A range vector asked for as such, `metric[5m]`: the samples of its one window. */
export function instantMatrix(
  expression: Expression,
  evaluation: Evaluation,
  grid: StepGrid,
): readonly RangeSeries[] {
  const range = rangeVectorOf(expression, evaluation, grid);
  // What counts of a subquery are the samples that its expression reads.
  if (range.grid !== null) evaluation.samples.repeat(range.grid, grid);
  const result: RangeSeries[] = [];
  for (const series of range.series) {
    const window = windowOf(series);
    slideTo(window, range, evaluation.settings, grid, 0);
    const size = windowSize(window);
    evaluation.stopIfAsked();
    if (size === 0) continue;
    evaluation.samples.hold(expression, size, 0);
    if (range.grid === null) {
      evaluation.samples.read(grid, size);
      evaluation.samples.readAt(grid, 0, size);
    }
    result.push(samplesIn(window));
  }
  return mergeRanges(result).toSorted((a, b) => compareLabels(a.labels, b.labels));
}

function samplesIn(window: Window): RangeSeries {
  const { labels, dropsName, floats, histograms } = window.series;
  const { floatFrom, floatTo, histogramFrom, histogramTo } = window;
  return {
    labels: dropsName ? dropMetricIdentity(labels) : labels,
    dropsName: false,
    floats: {
      length: floatTo - floatFrom,
      // Copies: the store's columns are reused for the next series.
      timestampsMs: floats.timestampsMs.slice(floatFrom, floatTo),
      values: floats.values.slice(floatFrom, floatTo),
      startTimestampsMs: floats.startTimestampsMs?.slice(floatFrom, floatTo) ?? null,
    },
    histograms: {
      length: histogramTo - histogramFrom,
      timestampsMs: histograms.timestampsMs.slice(histogramFrom, histogramTo),
      values: histograms.values.slice(histogramFrom, histogramTo),
      startTimestampsMs: histograms.startTimestampsMs?.slice(histogramFrom, histogramTo) ?? null,
    },
  };
}
