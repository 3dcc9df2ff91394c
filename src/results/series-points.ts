import type { FloatHistogram, Labels } from "#model";
import {
  FLOAT,
  HISTOGRAM,
  type RangeSeries,
  type StepGrid,
  timeAt,
  type VectorSeries,
} from "#promql";
import type { SeriesAnswer } from "./answer.ts";

/** One series with the points it has, in time order, whatever kind of answer it comes from. */
export interface SeriesPoints {
  readonly labels: Labels;
  /** Only the first `length` entries of the columns count. */
  readonly length: number;
  readonly timestampsMs: Float64Array;
  readonly values: Float64Array;
  /** The histogram where a point is one; null where all are floats. */
  readonly histograms: readonly (FloatHistogram | undefined)[] | null;
}

/** The series of a vector, of a matrix or of samples; columns without gaps are not copied. */
export function* seriesPointsOf(answer: SeriesAnswer): Generator<SeriesPoints> {
  if (answer.type === "samples") {
    for (const series of answer.series) yield mergedRuns(series);
    return;
  }
  const grid =
    answer.type === "matrix" ? answer.grid : { startMs: answer.timeMs, stepMs: 0, count: 1 };
  const timestampsMs = timesOf(grid);
  for (const series of answer.series) yield presentPoints(series, timestampsMs);
}

function timesOf(grid: StepGrid): Float64Array {
  return Float64Array.from({ length: grid.count }, (_, index) => timeAt(grid, index));
}

function presentPoints(series: VectorSeries, timestampsMs: Float64Array): SeriesPoints {
  const { labels, kinds, values, histograms, pointCount } = series;
  const length = kinds.length;
  if (pointCount === length && histograms === null) {
    return { labels, length, timestampsMs, values, histograms: null };
  }
  const present: number[] = [];
  for (let i = 0; i < length; i++) {
    if (kinds[i] === FLOAT || kinds[i] === HISTOGRAM) present.push(i);
  }
  return {
    labels,
    length: present.length,
    timestampsMs: pick(timestampsMs, present),
    values: pick(values, present),
    histograms:
      histograms && present.map((i) => (kinds[i] === HISTOGRAM ? histograms[i] : undefined)),
  };
}

function pick(column: Float64Array, indexes: readonly number[]): Float64Array {
  return Float64Array.from(indexes, (index) => column[index] as number);
}

/** Floats and histograms come apart, each in time order. */
function mergedRuns({ labels, floats, histograms }: RangeSeries): SeriesPoints {
  if (histograms.length === 0) {
    const { length, timestampsMs, values } = floats;
    return { labels, length, timestampsMs, values, histograms: null };
  }
  const length = floats.length + histograms.length;
  const timestampsMs = new Float64Array(length);
  const values = new Float64Array(length);
  const merged: (FloatHistogram | undefined)[] = Array.from({ length });
  let f = 0;
  let h = 0;
  for (let i = 0; i < length; i++) {
    const floatMs = f < floats.length ? (floats.timestampsMs[f] as number) : Infinity;
    const histogramMs = h < histograms.length ? (histograms.timestampsMs[h] as number) : Infinity;
    if (floatMs < histogramMs) {
      timestampsMs[i] = floatMs;
      values[i] = floats.values[f++] as number;
    } else {
      timestampsMs[i] = histogramMs;
      merged[i] = histograms.values[h++];
    }
  }
  return { labels, length, timestampsMs, values, histograms: merged };
}
