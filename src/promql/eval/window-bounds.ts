import type { FloatRun } from "./range-samples.ts";
import { type ReferenceTime, referenceTimesOf } from "./reference-time.ts";
import type { StepGrid } from "./step-grid.ts";

/**
 * Which samples each step's window has: from `from[step]`, included, to `to[step]`, not included. One
 * object serves all series of a call; series that share their times are looked at once.
 */
export class WindowBounds {
  readonly from: Int32Array;
  readonly to: Int32Array;
  /** Ends of the windows in time; each begins `rangeMs` earlier. */
  readonly endsMs: Float64Array;
  readonly rangeMs: number;
  /** How many samples all windows have together. */
  total = 0;
  /** Rises when other times have been looked at. */
  version = 0;
  #timestampsMs: Float64Array | null = null;
  #length = -1;

  constructor(time: ReferenceTime, rangeMs: number, grid: StepGrid) {
    this.from = new Int32Array(grid.count);
    this.to = new Int32Array(grid.count);
    this.endsMs = referenceTimesOf(time, grid);
    this.rangeMs = rangeMs;
  }

  /** One walk over samples and steps, as both rise. */
  find({ timestampsMs, length }: Pick<FloatRun, "timestampsMs" | "length">): void {
    if (timestampsMs === this.#timestampsMs && length === this.#length) return;
    this.#timestampsMs = timestampsMs;
    this.#length = length;
    this.version += 1;
    const { from, to, endsMs, rangeMs } = this;
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
    this.total = total;
  }
}
