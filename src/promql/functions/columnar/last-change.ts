import { FLOAT } from "../../eval/vector-series.ts";
import type { WindowKernel } from "./window-kernel.ts";

/** irate and idelta: the last two samples of each window. */
export function lastChange(isRate: boolean): WindowKernel {
  return ({ timestampsMs, values }, { from, to }, into) => {
    let pointCount = 0;
    for (let step = 0; step < from.length; step++) {
      const last = (to[step] as number) - 1;
      if (last - 1 < (from[step] as number)) continue;
      const elapsedMs = (timestampsMs[last] as number) - (timestampsMs[last - 1] as number);
      const value = values[last] as number;
      const previous = values[last - 1] as number;
      const change = isRate && value < previous ? value : value - previous;
      into.kinds[step] = FLOAT;
      into.values[step] = isRate ? change / (elapsedMs / 1000) : change;
      pointCount += 1;
    }
    into.pointCount = pointCount;
  };
}
