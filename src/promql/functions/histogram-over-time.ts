import type { FloatHistogram } from "#model";
import type { Window, WindowCall } from "../eval/window.ts";
import { HistogramMean, HistogramSum, type SumOutcome } from "../histogram/index.ts";
import {
  collidingResetsWarning,
  HintTally,
  noteOutcome,
  notesOf,
} from "./histogram-annotations.ts";

/** sum_over_time of a window that has only histograms, at least one. */
export function sumOfHistograms(window: Window, call: WindowCall): FloatHistogram | undefined {
  const sum = new HistogramSum(firstOf(window));
  return addRest(window, call, (histogram) => sum.add(histogram)) ? sum.compensated() : undefined;
}

/** avg_over_time of such a window. */
export function averageOfHistograms(window: Window, call: WindowCall): FloatHistogram | undefined {
  const mean = new HistogramMean(firstOf(window));
  return addRest(window, call, (histogram) => mean.add(histogram)) ? mean.value() : undefined;
}

function firstOf(window: Window): FloatHistogram {
  return window.series.histograms.values[window.histogramFrom] as FloatHistogram;
}

function addRest(
  window: Window,
  call: WindowCall,
  add: (histogram: FloatHistogram) => SumOutcome,
): boolean {
  const notes = notesOf(window, call);
  const hints = new HintTally();
  hints.see(firstOf(window));
  for (let i = window.histogramFrom + 1; i < window.histogramTo; i++) {
    const histogram = window.series.histograms.values[i] as FloatHistogram;
    hints.see(histogram);
    if (!noteOutcome(add(histogram), "aggregation", notes)) return false;
  }
  if (hints.collides) call.annotations.warn(collidingResetsWarning("aggregation"), call.position);
  return true;
}
