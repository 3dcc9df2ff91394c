import type { Pacer } from "../../eval/pacer.ts";
import type { FloatRun } from "../../eval/range-samples.ts";
import { FLOAT, type MutableColumns } from "../../eval/vector-series.ts";
import type { WindowBounds } from "../../eval/window-bounds.ts";
import type { WindowCall } from "../../eval/window.ts";
import type { ExtrapolationFactors } from "./extrapolation-factors.ts";
import type { Scratch } from "./scratch.ts";

/** What a kernel works with beside the samples. */
export interface KernelCall {
  readonly call: WindowCall;
  /** One column for each scalar argument. */
  readonly scalarColumns: readonly Float64Array[];
  readonly scratch: Scratch;
  readonly factors: ExtrapolationFactors;
  /** Told of every walk over a window. */
  readonly pacer: Pacer;
}

/**
 * A range function over a series that has nothing but floats: all its windows at once, so that what
 * neighbouring windows share is not done again. To the bit what the `WindowFunction` of the same name
 * gives window by window; that one is the definition, and covers everything else.
 */
export type WindowKernel = (
  run: FloatRun,
  bounds: WindowBounds,
  into: MutableColumns,
  call: KernelCall,
) => void;

/** A kernel from what it makes of one window that has samples, where that needs no memory of others. */
export function eachWindow(
  valueOf: (run: FloatRun, from: number, to: number) => number,
): WindowKernel {
  return (run, { from, to }, into) => {
    let pointCount = 0;
    for (let step = 0; step < from.length; step++) {
      const begin = from[step] as number;
      const end = to[step] as number;
      if (begin === end) continue;
      into.kinds[step] = FLOAT;
      into.values[step] = valueOf(run, begin, end);
      pointCount += 1;
    }
    into.pointCount = pointCount;
  };
}
