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
    for (let step = 0; step < from.length; step++) {
      const first = from[step] as number;
      const last = (to[step] as number) - 1;
      if (last <= first) continue;
      const rangeEndMs = endsMs[step] as number;
      this.#factors[step] = extrapolationFactor({
        rangeStartMs: rangeEndMs - rangeMs,
        rangeEndMs,
        perSeconds,
        count: last - first + 1,
        firstMs: timestampsMs[first] as number,
        lastMs: timestampsMs[last] as number,
        zeroMs: null,
        isCounter: false,
        first: 0,
        increase: 0,
      });
    }
    return this.#factors;
  }
}
