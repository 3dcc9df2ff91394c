import { equalHistograms, type FloatHistogram } from "#model";
import {
  floatCount,
  histogramCount,
  type Window,
  type WindowCall,
  type WindowFunction,
} from "../eval/window.ts";
import { detectsReset } from "../histogram/index.ts";
import { startsAnew } from "./counter-resets.ts";

/** How often something happens between neighbouring samples, floats and histograms in time order. */
export const changes: WindowFunction = (window, call) =>
  countBetween(window, call, (previous, current) => {
    if (typeof current === "number") {
      if (typeof previous !== "number") return true;
      return isChange(previous, current);
    }
    return typeof previous === "number" || !equalHistograms(current, previous);
  });

/** A change between float and histogram counts as a reset, as does a start time that says so. */
export const resets: WindowFunction = (window, call) =>
  countBetween(window, call, (previous, current, isNewStart) => {
    if (isNewStart) return true;
    if (typeof current === "number")
      return typeof previous !== "number" || isDrop(previous, current);
    return typeof previous === "number" || detectsReset(current, previous);
  });

/** NaN after NaN is none. */
export function isChange(previous: number, current: number): boolean {
  return current !== previous && !(Number.isNaN(current) && Number.isNaN(previous));
}

export function isDrop(previous: number, current: number): boolean {
  return current < previous;
}

type Sample = number | FloatHistogram;
type Condition = (previous: Sample, current: Sample, isNewStart: boolean) => boolean;

function countBetween(window: Window, call: WindowCall, happens: Condition): number | undefined {
  const { floats, histograms } = window.series;
  let float = window.floatFrom;
  let histogram = window.histogramFrom;
  if (call.edges !== null) {
    const anchor = anchorOf(window);
    if (anchor === null) return undefined;
    ({ float, histogram } = anchor);
  } else if (floatCount(window) + histogramCount(window) === 0) {
    return undefined;
  }
  let count = 0;
  let previous: Sample | undefined;
  while (float < window.floatTo || histogram < window.histogramTo) {
    const isHistogram = comesHistogram(window, float, histogram);
    const run = isHistogram ? histograms : floats;
    const index = isHistogram ? histogram++ : float++;
    const current = run.values[index] as Sample;
    const isNewStart = index > 0 && startsAnew(run, index);
    if (previous !== undefined && happens(previous, current, isNewStart)) count += 1;
    previous = current;
  }
  return count;
}

function comesHistogram(window: Window, float: number, histogram: number): boolean {
  if (histogram >= window.histogramTo) return false;
  if (float >= window.floatTo) return true;
  const histogramMs = window.series.histograms.timestampsMs[histogram] as number;
  return histogramMs < (window.series.floats.timestampsMs[float] as number);
}

/**
 * Under `anchored` counting begins with the last sample at or before the range, whatever its kind.
 * Null where the range itself has no sample.
 */
function anchorOf(window: Window): { float: number; histogram: number } | null {
  const { floats, histograms } = window.series;
  let float = window.floatFrom;
  let histogram = window.histogramFrom;
  const isBefore = (timesMs: Float64Array, index: number): boolean =>
    (timesMs[index] as number) <= window.rangeStartMs;
  while (float < window.floatTo && isBefore(floats.timestampsMs, float)) float += 1;
  while (histogram < window.histogramTo && isBefore(histograms.timestampsMs, histogram)) {
    histogram += 1;
  }
  if (float === window.floatTo && histogram === window.histogramTo) return null;
  const floatMs = float > window.floatFrom ? (floats.timestampsMs[float - 1] as number) : -Infinity;
  const histogramMs =
    histogram > window.histogramFrom
      ? (histograms.timestampsMs[histogram - 1] as number)
      : -Infinity;
  if (floatMs > histogramMs) float -= 1;
  else if (histogramMs > floatMs) histogram -= 1;
  return { float, histogram };
}
