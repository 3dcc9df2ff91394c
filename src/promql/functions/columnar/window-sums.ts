import type { FloatRun } from "../../eval/range-samples.ts";
import { FLOAT, type MutableColumns } from "../../eval/vector-series.ts";
import type { WindowBounds } from "../../eval/window-bounds.ts";
import { roundingError } from "../../histogram/rounding-error.ts";
import { averageOf, sumOf } from "../over-time.ts";
import type { Scratch } from "./scratch.ts";
import type { KernelCall, WindowKernel } from "./window-kernel.ts";

/** `sum_over_time` */
export const windowSums: WindowKernel = (run, bounds, into, call) => {
  const prefix = prefixSumsOf(run, call.scratch);
  if (prefix === null) walkEach(run, bounds, into, call, false);
  else fromPrefix(prefix, bounds, into, false);
};

/** `avg_over_time` */
export const windowMeans: WindowKernel = (run, bounds, into, call) => {
  const prefix = prefixSumsOf(run, call.scratch);
  if (prefix === null) walkEach(run, bounds, into, call, true);
  else fromPrefix(prefix, bounds, into, true);
};

/**
 * Sums of the first samples, if all are whole numbers that together fit a double's 53 bits: then no
 * addition rounds, in whatever order, and a window's sum is a difference. Else null.
 */
function prefixSumsOf({ values, length }: FloatRun, scratch: Scratch): Float64Array | null {
  const prefix = scratch.floats(length + 1);
  let sum = 0;
  let size = 0;
  prefix[0] = 0;
  for (let i = 0; i < length; i++) {
    const value = values[i] as number;
    if (Math.trunc(value) !== value) return null;
    sum += value;
    size += Math.abs(value);
    prefix[i + 1] = sum;
  }
  return size <= Number.MAX_SAFE_INTEGER ? prefix : null;
}

function fromPrefix(
  prefix: Float64Array,
  { from, to }: WindowBounds,
  into: MutableColumns,
  isMean: boolean,
): void {
  let pointCount = 0;
  for (let step = 0; step < from.length; step++) {
    const begin = from[step] as number;
    const end = to[step] as number;
    if (begin === end) continue;
    const sum = (prefix[end] as number) - (prefix[begin] as number);
    into.kinds[step] = FLOAT;
    into.values[step] = isMean ? sum / (end - begin) : sum;
    pointCount += 1;
  }
  into.pointCount = pointCount;
}

/** Compensated sums, each begun anew: to carry one on would round otherwise. */
function walkEach(
  { values }: FloatRun,
  { from, to }: WindowBounds,
  into: MutableColumns,
  { pacer }: KernelCall,
  isMean: boolean,
): void {
  let pointCount = 0;
  for (let step = 0; step < from.length; step++) {
    const begin = from[step] as number;
    const end = to[step] as number;
    if (begin === end) continue;
    let sum = 0;
    let compensation = 0;
    for (let i = begin; i < end; i++) {
      const value = values[i] as number;
      const total = sum + value;
      compensation += roundingError(sum, value, total);
      sum = total;
    }
    pacer.walked(end - begin);
    into.kinds[step] = FLOAT;
    if (!Number.isFinite(sum)) {
      // What overflows or is not finite has rules of its own.
      const window = values.subarray(begin, end);
      into.values[step] = isMean ? averageOf(window) : sumOf(window);
    } else if (isMean) {
      into.values[step] = sum / (end - begin) + compensation / (end - begin);
    } else {
      into.values[step] = sum + compensation;
    }
    pointCount += 1;
  }
  into.pointCount = pointCount;
}
