import type { FloatRun } from "../../eval/range-samples.ts";
import { FLOAT } from "../../eval/vector-series.ts";
import type { WindowKernel } from "./window-kernel.ts";

/**
 * How often something happens between neighbouring samples, as `changes` and `resets` ask: counted
 * up to each sample once, so that a window's number is a difference.
 */
export function windowCounts(
  happens: (previous: number, current: number) => boolean,
): WindowKernel {
  return (run, { from, to }, into, { scratch }) => {
    const counts = scratch.indexes(run.length);
    countUp(run, happens, counts);
    let pointCount = 0;
    for (let step = 0; step < from.length; step++) {
      const begin = from[step] as number;
      const end = to[step] as number;
      if (begin === end) continue;
      into.kinds[step] = FLOAT;
      into.values[step] = (counts[end - 1] as number) - (counts[begin] as number);
      pointCount += 1;
    }
    into.pointCount = pointCount;
  };
}

function countUp(
  { values, length }: FloatRun,
  happens: (previous: number, current: number) => boolean,
  counts: Int32Array,
): void {
  let count = 0;
  counts[0] = 0;
  for (let i = 1; i < length; i++) {
    if (happens(values[i - 1] as number, values[i] as number)) count += 1;
    counts[i] = count;
  }
}
