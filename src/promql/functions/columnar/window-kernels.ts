import { isChange, isDrop } from "../changes-and-resets.ts";
import { extrapolatedRate } from "./extrapolated-rate.ts";
import { lastChange } from "./last-change.ts";
import { windowCounts } from "./window-counts.ts";
import { windowExtremes } from "./window-extremes.ts";
import { eachWindow, type WindowKernel } from "./window-kernel.ts";
import { windowQuantiles } from "./window-quantiles.ts";
import { windowMeans, windowSums } from "./window-sums.ts";

/** Functions that have a kernel. */
export const WINDOW_KERNELS: ReadonlyMap<string, WindowKernel> = new Map<string, WindowKernel>([
  ["rate", extrapolatedRate({ isCounter: true, isPerSecond: true })],
  ["increase", extrapolatedRate({ isCounter: true, isPerSecond: false })],
  ["delta", extrapolatedRate({ isCounter: false, isPerSecond: false })],
  ["irate", lastChange(true)],
  ["idelta", lastChange(false)],
  ["changes", windowCounts(isChange)],
  ["resets", windowCounts(isDrop)],
  ["sum_over_time", windowSums],
  ["avg_over_time", windowMeans],
  ["min_over_time", windowExtremes({ isMax: false, takesLater: false, gives: "value" })],
  ["max_over_time", windowExtremes({ isMax: true, takesLater: false, gives: "value" })],
  ["ts_of_min_over_time", windowExtremes({ isMax: false, takesLater: true, gives: "seconds" })],
  ["ts_of_max_over_time", windowExtremes({ isMax: true, takesLater: true, gives: "seconds" })],
  ["count_over_time", eachWindow((_run, from, to) => to - from)],
  ["present_over_time", eachWindow(() => 1)],
  ["first_over_time", eachWindow(({ values }, from) => values[from] as number)],
  ["last_over_time", eachWindow(({ values }, _from, to) => values[to - 1] as number)],
  [
    "ts_of_first_over_time",
    eachWindow(({ timestampsMs }, from) => (timestampsMs[from] as number) / 1000),
  ],
  [
    "ts_of_last_over_time",
    eachWindow(({ timestampsMs }, _from, to) => (timestampsMs[to - 1] as number) / 1000),
  ],
  ["quantile_over_time", windowQuantiles],
]);
