import type { FloatRun } from "./range-samples.ts";
import { type ReferenceTime, referenceTimesOf } from "./reference-time.ts";
import type { StepGrid } from "./step-grid.ts";

/** Which samples each step's window has: from `from[step]`, included, to `to[step]`, not included. */
export interface WindowBounds {
  readonly from: Int32Array;
  readonly to: Int32Array;
  /** Ends of the windows in time; each begins `rangeMs` earlier. */
  readonly endsMs: Float64Array;
  readonly rangeMs: number;
}

/** Bounds for all series of a call: the ends in time are the same for all, the rest is overwritten. */
export function windowBoundsOf(time: ReferenceTime, rangeMs: number, grid: StepGrid): WindowBounds {
  return {
    from: new Int32Array(grid.count),
    to: new Int32Array(grid.count),
    endsMs: referenceTimesOf(time, grid),
    rangeMs,
  };
}

/** One walk over samples and steps, as both rise. Returns how many samples all windows have together. */
export function findBounds({ timestampsMs, length }: FloatRun, bounds: WindowBounds): number {
  const { from, to, endsMs, rangeMs } = bounds;
  let begin = 0;
  let end = 0;
  let total = 0;
  for (let step = 0; step < endsMs.length; step++) {
    const endMs = endsMs[step] as number;
    while (end < length && (timestampsMs[end] as number) <= endMs) end += 1;
    const beginMs = endMs - rangeMs;
    while (begin < end && (timestampsMs[begin] as number) <= beginMs) begin += 1;
    from[step] = begin;
    to[step] = end;
    total += end - begin;
  }
  return total;
}
