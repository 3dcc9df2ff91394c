import { type Labels, labelsKey, labelValue } from "#model";
import type { Binary } from "../../syntax/ast/binary.ts";
import type { VectorMatching } from "../../syntax/ast/vector-matching.ts";
import type { Evaluation } from "../evaluation.ts";
import { dropLabels, dropMetricIdentity, keepLabels, setLabel } from "../label-sets.ts";
import { required } from "../required.ts";
import type { StepGrid } from "../step-grid.ts";
import {
  ABSENT,
  type MutableColumns,
  seriesOf,
  setFloat,
  type VectorSeries,
} from "../vector-series.ts";
import { duplicateMatch, multipleMatches } from "./join-errors.ts";
import { matchKeyOf, matchLabelsOf } from "./match-key.ts";
import { operateColumns } from "./point-operation.ts";
import { makesNewValues } from "./scalar-operation.ts";

/**
 * An operator between two vectors. Both sides are grouped by their match key once; then each pair of
 * series is computed column by column. `one` is the side that may have a single series per key and
 * step, `many` the other.
 */
export function* joinVectors(
  node: Binary,
  evaluation: Evaluation,
  grid: StepGrid,
): Generator<VectorSeries> {
  const matching = required(node.matching ?? undefined);
  const left = [...evaluation.vector(node.left, grid)];
  const right = [...evaluation.vector(node.right, grid)];
  const isSwapped = matching.cardinality === "oneToMany";
  const join: Join = {
    node,
    matching,
    evaluation,
    grid,
    isSwapped,
    fillMany: isSwapped ? matching.fillRight : matching.fillLeft,
    fillOne: isSwapped ? matching.fillLeft : matching.fillRight,
  };
  const keyOf = matchKeyOf(matching);
  const ones = groupByKey(isSwapped ? left : right, keyOf);
  const manies = groupByKey(isSwapped ? right : left, keyOf);
  const manySteps = stepsOf(isSwapped ? right : left, join);
  for (const group of ones.values()) requireSingle(group, manySteps, join);
  yield* joinGroups(manies, ones, join);
}

interface Join {
  readonly node: Binary;
  readonly matching: VectorMatching;
  readonly evaluation: Evaluation;
  readonly grid: StepGrid;
  /** `group_right`: the left side is the "one" side. */
  readonly isSwapped: boolean;
  readonly fillMany: number | null;
  readonly fillOne: number | null;
}

function groupByKey(
  vector: readonly VectorSeries[],
  keyOf: (labels: Labels) => string,
): Map<string, VectorSeries[]> {
  const groups = new Map<string, VectorSeries[]>();
  for (const series of vector) {
    const key = keyOf(series.labels);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [series]);
    else group.push(series);
  }
  return groups;
}

/** Steps at which the "many" side has anything; without, Prometheus does not look at the other. */
function stepsOf(vector: readonly VectorSeries[], { grid, fillMany }: Join): Uint8Array {
  const steps = new Uint8Array(grid.count);
  if (fillMany !== null) return steps.fill(1);
  for (const { kinds } of vector) {
    for (let step = 0; step < grid.count; step++) if (kinds[step] !== ABSENT) steps[step] = 1;
  }
  return steps;
}

/** At no step may two series of the "one" side have the same key, whether they would match or not. */
function requireSingle(group: readonly VectorSeries[], manySteps: Uint8Array, join: Join): void {
  if (group.length < 2) return;
  for (let step = 0; step < join.grid.count; step++) {
    if (manySteps[step] === 0) continue;
    const present = group.filter(({ kinds }) => kinds[step] !== ABSENT);
    const [first, second] = present;
    if (first === undefined || second === undefined) continue;
    const matched = matchLabelsOf(join.matching)(second.labels);
    throw duplicateMatch(matched, join.isSwapped ? "left" : "right", [second.labels, first.labels]);
  }
}

