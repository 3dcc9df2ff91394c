import { EMPTY_HISTOGRAM, type FloatHistogram, hasCustomBuckets } from "#model";
import type { PointValue } from "../eval/vector-series.ts";
import type { Window, WindowCall } from "../eval/window.ts";
import {
  compact,
  detectsReset,
  divide,
  HistogramSum,
  multiply,
  toSchema,
} from "../histogram/index.ts";
import { mixedExponentialCustomWarning } from "./annotation-texts.ts";
import { startsAnew, warnOfOverlaps, zeroPointMs } from "./counter-resets.ts";
import { extrapolationFactor } from "./extrapolation.ts";
import { type HistogramNotes, noteKind, noteOutcome, notesOf } from "./histogram-annotations.ts";
import { histogramEdgeDifference } from "./histogram-extended-range.ts";
import type { RateKind } from "./rate-kind.ts";

/** rate, increase and delta of a window that has only histograms, at least one. */
export function histogramRate(window: Window, call: WindowCall, kind: RateKind): PointValue {
  if (call.edges !== null) return histogramEdgeDifference(window, call, kind);
  const { series, histogramFrom: from, histogramTo: to } = window;
  const run = series.histograms;
  const zeroMs = kind.isCounter ? zeroPointMs(run, from, window.rangeStartMs) : null;
  if (to - from < 2 && zeroMs === null) return undefined;
  const notes = notesOf(window, call);
  const first = run.values[from] as FloatHistogram;
  const difference = to - from < 2 ? null : differenceOf(window, call, kind, notes);
  if (difference === undefined) return undefined;
  const increase = zeroMs === null ? difference : plusFirst(difference, first, notes);
  if (increase === null) return undefined;
  const factor = extrapolationFactor({
    rangeStartMs: window.rangeStartMs,
    rangeEndMs: window.rangeEndMs,
    perSeconds: kind.isPerSecond ? call.rangeMs / 1000 : 1,
    count: to - from,
    firstMs: run.timestampsMs[from] as number,
    lastMs: run.timestampsMs[to - 1] as number,
    zeroMs,
    isCounter: kind.isCounter,
    first: first.count,
    increase: increase.count,
  });
  return multiply(increase, factor);
}

/** The counter was zero at its start time: the first sample is all increase. Null if impossible. */
function plusFirst(
  difference: FloatHistogram | null,
  first: FloatHistogram,
  notes: HistogramNotes,
): FloatHistogram | null {
  if (difference === null) return first;
  const sum = new HistogramSum(difference);
  return noteOutcome(sum.add(first), "addition", notes) ? sum.rounded() : null;
}

/** The last sample minus the first, plus what was counted before each reset. */
function differenceOf(
  window: Window,
  call: WindowCall,
  kind: RateKind,
  notes: HistogramNotes,
): FloatHistogram | undefined {
  const run = window.series.histograms;
  const samples = run.values.slice(window.histogramFrom, window.histogramTo);
  const isReset = (at: number, previous: FloatHistogram): boolean =>
    startsAnew(run, window.histogramFrom + at) ||
    detectsReset(samples[at] as FloatHistogram, previous);
  let previous = samples[0] as FloatHistogram;
  noteKind([previous, ...samples.slice(kind.isCounter ? 1 : -1)], kind, notes);
  if (kind.isCounter && isReset(1, previous)) {
    // What the first sample counted, and in which layout, no longer matters.
    const { schema, customBounds } = samples[1] as FloatHistogram;
    previous = { ...EMPTY_HISTOGRAM, schema, customBounds };
  }
  const last = samples.at(-1) as FloatHistogram;
  const relevant = [previous, ...(kind.isCounter ? samples.slice(1) : [last])];
  const isCustom = hasCustomBuckets(previous);
  if (relevant.some((sample) => hasCustomBuckets(sample) !== isCustom)) {
    notes.annotations.warn(mixedExponentialCustomWarning(notes.metricName), notes.position);
    return undefined;
  }
  const schemaMin = Math.min(...relevant.map((sample) => sample.schema));
  const sum = new HistogramSum(toSchema(last, schemaMin));
  noteOutcome(sum.subtract(previous), "subtraction", notes);
  if (kind.isCounter) {
    warnOfOverlaps(run, window.histogramFrom, window.histogramTo, window, call);
    for (let at = 1; at < samples.length; at++) {
      if (isReset(at, previous)) noteOutcome(sum.add(previous), "addition", notes);
      previous = samples[at] as FloatHistogram;
    }
  }
  return compact({ ...sum.rounded(), counterResetHint: "gauge" });
}

/** irate and idelta where the newest two samples are histograms. */
export function histogramInstantRate(
  window: Window,
  call: WindowCall,
  isRate: boolean,
): PointValue {
  const run = window.series.histograms;
  const at = window.histogramTo - 1;
  const last = run.values[at] as FloatHistogram;
  const previous = run.values[at - 1] as FloatHistogram;
  const elapsedMs = (run.timestampsMs[at] as number) - (run.timestampsMs[at - 1] as number);
  if (elapsedMs === 0) return undefined;
  const notes = notesOf(window, call);
  noteKind([previous, last], { isCounter: isRate, isPerSecond: isRate }, notes);
  const sum = new HistogramSum(last);
  if (!isRate || (!startsAnew(run, at) && !detectsReset(last, previous))) {
    if (!noteOutcome(sum.subtract(previous), "subtraction", notes)) return undefined;
  }
  const change = compact({ ...sum.rounded(), counterResetHint: "gauge" });
  return isRate ? divide(change, elapsedMs / 1000) : change;
}
