import {
  floatCount,
  histogramCount,
  type Window,
  type WindowCall,
  type WindowFunction,
} from "../eval/window.ts";
import { invalidQuantileWarning } from "./annotation-texts.ts";
import { formatGeneral } from "./format-float.ts";
import { averageOfHistograms, sumOfHistograms } from "./histogram-over-time.ts";
import { KahanSum } from "./kahan-sum.ts";
import { quantileOfSorted } from "./quantile-of-sorted.ts";
import { RunningMean } from "./running-mean.ts";
import { standardVariance } from "./standard-variance.ts";
import { floatsOf, floatsOrHistograms, hasOnlyFloatsToSee } from "./windowed-samples.ts";

/** Functions that fold the samples of a range into one value. */
export const sumOverTime: WindowFunction = (window, call) =>
  floatsOrHistograms(window, call, sumOf, sumOfHistograms);

export const avgOverTime: WindowFunction = (window, call) =>
  floatsOrHistograms(window, call, averageOf, averageOfHistograms);

export function sumOf(values: Float64Array): number {
  const kahan = new KahanSum();
  for (const value of values) kahan.add(value);
  return kahan.value();
}

export function averageOf(values: Float64Array): number {
  const mean = new RunningMean();
  for (const value of values) mean.add(value);
  return mean.value();
}

export const countOverTime: WindowFunction = (window) =>
  floatCount(window) + histogramCount(window);

export const presentOverTime: WindowFunction = () => 1;

/** The sample, float or histogram, that is last in the range. */
export const lastOverTime: WindowFunction = (window) => {
  const { floats, histograms } = window.series;
  return isLastHistogram(window)
    ? histograms.values[window.histogramTo - 1]
    : floats.values[window.floatTo - 1];
};

export const tsOfLastOverTime: WindowFunction = (window) => {
  const { floats, histograms } = window.series;
  const timeMs = isLastHistogram(window)
    ? histograms.timestampsMs[window.histogramTo - 1]
    : floats.timestampsMs[window.floatTo - 1];
  return timeMs === undefined ? undefined : timeMs / 1000;
};

export const firstOverTime: WindowFunction = (window) => {
  const { floats, histograms } = window.series;
  return isFirstHistogram(window)
    ? histograms.values[window.histogramFrom]
    : floats.values[window.floatFrom];
};

export const tsOfFirstOverTime: WindowFunction = (window) => {
  const { floats, histograms } = window.series;
  const timeMs = isFirstHistogram(window)
    ? histograms.timestampsMs[window.histogramFrom]
    : floats.timestampsMs[window.floatFrom];
  return timeMs === undefined ? undefined : timeMs / 1000;
};

function isLastHistogram(window: Window): boolean {
  if (histogramCount(window) === 0) return false;
  if (floatCount(window) === 0) return true;
  const { floats, histograms } = window.series;
  const histogramMs = histograms.timestampsMs[window.histogramTo - 1] as number;
  return histogramMs > (floats.timestampsMs[window.floatTo - 1] as number);
}

function isFirstHistogram(window: Window): boolean {
  if (histogramCount(window) === 0) return false;
  if (floatCount(window) === 0) return true;
  const { floats, histograms } = window.series;
  const histogramMs = histograms.timestampsMs[window.histogramFrom] as number;
  return histogramMs < (floats.timestampsMs[window.floatFrom] as number);
}

/** NaN only where every value is. The time of equal values is the last one's. */
function extremeIndex(window: Window, sign: 1 | -1, takesLater: boolean): number {
  const { values } = window.series.floats;
  let found = window.floatFrom;
  for (let i = window.floatFrom + 1; i < window.floatTo; i++) {
    const value = sign * (values[i] as number);
    const best = sign * (values[found] as number);
    const isBetter = takesLater ? value >= best : value > best;
    if (isBetter || Number.isNaN(values[found])) found = i;
  }
  return found;
}

export const minOverTime: WindowFunction = (window, call) =>
  hasOnlyFloatsToSee(window, call)
    ? window.series.floats.values[extremeIndex(window, -1, false)]
    : undefined;

export const maxOverTime: WindowFunction = (window, call) =>
  hasOnlyFloatsToSee(window, call)
    ? window.series.floats.values[extremeIndex(window, 1, false)]
    : undefined;

export const tsOfMinOverTime: WindowFunction = (window, call) =>
  hasOnlyFloatsToSee(window, call)
    ? (window.series.floats.timestampsMs[extremeIndex(window, -1, true)] as number) / 1000
    : undefined;

export const tsOfMaxOverTime: WindowFunction = (window, call) =>
  hasOnlyFloatsToSee(window, call)
    ? (window.series.floats.timestampsMs[extremeIndex(window, 1, true)] as number) / 1000
    : undefined;

export const stdvarOverTime: WindowFunction = (window, call) =>
  hasOnlyFloatsToSee(window, call) ? standardVariance(floatsOf(window)) : undefined;

export const stddevOverTime: WindowFunction = (window, call) =>
  hasOnlyFloatsToSee(window, call) ? Math.sqrt(standardVariance(floatsOf(window))) : undefined;

export const quantileOverTime: WindowFunction = (window, call, [quantile = Number.NaN]) => {
  // Of the quantile's place, whatever is said.
  const position = call.argumentPositions[0] ?? call.position;
  if (!hasOnlyFloatsToSee(window, { ...call, position })) return undefined;
  warnOfQuantile(quantile, call);
  return quantileOfSorted(quantile, floatsOf(window).toSorted());
};

export function warnOfQuantile(quantile: number, call: WindowCall): void {
  if (quantile >= 0 && quantile <= 1) return;
  const position = call.argumentPositions[0] ?? call.position;
  const speaker = { start: position.start, end: call.argumentPositions[1]?.end ?? position.end };
  call.annotations.warn(invalidQuantileWarning(formatGeneral(quantile)), position, speaker);
}

/** Median absolute deviation from the median. A NaN makes all of it NaN. */
export const madOverTime: WindowFunction = (window, call) => {
  if (!hasOnlyFloatsToSee(window, call)) return undefined;
  const values = floatsOf(window);
  if (values.some(Number.isNaN)) return Number.NaN;
  const median = quantileOfSorted(0.5, values.toSorted());
  return quantileOfSorted(0.5, values.map((value) => Math.abs(value - median)).toSorted());
};
