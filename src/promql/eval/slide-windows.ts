import type { EvaluationSettings } from "./evaluation.ts";
import type { RangeSeries } from "./range-samples.ts";
import type { RangeVector } from "./range-vector.ts";
import { referenceTimeAt } from "./reference-time.ts";
import { type StepGrid, timeAt } from "./step-grid.ts";
import type { Window } from "./window.ts";

/** A window before the first step. */
export function windowOf(series: RangeSeries): Window {
  return {
    series,
    floatFrom: 0,
    floatTo: 0,
    histogramFrom: 0,
    histogramTo: 0,
    rangeStartMs: 0,
    rangeEndMs: 0,
    timeMs: 0,
    isNameChecked: false,
  };
}

/** Moves the window to a step. Steps must come in order: the edges only move forward. */
export function slideTo(
  window: Window,
  range: RangeVector,
  settings: EvaluationSettings,
  grid: StepGrid,
  step: number,
): void {
  const endMs = referenceTimeAt(range.time, grid, step);
  window.timeMs = timeAt(grid, step);
  window.rangeEndMs = endMs;
  window.rangeStartMs = endMs - range.rangeMs;
  // Edges need the samples around the range to stand for, or be interpolated to, its ends.
  const beforeMs = range.edges === null ? 0 : settings.lookbackMs;
  const afterMs = range.edges === "smoothed" ? settings.lookbackMs : 0;
  const { floats, histograms } = window.series;
  window.floatTo = advance(floats.timestampsMs, window.floatTo, floats.length, endMs + afterMs);
  window.floatFrom = advance(
    floats.timestampsMs,
    window.floatFrom,
    window.floatTo,
    window.rangeStartMs - beforeMs,
  );
  if (histograms.length === 0) return;
  const { timestampsMs } = histograms;
  window.histogramTo = advance(
    timestampsMs,
    window.histogramTo,
    histograms.length,
    endMs + afterMs,
  );
  window.histogramFrom = advance(
    timestampsMs,
    window.histogramFrom,
    window.histogramTo,
    window.rangeStartMs - beforeMs,
  );
}

/** The first index from `from` on whose time is after `timeMs`, at most `end`. */
function advance(timestampsMs: Float64Array, from: number, end: number, timeMs: number): number {
  let index = from;
  while (index < end && (timestampsMs[index] as number) <= timeMs) index += 1;
  return index;
}
