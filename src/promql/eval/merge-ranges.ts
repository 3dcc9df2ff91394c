import { type FloatHistogram, labelsKey } from "#model";
import { executionError } from "./query-error.ts";
import type { FloatRun, HistogramRun, RangeSeries } from "./range-samples.ts";

/** As `mergeSeries`, for samples: series that have come to the same labels may take turns only. */
export function mergeRanges(series: readonly RangeSeries[]): readonly RangeSeries[] {
  const byLabels = new Map<string, RangeSeries>();
  for (const one of series) {
    const key = labelsKey(one.labels);
    const earlier = byLabels.get(key);
    byLabels.set(key, earlier === undefined ? one : joined(earlier, one));
  }
  return byLabels.size === series.length ? series : [...byLabels.values()];
}

function joined(a: RangeSeries, b: RangeSeries): RangeSeries {
  return {
    ...a,
    floats: joinedFloats(a.floats, b.floats),
    histograms: joinedHistograms(a.histograms, b.histograms),
  };
}

function joinedFloats(a: FloatRun, b: FloatRun): FloatRun {
  const points = inTurns(pointsOf(a), pointsOf(b));
  return {
    length: points.length,
    timestampsMs: Float64Array.from(points, ({ timeMs }) => timeMs),
    values: Float64Array.from(points, ({ value }) => value),
    startTimestampsMs: null,
  };
}

function joinedHistograms(a: HistogramRun, b: HistogramRun): HistogramRun {
  const points = inTurns(pointsOf(a), pointsOf(b));
  return {
    length: points.length,
    timestampsMs: Float64Array.from(points, ({ timeMs }) => timeMs),
    values: points.map(({ value }) => value),
    startTimestampsMs: null,
  };
}

interface Point<Value> {
  readonly timeMs: number;
  readonly value: Value;
}

interface Run<Value> {
  readonly length: number;
  readonly timestampsMs: Float64Array;
  readonly values: { readonly [index: number]: Value };
}

function pointsOf<Value extends number | FloatHistogram>(run: Run<Value>): Point<Value>[] {
  return Array.from({ length: run.length }, (_, i) => ({
    timeMs: run.timestampsMs[i] as number,
    value: run.values[i] as Value,
  }));
}

function inTurns<Value>(a: readonly Point<Value>[], b: readonly Point<Value>[]): Point<Value>[] {
  const points = [...a, ...b].toSorted((one, other) => one.timeMs - other.timeMs);
  if (points.some(({ timeMs }, i) => timeMs === points[i + 1]?.timeMs)) {
    throw executionError("vector cannot contain metrics with the same labelset");
  }
  return points;
}
