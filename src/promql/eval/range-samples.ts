import { type FloatHistogram, isStaleMarker, type Labels, wordsOf } from "#model";
import type { SeriesSamples } from "./promql-storage.ts";

/** Floats of a series without stale markers, in time order. */
export interface FloatRun {
  readonly length: number;
  readonly timestampsMs: Float64Array;
  readonly values: Float64Array;
  /** 0 where unknown; null where no sample has one. */
  readonly startTimestampsMs: Float64Array | null;
}

/** The same for histograms. */
export interface HistogramRun {
  readonly length: number;
  readonly timestampsMs: Float64Array;
  readonly values: readonly FloatHistogram[];
  readonly startTimestampsMs: Float64Array | null;
}

/** One series as range functions see it: floats and histograms apart, both in time order. */
export interface RangeSeries {
  readonly labels: Labels;
  readonly dropsName: boolean;
  readonly floats: FloatRun;
  readonly histograms: HistogramRun;
}

export const NO_HISTOGRAMS: HistogramRun = {
  length: 0,
  timestampsMs: new Float64Array(0),
  values: [],
  startTimestampsMs: null,
};

/** Leaves out stale markers; without any, and without histograms, nothing is copied. */
export function splitSamples(samples: SeriesSamples): {
  readonly floats: FloatRun;
  readonly histograms: HistogramRun;
} {
  const { length, timestampsMs, values, histograms, startTimestampsMs } = samples;
  if (histograms === null && !hasNaN(values, length)) {
    return {
      floats: { length, timestampsMs, values, startTimestampsMs },
      histograms: NO_HISTOGRAMS,
    };
  }
  const words = wordsOf(values);
  const floatIndexes: number[] = [];
  const histogramIndexes: number[] = [];
  for (let i = 0; i < length; i++) {
    if (histograms?.[i] !== undefined) histogramIndexes.push(i);
    else if (!isStaleMarker(words, i)) floatIndexes.push(i);
  }
  const pickStarts = (indexes: readonly number[]): Float64Array | null =>
    startTimestampsMs === null ? null : pick(startTimestampsMs, indexes);
  return {
    floats: {
      length: floatIndexes.length,
      timestampsMs: pick(timestampsMs, floatIndexes),
      values: pick(values, floatIndexes),
      startTimestampsMs: pickStarts(floatIndexes),
    },
    histograms: {
      length: histogramIndexes.length,
      timestampsMs: pick(timestampsMs, histogramIndexes),
      values: histogramIndexes.flatMap((index) => histograms?.[index] ?? []),
      startTimestampsMs: pickStarts(histogramIndexes),
    },
  };
}

/** Stale markers are NaN; most series have none, and are not looked at bit by bit. */
function hasNaN(values: Float64Array, length: number): boolean {
  for (let i = 0; i < length; i++) if (Number.isNaN(values[i])) return true;
  return false;
}

function pick(column: Float64Array, indexes: readonly number[]): Float64Array {
  return Float64Array.from(indexes, (index) => column[index] ?? 0);
}
