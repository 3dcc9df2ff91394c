import { labelsKey } from "#model";
import { invalidRatioWarning } from "../../functions/annotation-texts.ts";
import { formatGeneral } from "../../functions/format-float.ts";
import type { Aggregation } from "../../syntax/ast/aggregation.ts";
import type { Evaluation } from "../evaluation.ts";
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
  const limits =
    node.operator === "limit_ratio" ? ratiosOf(parameters, node, evaluation) : countsOf(parameters);
  const vector = evaluation.vector(node.expression, grid);
  for (const members of collectGroups(vector, groupingOf(node))) {
    const kept = members.map(() => evaluation.columns.take(grid));
    const lastChosen: number[] = [];
    for (let step = 0; step < grid.count; step++) {
      lastChosen.length = 0;
      for (const index of chooseAt(node, members, limits[step] as number, step, evaluation)) {
        copyPoint(members[index] as VectorSeries, kept[index] as MutableColumns, step);
        lastChosen.push(index);
      }
    }
    // An instant query's answer is in the order of the values.
    const order = evaluation.bounds.isRange ? kept.map((_, index) => index) : lastChosen;
    yield* inOrder(order, members, kept);
  }
}

function* inOrder(
  order: readonly number[],
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
    const notes = { annotations: evaluation.annotations, position: node.expression.position };
    noteIgnored(node.operator, notes);
  }
  if (limit < 1) return [];
  const valueAt = (index: number): number => members[index]?.values[step] as number;
  return bestMembers(floats, valueAt, limit, node.operator === "topk");
}

const INT64_MAX = 2 ** 63;

/** How many; a NaN or what no 64-bit number holds is an error, as in Prometheus. */
function countsOf(parameters: Float64Array): Float64Array {
  return parameters.map((value) => {
    if (Number.isNaN(value)) throw executionError("Parameter value is NaN");
    if (value >= INT64_MAX || value < -INT64_MAX) {
      throw executionError(`Scalar value ${formatGeneral(value)} overflows int64`);
    }
    return Math.trunc(value);
  });
}

function ratiosOf(
  parameters: Float64Array,
  node: Aggregation,
  evaluation: Evaluation,
): Float64Array {
  return parameters.map((ratio) => {
    if (Number.isNaN(ratio)) throw executionError("Ratio value is NaN");
    const capped = Math.min(1, Math.max(-1, ratio));
    if (capped !== ratio) {
      const text = invalidRatioWarning(formatGeneral(ratio), formatGeneral(capped));
      evaluation.annotations.warn(text, required(node.parameter ?? undefined).position);
    }
    return capped;
  });
}

/**
 * A series is in a ratio r ≥ 0 if its place in [0, 1), which depends on nothing but its labels, is
 * below r; in −r if it is not below 1 − r: so r and r − 1 complement each other exactly.
 */
function isWithinRatio(series: VectorSeries | undefined, ratio: number): boolean {
  const place = placeOf(labelsKey(required(series).labels));
  return ratio >= 0 ? place < ratio : place >= 1 + ratio;
}

/** FNV-1a with a final mix, as a fraction of its range. */
function placeOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) {
    hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32;
}
