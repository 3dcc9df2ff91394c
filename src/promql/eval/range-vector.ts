import type { Expression } from "../syntax/ast/expression.ts";
import type { MatrixSelector } from "../syntax/ast/matrix-selector.ts";
import type { Subquery } from "../syntax/ast/subquery.ts";
import { AssertionError } from "#lib/assert";
import type { FloatHistogram } from "#model";
import type { Evaluation } from "./evaluation.ts";
import { NO_HISTOGRAMS, type RangeSeries, splitSamples } from "./range-samples.ts";
import { positiveDurationMsOf, type ReferenceTime, referenceTimeOf } from "./reference-time.ts";
import { endOf, gridBetween, type StepGrid, timeAt } from "./step-grid.ts";
import { FLOAT, HISTOGRAM, isAllFloats, type VectorSeries } from "./vector-series.ts";

/** A range vector before it is cut into windows: whole series, and how to cut them. */
export interface RangeVector {
  readonly rangeMs: number;
  readonly time: ReferenceTime;
  readonly edges: "anchored" | "smoothed" | null;
  readonly series: Iterable<RangeSeries>;
  /** A subquery's own steps; null where samples come from the storage. */
  readonly grid: StepGrid | null;
}

export function rangeVectorOf(
  expression: Expression,
  evaluation: Evaluation,
  grid: StepGrid,
): RangeVector {
  if (expression.kind === "matrixSelector") return selectRange(expression, evaluation);
  if (expression.kind === "subquery") return runSubquery(expression, evaluation, grid);
  throw new AssertionError(`${expression.kind} is no range vector`);
}

function selectRange(node: MatrixSelector, evaluation: Evaluation): RangeVector {
  const { selector } = node;
  return {
    rangeMs: positiveDurationMsOf(node.range, evaluation.bounds),
    time: referenceTimeOf(selector, evaluation.bounds),
    edges: selector.edges,
    series: storedRanges(node, evaluation),
    grid: null,
  };
}

function* storedRanges(node: MatrixSelector, evaluation: Evaluation): Generator<RangeSeries> {
  for (const stored of evaluation.storedSeries(node.selector)) {
    yield { labels: stored.labels, dropsName: false, ...splitSamples(stored.samples()) };
  }
}

/** The subquery's own points: multiples of its step, all that any outer step can see. */
export function subqueryGrid(node: Subquery, evaluation: Evaluation, grid: StepGrid): StepGrid {
  const { bounds, settings } = evaluation;
  const time = referenceTimeOf(node, bounds);
  const rangeMs = positiveDurationMsOf(node.range, bounds);
  const stepMs =
    node.step === null ? settings.subqueryStepMs : positiveDurationMsOf(node.step, bounds);
  const fromMs = (time.atMs ?? grid.startMs) - time.offsetMs - rangeMs;
  const toMs = (time.atMs ?? endOf(grid)) - time.offsetMs;
  // The window is open on the left, so a multiple exactly at its start is out.
  const firstMs = (Math.floor(fromMs / stepMs) + 1) * stepMs;
  return gridBetween(firstMs, toMs, stepMs);
}

function runSubquery(node: Subquery, evaluation: Evaluation, grid: StepGrid): RangeVector {
  const inner = subqueryGrid(node, evaluation, grid);
  return {
    rangeMs: positiveDurationMsOf(node.range, evaluation.bounds),
    time: referenceTimeOf(node, evaluation.bounds),
    edges: null,
    grid: inner,
    series:
      inner.count === 0
        ? []
        : rangesOf(evaluation.vector(node.expression, inner), evaluation, inner),
  };
}

function* rangesOf(
  vector: Iterable<VectorSeries>,
  { columns: pool }: Evaluation,
  grid: StepGrid,
): Generator<RangeSeries> {
  const timesMs = Float64Array.from({ length: grid.count }, (_, step) => timeAt(grid, step));
  for (const series of vector) {
    yield isAllFloats(series) ? rangeOfFloats(series, timesMs) : rangeOfPoints(series, timesMs);
    pool.giveBack(series);
  }
}

/** Where every point is a float, the columns are the samples. */
function rangeOfFloats(series: VectorSeries, timesMs: Float64Array): RangeSeries {
  const { labels, dropsName, values } = series;
  const floats = { length: timesMs.length, timestampsMs: timesMs, values, startTimestampsMs: null };
  return { labels, dropsName, floats, histograms: NO_HISTOGRAMS };
}

/** The present points of a vector's series as samples of a range. */
function rangeOfPoints(series: VectorSeries, pointTimesMs: Float64Array): RangeSeries {
  const timesMs = new Float64Array(series.pointCount);
  const values = new Float64Array(series.pointCount);
  let floatCount = 0;
  const histogramTimesMs: number[] = [];
  const histograms: FloatHistogram[] = [];
  for (let step = 0; step < pointTimesMs.length; step++) {
    const kind = series.kinds[step];
    if (kind === FLOAT) {
      timesMs[floatCount] = pointTimesMs[step] as number;
      values[floatCount] = series.values[step] as number;
      floatCount += 1;
    } else if (kind === HISTOGRAM) {
      const histogram = series.histograms?.[step];
      if (histogram === undefined) continue;
      histogramTimesMs.push(pointTimesMs[step] as number);
      histograms.push(withoutHint(histogram));
    }
  }
  return {
    labels: series.labels,
    dropsName: series.dropsName,
    floats: { length: floatCount, timestampsMs: timesMs, values, startTimestampsMs: null },
    histograms:
      histograms.length === 0
        ? NO_HISTOGRAMS
        : {
            length: histograms.length,
            timestampsMs: Float64Array.from(histogramTimesMs),
            values: histograms,
            startTimestampsMs: null,
          },
  };
}

/** A subquery skips samples, so what a sample says of the one before it no longer holds. */
function withoutHint(histogram: FloatHistogram): FloatHistogram {
  const { counterResetHint: hint } = histogram;
  return hint === "gauge" || hint === "unknown"
    ? histogram
    : { ...histogram, counterResetHint: "unknown" };
}
