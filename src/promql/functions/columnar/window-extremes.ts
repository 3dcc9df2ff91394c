import { FLOAT } from "../../eval/vector-series.ts";
import type { WindowKernel } from "./window-kernel.ts";

interface Extreme {
  readonly isMax: boolean;
  /** Of equal values the last one counts, where their times matter. */
  readonly takesLater: boolean;
  readonly gives: "value" | "seconds";
}

/**
 * The largest or smallest sample of each window. A queue holds those that may yet be it: each is
 * beaten by all before it in the queue, and whatever comes later and beats some of them removes
 * these. So each sample enters and leaves once, however many windows it is in. NaN never enters: a
 * window of nothing else gives its last sample.
 */
export function windowExtremes({ isMax, takesLater, gives }: Extreme): WindowKernel {
  return ({ values, timestampsMs, length }, { from, to }, into, { scratch }) => {
    const queue = scratch.indexes(length);
    let head = 0;
    let tail = 0;
    let next = 0;
    let pointCount = 0;
    for (let step = 0; step < from.length; step++) {
      const begin = from[step] as number;
      const end = to[step] as number;
      for (; next < end; next++) {
        const value = values[next] as number;
        if (Number.isNaN(value)) continue;
        while (tail > head) {
          const last = values[queue[tail - 1] as number] as number;
          const isBeaten = isMax ? last < value : last > value;
          if (!isBeaten && !(takesLater && last === value)) break;
          tail -= 1;
        }
        queue[tail++] = next;
      }
      while (head < tail && (queue[head] as number) < begin) head += 1;
      if (begin === end) continue;
      const found = head < tail ? (queue[head] as number) : end - 1;
      into.kinds[step] = FLOAT;
      into.values[step] =
        gives === "value" ? (values[found] as number) : (timestampsMs[found] as number) / 1000;
      pointCount += 1;
    }
    into.pointCount = pointCount;
  };
}