function* joinGroups(
  manies: ReadonlyMap<string, readonly VectorSeries[]>,
  ones: ReadonlyMap<string, readonly VectorSeries[]>,
  join: Join,
): Generator<VectorSeries> {
  const results = new Map<string, JoinedSeries>();
  for (const [key, many] of manies) {
    const one = ones.get(key) ?? [];
    joinGroup(many, one, join, results);
  }
  if (join.fillMany !== null) {
    for (const [key, one] of ones) {
      const many = manies.get(key) ?? [];
      fillGroup(many, one, join, results);
    }
  }
  for (const { labels, dropsName, columns } of results.values()) {
    if (columns.pointCount > 0) yield seriesOf(labels, dropsName, columns);
  }
}

interface JoinedSeries {
  readonly labels: Labels;
  readonly dropsName: boolean;
  readonly columns: MutableColumns;
  /** Steps at which a pair has been computed: a second one is an error, filtered out or not. */
  readonly matched: Uint8Array;
}

function joinGroup(
  many: readonly VectorSeries[],
  one: readonly VectorSeries[],
  join: Join,
  results: Map<string, JoinedSeries>,
): void {
  for (const series of many) {
    for (const other of one) addPair(series, other, join, results);
    if (join.fillOne === null) continue;
    const filler = fillerWhereAbsent(one, join.fillOne, series, join);
    if (filler !== null) addPair(series, filler, join, results);
  }
}

/** Series of the "one" side at steps where no series of the "many" side matches them. */
function fillGroup(
  many: readonly VectorSeries[],
  one: readonly VectorSeries[],
  join: Join,
  results: Map<string, JoinedSeries>,
): void {
  if (join.fillMany === null) return;
  for (const series of one) {
    const filler = fillerWhereAbsent(many, join.fillMany, series, join);
    if (filler !== null) addPair(filler, series, join, results);
  }
}

/** A made-up series with the match labels, present where `present` is and none of `group` is. */
function fillerWhereAbsent(
  group: readonly VectorSeries[],
  value: number,
  present: VectorSeries,
  { matching, evaluation, grid }: Join,
): VectorSeries | null {
  const columns = evaluation.columns.take(grid);
  for (let step = 0; step < grid.count; step++) {
    if (present.kinds[step] === ABSENT) continue;
    if (group.some(({ kinds }) => kinds[step] !== ABSENT)) continue;
    setFloat(columns, step, value);
  }
  if (columns.pointCount === 0) return null;
  return seriesOf(matchLabelsOf(matching)(present.labels), false, columns);
}

function addPair(
  many: VectorSeries,
  one: VectorSeries,
  join: Join,
  results: Map<string, JoinedSeries>,
): void {
  const { node, evaluation, grid, isSwapped } = join;
  const labels = resultLabels(many.labels, one.labels, join);
  const key = labelsKey(labels);
  let result = results.get(key);
  if (result === undefined) {
    result = {
      labels,
      dropsName: many.dropsName || makesNewValues(node),
      columns: evaluation.columns.take(grid),
      matched: new Uint8Array(grid.count),
    };
    results.set(key, result);
  }
  for (let step = 0; step < grid.count; step++) {
    if (many.kinds[step] === ABSENT || one.kinds[step] === ABSENT) continue;
    if (result.matched[step] === 1) throw multipleMatches(join.matching);
    result.matched[step] = 1;
  }
  const operation = { node, evaluation, keepsRight: false };
  if (isSwapped) operateColumns(operation, one, many, result.columns);
  else operateColumns(operation, many, one, result.columns);
}

/** One-to-one keeps what matched; group_x keeps the "many" side and takes labels from the other. */
function resultLabels(many: Labels, one: Labels, { node, matching }: Join): Labels {
  let labels = makesNewValues(node) ? dropMetricIdentity(many) : many;
  if (matching.cardinality === "oneToOne") {
    const listed = new Set(matching.labels);
    labels = matching.isOn ? keepLabels(labels, listed) : dropLabels(labels, listed);
  }
  for (const name of matching.include) labels = setLabel(labels, name, labelValue(one, name));
  return labels;
}
