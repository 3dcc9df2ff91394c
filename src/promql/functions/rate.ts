import type { PointValue } from "../eval/vector-series.ts";
import {
  floatCount,
  histogramCount,
  type Window,
  type WindowCall,
  type WindowFunction,
} from "../eval/window.ts";
import { metricNameOf, mixedFloatsHistogramsWarning } from "./annotation-texts.ts";
import { noteNonCounter, startsAnew, warnOfOverlaps, zeroPointMs } from "./counter-resets.ts";
import { edgeDifference } from "./edge-difference.ts";
import { extrapolationFactor } from "./extrapolation.ts";
import { histogramRate } from "./histogram-rate.ts";
import type { RateKind } from "./rate-kind.ts";

export const rate: WindowFunction = (window, call) =>
  rateOf(window, call, { isCounter: true, isPerSecond: true });
export const increase: WindowFunction = (window, call) =>
  rateOf(window, call, { isCounter: true, isPerSecond: false });
export const delta: WindowFunction = (window, call) =>
  rateOf(window, call, { isCounter: false, isPerSecond: false });

function rateOf(window: Window, call: WindowCall, kind: RateKind): PointValue {
  const floats = floatCount(window);
  const histograms = histogramCount(window);
  if (floats > 0 && histograms > 0) {
    const text = mixedFloatsHistogramsWarning(metricNameOf(window.series.labels));
    call.annotations.warn(text, call.position);
    return undefined;
  }
  if (histograms > 0) return histogramRate(window, call, kind);
  const result =
    call.edges === null ? extrapolatedRate(window, call, kind) : edgeDifference(window, call, kind);
  if (kind.isCounter && result !== undefined && !window.isNameChecked) {
    window.isNameChecked = true;
    noteNonCounter(window.series.labels, call);
  }
  return result;
}

/** The difference over the samples, extended to the whole range as far as the data suggests. */
function extrapolatedRate(window: Window, call: WindowCall, kind: RateKind): PointValue {
  const { series, floatFrom, floatTo } = window;
  const count = floatTo - floatFrom;
  if (count === 0) return undefined;
  const { floats } = series;
  const { values, timestampsMs } = floats;
  const first = values[floatFrom] as number;
  const zeroMs = kind.isCounter ? zeroPointMs(floats, floatFrom, window.rangeStartMs) : null;
  if (count < 2 && zeroMs === null) return undefined;
  let difference = (values[floatTo - 1] as number) - (zeroMs === null ? first : 0);
  if (kind.isCounter) {
    warnOfOverlaps(floats, floatFrom, floatTo, window, call);
    difference = withResets(difference, window);
  }
  const factor = extrapolationFactor({
    rangeStartMs: window.rangeStartMs,
    rangeEndMs: window.rangeEndMs,
    perSeconds: kind.isPerSecond ? call.rangeMs / 1000 : 1,
    count,
    firstMs: timestampsMs[floatFrom] as number,
    lastMs: timestampsMs[floatTo - 1] as number,
    zeroMs,
    isCounter: kind.isCounter,
    first,
    increase: difference,
  });
  return difference * factor;
}

/** Adds what the counter had counted before each of its resets, one by one, which decides the rounding. */
function withResets(difference: number, { series, floatFrom, floatTo }: Window): number {
  const { floats } = series;
  const { values } = floats;
  const hasStarts = floats.startTimestampsMs !== null;
  let corrected = difference;
  let previous = values[floatFrom] as number;
  for (let i = floatFrom + 1; i < floatTo; i++) {
    const value = values[i] as number;
    if (value < previous || (hasStarts && startsAnew(floats, i))) corrected += previous;
    previous = value;
  }
  return corrected;
}
