import type { FloatRun } from "../../eval/range-samples.ts";
import { FLOAT } from "../../eval/vector-series.ts";
import { extrapolationFactor } from "../extrapolation.ts";
import type { RateKind } from "../rate-kind.ts";
import type { WindowKernel } from "./window-kernel.ts";

/**
 * rate, increase and delta. Where a counter was reset is found once for the series; most windows
 * have no reset in them and cost the same however many samples they have. The corrections of those
 * that have are added in the order of the samples, as a walk would.
 */
export function extrapolatedRate(kind: RateKind): WindowKernel {
  return (run, bounds, into, { scratch, pacer, factors: shared }) => {
    const { from, to, endsMs, rangeMs } = bounds;
    const { values, timestampsMs } = run;
    const resets = scratch.indexes(run.length);
    const resetCount = kind.isCounter ? findResets(run, resets) : 0;
    const perSeconds = kind.isPerSecond ? rangeMs / 1000 : 1;
    const factors = shared.of(run, bounds, perSeconds);
    let pointCount = 0;
    let nextReset = 0;
    for (let step = 0; step < from.length; step++) {
      const first = from[step] as number;
      const last = (to[step] as number) - 1;
      if (last <= first) continue;
      while (nextReset < resetCount && (resets[nextReset] as number) <= first) nextReset += 1;
      const firstValue = values[first] as number;
      let increase = (values[last] as number) - firstValue;
      if (kind.isCounter) {
        let reset = nextReset;
        for (; reset < resetCount && (resets[reset] as number) <= last; reset++) {
          increase += values[(resets[reset] as number) - 1] as number;
        }
        pacer.walked(reset - nextReset);
      }
      // A counter that was at least twice its increase was at zero long before the window: its
      // first value cannot shorten the extrapolation, which is at most 1.1 times its samples' span.
      const isNearZero = kind.isCounter && firstValue < 2 * increase && firstValue >= 0;
      const factor = isNearZero
        ? extrapolationFactor({
            rangeStartMs: (endsMs[step] as number) - rangeMs,
            rangeEndMs: endsMs[step] as number,
            perSeconds,
            count: last - first + 1,
            firstMs: timestampsMs[first] as number,
            lastMs: timestampsMs[last] as number,
            zeroMs: null,
            isCounter: true,
            first: firstValue,
            increase,
          })
        : (factors[step] as number);
      into.kinds[step] = FLOAT;
      into.values[step] = increase * factor;
      pointCount += 1;
    }
    into.pointCount = pointCount;
  };
}

/** Indexes of samples that are below the one before them. */
function findResets({ values, length }: FloatRun, resets: Int32Array): number {
  let count = 0;
  for (let i = 1; i < length; i++) {
    if ((values[i] as number) < (values[i - 1] as number)) resets[count++] = i;
  }
  return count;
}
