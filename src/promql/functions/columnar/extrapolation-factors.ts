import type { FloatRun } from "../../eval/range-samples.ts";
import type { WindowBounds } from "../../eval/window-bounds.ts";
import { extrapolationFactor } from "../extrapolation.ts";

/**
 * By how much differences over each window grow, as far as the samples' times decide: for a gauge
 * always, for a counter unless it began so near to zero that its first value does. Series that share
 * their times share these; one object serves all series of a call.
 */
export class ExtrapolationFactors {
  #factors = new Float64Array(0);
  #version = -1;

  of({ timestampsMs }: FloatRun, bounds: WindowBounds, perSeconds: number): Float64Array {
    if (bounds.version === this.#version) return this.#factors;
    this.#version = bounds.version;
    const { from, to, endsMs, rangeMs } = bounds;
    if (this.#factors.length !== from.length) this.#factors = new Float64Array(from.length);
    // The factor depends on distances only, and these are the same from step to step where samples
    // come as regularly as steps do.
    let beforeMs = -1;
    let sampledMs = -1;
    let afterMs = -1;
    let count = 0;
    let factor = 0;
    for (let step = 0; step < from.length; step++) {
      const first = from[step] as number;
      const last = (to[step] as number) - 1;
      if (last <= first) continue;
      const rangeEndMs = endsMs[step] as number;
      const rangeStartMs = rangeEndMs - rangeMs;
      const firstMs = timestampsMs[first] as number;
      const lastMs = timestampsMs[last] as number;
      if (
        firstMs - rangeStartMs !== beforeMs ||
        lastMs - firstMs !== sampledMs ||
        rangeEndMs - lastMs !== afterMs ||
        last - first + 1 !== count
      ) {
        beforeMs = firstMs - rangeStartMs;
        sampledMs = lastMs - firstMs;
        afterMs = rangeEndMs - lastMs;
        count = last - first + 1;
        const extent = { rangeStartMs, rangeEndMs, perSeconds, count, firstMs, lastMs };
        factor = extrapolationFactor({ ...extent, ...OF_TIMES_ONLY });
      }
      this.#factors[step] = factor;
    }
    return this.#factors;
  }
}

/** What is not known before there is a value. */
const OF_TIMES_ONLY = { zeroMs: null, isCounter: false, first: 0, increase: 0 } as const;
