import { AssertionError } from "#lib/assert";
import { absent, absenceOf, labelsSought } from "../functions/absent.ts";
import { changes, resets } from "../functions/changes-and-resets.ts";
import { DATE_FUNCTIONS } from "../functions/date.ts";
import { doubleExponentialSmoothing } from "../functions/double-exponential-smoothing.ts";
import { histogramFraction } from "../functions/histogram-fraction.ts";
import { HISTOGRAM_FUNCTIONS } from "../functions/histogram-functions.ts";
import { histogramQuantile, histogramQuantiles } from "../functions/histogram-quantile.ts";
import { info } from "../functions/info.ts";
import { irate, idelta } from "../functions/instant-rate.ts";
import { labelJoin, labelReplace } from "../functions/label-replace.ts";
import { deriv, predictLinear } from "../functions/linear-regression.ts";
import { POINT_FUNCTIONS } from "../functions/math.ts";
import * as overTime from "../functions/over-time.ts";
import { delta, increase, rate } from "../functions/rate.ts";
import { sort, sortByLabel, sortByLabelDesc, sortDesc } from "../functions/sort.ts";
import { startTimestamp, timestamp } from "../functions/timestamp.ts";
import type { VectorFunction } from "../functions/vector-function.ts";
import type { Call } from "../syntax/ast/call.ts";
import { callHistogramFunction, callPointFunction } from "./call-point-function.ts";
import { callWindowFunction } from "./call-window-function.ts";
import type { Evaluation } from "./evaluation.ts";
import { required } from "./required.ts";
import type { StepGrid } from "./step-grid.ts";
import type { VectorSeries } from "./vector-series.ts";
import type { WindowFunction } from "./window.ts";

/** Functions that see each series of a range vector through a sliding window. */
const WINDOW_FUNCTIONS: ReadonlyMap<string, WindowFunction> = new Map([
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

/** Their values are samples as they were stored, so the metric's name still says what they are. */
const KEEPS_NAME: ReadonlySet<string> = new Set(["first_over_time", "last_over_time"]);

const absentOverTime: VectorFunction = (call, evaluation, grid) => {
  const present = callWindowFunction(call, overTime.presentOverTime, false, evaluation, grid);
  return absenceOf(present, labelsSought(required(call.args[0])), evaluation, grid);
};

const vector: VectorFunction = (call, evaluation, grid) =>
  evaluation.vector(required(call.args[0]), grid);

/** Functions that see whole vectors. */
const VECTOR_FUNCTIONS: ReadonlyMap<string, VectorFunction> = new Map([
  ["absent", absent],
  ["absent_over_time", absentOverTime],
  ["histogram_fraction", histogramFraction],
  ["histogram_quantile", histogramQuantile],
  ["histogram_quantiles", histogramQuantiles],
  ["info", info],
  ["label_join", labelJoin],
  ["label_replace", labelReplace],
  ["sort", sort],
  ["sort_by_label", sortByLabel],
  ["sort_by_label_desc", sortByLabelDesc],
  ["sort_desc", sortDesc],
  ["start_timestamp", startTimestamp],
  ["timestamp", timestamp],
  ["vector", vector],
]);

/** A call of any function whose value is an instant vector. */
export function callFunction(
  call: Call,
  evaluation: Evaluation,
  grid: StepGrid,
): Iterable<VectorSeries> {
  const { functionName: name } = call;
  const ofWindow = WINDOW_FUNCTIONS.get(name);
  if (ofWindow !== undefined) {
    return callWindowFunction(call, ofWindow, KEEPS_NAME.has(name), evaluation, grid);
  }
  const ofPoint = POINT_FUNCTIONS.get(name) ?? DATE_FUNCTIONS.get(name);
  if (ofPoint !== undefined) return callPointFunction(call, ofPoint, evaluation, grid);
  const ofHistogram = HISTOGRAM_FUNCTIONS.get(name);
  if (ofHistogram !== undefined) return callHistogramFunction(call, ofHistogram, evaluation, grid);
  const ofVector = VECTOR_FUNCTIONS.get(name);
  if (ofVector !== undefined) return ofVector(call, evaluation, grid);
  throw new AssertionError(`function ${name} is in the signatures, but nothing evaluates it`);
}
