import type { PositionRange } from "../syntax/position-range.ts";
import type { Annotations } from "./annotations.ts";
import type { RangeSeries } from "./range-samples.ts";
import type { PointValue } from "./vector-series.ts";

/**
 * What a range function sees of one series at one step: the samples in (rangeStart, rangeEnd]. It is
 * a view that slides: the same object is moved from step to step. `From` is included, `To` is not.
 * Under `anchored` and `smoothed` the view reaches beyond the range by the lookback.
 */
export interface Window {
  readonly series: RangeSeries;
  floatFrom: number;
  floatTo: number;
  histogramFrom: number;
  histogramTo: number;
  rangeStartMs: number;
  rangeEndMs: number;
  /** The step's own time, without offset and `@`. */
  timeMs: number;
  /** The series' name and type have been looked at: they are the same at every step. */
  isNameChecked: boolean;
}

/** What is the same for all windows of a call. */
export interface WindowCall {
  readonly functionName: string;
  readonly rangeMs: number;
  readonly edges: "anchored" | "smoothed" | null;
  /** The range vector's own place in the query: most annotations point at it. */
  readonly position: PositionRange;
  /** Places of all the call's arguments. */
  readonly argumentPositions: readonly PositionRange[];
  readonly annotations: Annotations;
}

/** The function's value for one window; `scalars` are its scalar arguments in order. */
export type WindowFunction = (
  window: Window,
  call: WindowCall,
  scalars: readonly number[],
) => PointValue;

export function floatCount(window: Window): number {
  return window.floatTo - window.floatFrom;
}

export function histogramCount(window: Window): number {
  return window.histogramTo - window.histogramFrom;
}
