import type { Window } from "../eval/window.ts";

interface Extent {
  readonly window: Window;
  /** Samples in the window. */
  readonly count: number;
  readonly firstMs: number;
  readonly lastMs: number;
  /** Where the counter's start time says that it was zero; it takes the first sample's place. */
  readonly zeroMs: number | null;
  /** First value and increase of a counter, which cannot have been below zero; null for gauges. */
  readonly zeroCrossing: { readonly first: number; readonly increase: number } | null;
}

/** Gaps up to this many average distances between samples are taken for a scrape that is due. */
const GAP_THRESHOLD = 1.1;

/**
 * By how much a difference over the samples grows to cover the range (Prometheus
 * `extrapolatedRate`): the whole gap at an edge where it is short, half an average distance between
 * samples where it is long, and to the left never beyond the time at which a counter was zero.
 */
export function extrapolationFactor(extent: Extent): number {
  const { window, count, firstMs, lastMs, zeroMs, zeroCrossing } = extent;
  const sampledMs = lastMs - (zeroMs ?? firstMs);
  const averageMs = count > 1 ? (lastMs - firstMs) / (count - 1) : 0;
  const thresholdMs = averageMs * GAP_THRESHOLD;

  let leftMs = zeroMs === null ? firstMs - window.rangeStartMs : 0;
  if (zeroMs === null) {
    if (leftMs >= thresholdMs) leftMs = averageMs / 2;
    if (zeroCrossing !== null && zeroCrossing.increase > 0 && zeroCrossing.first >= 0) {
      leftMs = Math.min(leftMs, sampledMs * (zeroCrossing.first / zeroCrossing.increase));
    }
  }
  let rightMs = window.rangeEndMs - lastMs;
  if (rightMs >= thresholdMs) rightMs = averageMs / 2;
  return (sampledMs + leftMs + rightMs) / sampledMs;
}
