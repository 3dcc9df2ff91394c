import { invalidRatioWarning } from "../../functions/annotation-texts.ts";
import { formatGeneral } from "../../functions/format-float.ts";
import type { Aggregation } from "../../syntax/ast/aggregation.ts";
import type { Evaluation } from "../evaluation.ts";
import { keepsOrder } from "../keeps-order.ts";
import { executionError } from "../query-error.ts";
import { required } from "../required.ts";
import type { StepGrid } from "../step-grid.ts";
import {
  ABSENT,
  copyPoint,
  FLOAT,
  HISTOGRAM,
  type MutableColumns,
  seriesOf,
  type VectorSeries,
} from "../vector-series.ts";
import { bestMembers } from "./best-members.ts";
import { noteIgnored } from "./float-accumulators.ts";
import { collectGroups, groupingOf } from "./groups.ts";
import { samplingPlace } from "./sampling-place.ts";

/**
 * Aggregations that keep some members as they are: topk, bottomk, limitk and limit_ratio. Members
 * keep their labels, and at each step others may be chosen.
 */
export function* selectMembers(
  node: Aggregation,
  evaluation: Evaluation,
  grid: StepGrid,
): Generator<VectorSeries> {
  const parameters = evaluation.scalar(required(node.parameter ?? undefined), grid);
  const isRatio = node.operator === "limit_ratio";
  const groups = collectGroups(evaluation.vector(node.expression, grid), groupingOf(node));
  // Before anything is said of the parameter, as in Prometheus.
  if (parameters.every((value) => (isRatio ? value === 0 : value < 1))) return;
  const limits = isRatio ? ratiosOf(parameters, node, evaluation) : countsOf(parameters);
  for (const members of groups) {
    const kept = members.map(() => evaluation.columns.take(grid));
    const lastChosen: number[] = [];
    for (let step = 0; step < grid.count; step++) {
      lastChosen.length = 0;
      for (const index of chooseAt(node, members, limits[step] as number, step, evaluation)) {
        copyPoint(members[index] as VectorSeries, kept[index] as MutableColumns, step);
        lastChosen.push(index);
      }
    }
    const order = keepsOrder(evaluation, grid) ? lastChosen : kept.keys();
    yield* inOrder(order, members, kept);
  }
}

function* inOrder(
  order: Iterable<number>,
  members: readonly VectorSeries[],
  kept: readonly MutableColumns[],
): Generator<VectorSeries> {
  for (const index of order) {
    const { labels, dropsName } = members[index] as VectorSeries;
    const columns = kept[index] as MutableColumns;
    if (columns.pointCount > 0) yield seriesOf(labels, dropsName, columns);
  }
}

/** Which members stay at a step, in the order of the answer. */
function chooseAt(
  node: Aggregation,
  members: readonly VectorSeries[],
  limit: number,
  step: number,
  evaluation: Evaluation,
): number[] {
  const { operator } = node;
  if (operator === "limitk") return present(members, step).slice(0, Math.max(limit, 0));
  if (operator === "limit_ratio") {
    return present(members, step).filter((index) => isWithinRatio(members[index], limit));
  }
  return ranked(node, members, limit, step, evaluation);
}

function present(members: readonly VectorSeries[], step: number): number[] {
  return members.flatMap(({ kinds }, index) => (kinds[step] === ABSENT ? [] : [index]));
}

function ranked(
  node: Aggregation,
  members: readonly VectorSeries[],
  limit: number,
  step: number,
  evaluation: Evaluation,
): number[] {
  const floats: number[] = [];
  for (const [index, { kinds }] of members.entries()) {
    if (kinds[step] === FLOAT) floats.push(index);
    if (kinds[step] !== HISTOGRAM) continue;
    const notes = { annotations: evaluation.annotations, position: node.position };
    noteIgnored(node.operator, notes);
  }
  if (limit < 1) return [];
  const valueAt = (index: number): number => members[index]?.values[step] as number;
  return bestMembers(floats, valueAt, limit, node.operator === "topk");
}

const INT64_MAX = 2 ** 63;

/** How many; a NaN or what no 64-bit number holds is an error, as in Prometheus. */
function countsOf(parameters: Float64Array): Float64Array {
  if (parameters.some(Number.isNaN)) throw executionError("Parameter value is NaN");
  const [least, most] = extremesOf(parameters);
  if (least <= -INT64_MAX) {
    throw executionError(`Scalar value ${formatGeneral(least)} underflows int64`);
  }
  if (most >= INT64_MAX) {
    throw executionError(`Scalar value ${formatGeneral(most)} overflows int64`);
  }
  return parameters.map(Math.trunc);
}

function ratiosOf(
  parameters: Float64Array,
  node: Aggregation,
  { annotations }: Evaluation,
): Float64Array {
  if (parameters.some(Number.isNaN)) throw executionError("Ratio value is NaN");
  const { position } = required(node.parameter ?? undefined);
  const [least, most] = extremesOf(parameters);
  const warn = (ratio: number, capped: string): void =>
    annotations.warn(invalidRatioWarning(formatGeneral(ratio), capped), position, node.position);
  if (most > 1) warn(most, "1");
  if (least < -1) warn(least, "-1");
  return parameters.map((ratio) => Math.min(1, Math.max(-1, ratio)));
}

function extremesOf(parameters: Float64Array): readonly [least: number, most: number] {
  return [Math.min(...parameters), Math.max(...parameters)];
}

/**
 * A series is in a ratio r ≥ 0 if its place in [0, 1), which depends on nothing but its labels, is
 * below r; in −r if it is not below 1 − r: so r and r − 1 complement each other exactly.
 */
function isWithinRatio(series: VectorSeries | undefined, ratio: number): boolean {
  const place = samplingPlace(required(series).labels);
  return ratio >= 0 ? place < ratio : place >= 1 + ratio;
}
