import type { WindowFunction } from "../eval/window.ts";
import { changes, resets } from "./changes-and-resets.ts";
import { doubleExponentialSmoothing } from "./double-exponential-smoothing.ts";
import { idelta, irate } from "./instant-rate.ts";
import { deriv, predictLinear } from "./linear-regression.ts";
import * as overTime from "./over-time.ts";
import { delta, increase, rate } from "./rate.ts";

/** Functions that see each series of a range vector through a sliding window. */
export const WINDOW_FUNCTIONS: ReadonlyMap<string, WindowFunction> = new Map([
  ["rate", rate],
  ["increase", increase],
  ["delta", delta],
  ["irate", irate],
  ["idelta", idelta],
  ["changes", changes],
  ["resets", resets],
  ["deriv", deriv],
  ["predict_linear", predictLinear],
  ["double_exponential_smoothing", doubleExponentialSmoothing],
  ["avg_over_time", overTime.avgOverTime],
  ["sum_over_time", overTime.sumOverTime],
  ["min_over_time", overTime.minOverTime],
  ["max_over_time", overTime.maxOverTime],
  ["count_over_time", overTime.countOverTime],
  ["present_over_time", overTime.presentOverTime],
  ["first_over_time", overTime.firstOverTime],
  ["last_over_time", overTime.lastOverTime],
  ["stddev_over_time", overTime.stddevOverTime],
  ["stdvar_over_time", overTime.stdvarOverTime],
  ["mad_over_time", overTime.madOverTime],
  ["quantile_over_time", overTime.quantileOverTime],
  ["ts_of_min_over_time", overTime.tsOfMinOverTime],
  ["ts_of_max_over_time", overTime.tsOfMaxOverTime],
  ["ts_of_first_over_time", overTime.tsOfFirstOverTime],
  ["ts_of_last_over_time", overTime.tsOfLastOverTime],
]);
