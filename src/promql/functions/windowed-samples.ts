import type { PointValue } from "../eval/vector-series.ts";
import { floatCount, histogramCount, type Window, type WindowCall } from "../eval/window.ts";
import {
  ignoredHistogramsInRangeInfo,
  metricNameOf,
  mixedFloatsHistogramsWarning,
} from "./annotation-texts.ts";

/** The window's floats, a view without a copy. */
export function floatsOf(window: Window): Float64Array {
  return window.series.floats.values.subarray(window.floatFrom, window.floatTo);
}

/** For functions that have no meaning for histograms: nothing without floats, a note where mixed. */
export function hasOnlyFloatsToSee(window: Window, call: WindowCall): boolean {
  if (floatCount(window) === 0) return false;
  if (histogramCount(window) > 0) {
    const text = ignoredHistogramsInRangeInfo(metricNameOf(window.series.labels));
    call.annotations.info(text, call.position);
  }
  return true;
}

/** For functions that know both kinds but not together. */
export function floatsOrHistograms(
  window: Window,
  call: WindowCall,
  ofFloats: (values: Float64Array) => PointValue,
  ofHistograms: (window: Window, call: WindowCall) => PointValue,
): PointValue {
  const histograms = histogramCount(window);
  if (histograms === 0) return floatCount(window) === 0 ? undefined : ofFloats(floatsOf(window));
  if (floatCount(window) === 0) return ofHistograms(window, call);
  const text = mixedFloatsHistogramsWarning(metricNameOf(window.series.labels));
  call.annotations.warn(text, call.position);
  return undefined;
}
