import { FLOAT } from "../../eval/vector-series.ts";
import { warnOfQuantile } from "../over-time.ts";
import { quantileOfSorted } from "../quantile-of-sorted.ts";
import type { WindowKernel } from "./window-kernel.ts";

/**
 * `quantile_over_time`: the window's samples are kept in order while it slides, each put in its place
 * when it comes and taken out when it goes. The order is that of a sorted Float64Array: −0 before 0,
 * NaN last.
 */
export const windowQuantiles: WindowKernel = (run, { from, to }, into, kernelCall) => {
  const { scratch, pacer, call } = kernelCall;
  const quantiles = kernelCall.scalarColumns[0];
  const sorted = scratch.floats(run.length);
  let begin = 0;
  let end = 0;
  let pointCount = 0;
  for (let step = 0; step < from.length; step++) {
    const stepBegin = from[step] as number;
    const stepEnd = to[step] as number;
    pacer.walked(stepEnd - stepBegin);
    if (stepBegin >= end) {
      sorted.set(run.values.subarray(stepBegin, stepEnd));
      sorted.subarray(0, stepEnd - stepBegin).sort();
    } else {
      for (let i = begin; i < stepBegin; i++) remove(sorted, end - i, run.values[i] as number);
      for (let i = end; i < stepEnd; i++) insert(sorted, i - stepBegin, run.values[i] as number);
    }
    begin = stepBegin;
    end = stepEnd;
    if (begin === end) continue;
    const quantile = quantiles?.[step] ?? Number.NaN;
    warnOfQuantile(quantile, call);
    into.kinds[step] = FLOAT;
    into.values[step] = quantileOfSorted(quantile, sorted.subarray(0, end - begin));
    pointCount += 1;
  }
  into.pointCount = pointCount;
};

function insert(sorted: Float64Array, length: number, value: number): void {
  const at = placeOf(sorted, length, value);
  sorted.copyWithin(at + 1, at, length);
  sorted[at] = value;
}

function remove(sorted: Float64Array, length: number, value: number): void {
  const at = placeOf(sorted, length, value);
  sorted.copyWithin(at, at + 1, length);
}

/** The first place whose value does not come before `value`. */
function placeOf(sorted: Float64Array, length: number, value: number): number {
  let low = 0;
  let high = length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (comesBefore(sorted[middle] as number, value)) low = middle + 1;
    else high = middle;
  }
  return low;
}

function comesBefore(a: number, b: number): boolean {
  if (a < b) return true;
  if (a > b) return false;
  if (a === b) return a === 0 && Object.is(a, -0) && Object.is(b, 0);
  return !Number.isNaN(a);
}
