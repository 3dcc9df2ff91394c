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
  HISTOGRAM,
  type MutableColumns,
  seriesOf,
  setFloat,
  type VectorSeries,
} from "../vector-series.ts";
import { BestMembers } from "./best-members.ts";
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
  const vector = evaluation.vector(node.expression, grid);
  const asksForNone = parameters.every((value) => (isRatio ? value === 0 : value < 1));
  if (asksForNone || parameters.some(Number.isNaN)) {
    // Before anything is said of the parameter, as in Prometheus.
    for (const series of vector) evaluation.columns.giveBack(series);
  }
  if (asksForNone) return;
  if (!isRatio && node.operator !== "limitk") {
    yield* bestOf(vector, countsOf(parameters), node, evaluation, grid);
    return;
  }
  const chosen = isRatio
    ? withinRatio(vector, ratiosOf(parameters, node, evaluation), evaluation, grid)
    : firstOf(vector, countsOf(parameters), node, evaluation, grid);
  // An instant query's answer comes group by group.
  yield* keepsOrder(evaluation, grid) ? collectGroups(chosen, groupingOf(node)).flat() : chosen;
}

/** topk and bottomk: each series is offered to its group, and let go of. */
function* bestOf(
  vector: Iterable<VectorSeries>,
  limits: Float64Array,
  node: Aggregation,
  evaluation: Evaluation,
  grid: StepGrid,
): Generator<VectorSeries> {
  const grouping = groupingOf(node);
  const groups = new Map<string, RankedGroup>();
  for (const series of vector) {
    const { key } = grouping(series.labels);
    let group = groups.get(key);
    if (group === undefined) {
      const claim = (bytes: number): void => evaluation.columns.claim(bytes);
      const best = new BestMembers(limits, node.operator === "topk", claim);
      group = { best, members: [] };
      groups.set(key, group);
    }
    const { labels, dropsName } = series;
    group.best.offer(group.members.push({ labels, dropsName }) - 1, series);
    if (series.kinds.includes(HISTOGRAM)) {
      noteIgnored(node.operator, { annotations: evaluation.annotations, position: node.position });
    }
    evaluation.columns.giveBack(series);
  }
  for (const group of groups.values()) yield* membersOf(group, evaluation, grid);
}

interface RankedGroup {
  readonly best: BestMembers;
  readonly members: Pick<VectorSeries, "labels" | "dropsName">[];
}

function* membersOf(
  { best, members }: RankedGroup,
  evaluation: Evaluation,
  grid: StepGrid,
): Generator<VectorSeries> {
  const chosen = new Map<number, MutableColumns>();
  for (let step = 0; step < grid.count; step++) {
    for (const { member, value } of best.at(step)) {
      const columns = chosen.get(member) ?? evaluation.columns.take(grid);
      chosen.set(member, columns);
      setFloat(columns, step, value);
    }
  }
  // The order of ranks, which is that of the map, where there is one step; else that of members.
  const order = keepsOrder(evaluation, grid)
    ? chosen.keys()
    : [...chosen.keys()].toSorted((a, b) => a - b);
  for (const member of order) {
    const { labels, dropsName } = required(members[member]);
    yield seriesOf(labels, dropsName, required(chosen.get(member)));
  }
}

/** limitk: at each step the first of each group that are there. */
function* firstOf(
  vector: Iterable<VectorSeries>,
  limits: Float64Array,
  node: Aggregation,
  evaluation: Evaluation,
  grid: StepGrid,
): Generator<VectorSeries> {
  const grouping = groupingOf(node);
  const countsByGroup = new Map<string, Int32Array>();
  for (const series of vector) {
    const { key } = grouping(series.labels);
    const counts = countsByGroup.get(key) ?? new Int32Array(grid.count);
    countsByGroup.set(key, counts);
    yield* whereChosen(series, evaluation, grid, (step) => {
      const isFirst = (counts[step] as number) < (limits[step] as number);
      if (isFirst) counts[step] = (counts[step] as number) + 1;
      return isFirst;
    });
  }
}

/**
 * limit_ratio: a series is in a ratio r ≥ 0 if its place in [0, 1), which depends on nothing but its
 * labels, is below r; in −r if it is not below 1 − r: so r and r − 1 complement each other exactly.
 */
function* withinRatio(
  vector: Iterable<VectorSeries>,
  ratios: Float64Array,
  evaluation: Evaluation,
  grid: StepGrid,
): Generator<VectorSeries> {
  for (const series of vector) {
    const place = samplingPlace(series.labels);
    yield* whereChosen(series, evaluation, grid, (step) => {
      const ratio = ratios[step] as number;
      return ratio >= 0 ? place < ratio : place >= 1 + ratio;
    });
  }
}

/** The series' points at the steps at which it is chosen; asked only where it has one. */
function* whereChosen(
  series: VectorSeries,
  { columns: pool }: Evaluation,
  grid: StepGrid,
  isChosen: (step: number) => boolean,
): Generator<VectorSeries> {
  const columns = pool.take(grid);
  for (let step = 0; step < grid.count; step++) {
    if (series.kinds[step] !== ABSENT && isChosen(step)) copyPoint(series, columns, step);
  }
  pool.giveBack(series);
  if (columns.pointCount === 0) pool.giveBack(columns);
  else yield seriesOf(series.labels, series.dropsName, columns);
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
