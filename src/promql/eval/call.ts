import { AssertionError } from "#lib/assert";
import { absent, absenceOf, labelsSought } from "../functions/absent.ts";
import { DATE_FUNCTIONS } from "../functions/date.ts";
import { histogramFraction } from "../functions/histogram-fraction.ts";
import { HISTOGRAM_FUNCTIONS } from "../functions/histogram-functions.ts";
import { histogramQuantile, histogramQuantiles } from "../functions/histogram-quantile.ts";
import { info } from "../functions/info.ts";
import { labelJoin, labelReplace } from "../functions/label-replace.ts";
import { POINT_FUNCTIONS } from "../functions/math.ts";
import { presentOverTime } from "../functions/over-time.ts";
import { sort, sortByLabel, sortByLabelDesc, sortDesc } from "../functions/sort.ts";
import { startTimestamp, timestamp } from "../functions/timestamp.ts";
import type { VectorFunction } from "../functions/vector-function.ts";
import { WINDOW_FUNCTIONS } from "../functions/window-functions.ts";
import type { Call } from "../syntax/ast/call.ts";
import { callHistogramFunction, callPointFunction } from "./call-point-function.ts";
import { callWindowFunction } from "./call-window-function.ts";
import type { Evaluation } from "./evaluation.ts";
import { required } from "./required.ts";
import type { StepGrid } from "./step-grid.ts";
import type { VectorSeries } from "./vector-series.ts";

/** Their values are samples as they were stored, so the metric's name still says what they are. */
const KEEPS_NAME: ReadonlySet<string> = new Set(["first_over_time", "last_over_time"]);

const absentOverTime: VectorFunction = (call, evaluation, grid) => {
  const present = callWindowFunction(call, presentOverTime, false, evaluation, grid);
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
