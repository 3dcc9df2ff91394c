import { AssertionError } from "#lib/assert";
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
import { LastNotes } from "./last-notes.ts";
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
    // With group_right too, where the sides have changed places but their fills have not.
    fillMany: matching.fillLeft,
    fillOne: matching.fillRight,
    notes: new LastNotes(),
  };
  const keyOf = matchKeyOf(matching);
  const one = isSwapped ? left : right;
  const many = isSwapped ? right : left;
  const ones = groupByKey(one, keyOf);
  requireSingle(one, ones, many, join);
  yield* arePairsApart(many, ones, keyOf, join)
    ? joinApart(many, ones, keyOf, join)
    : joinSeries(many, ones, keyOf, join);
  for (const series of one) evaluation.columns.giveBack(series);
  join.notes.tell(evaluation.annotations);
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
  readonly notes: LastNotes;
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
function requireSingle(
  vector: readonly VectorSeries[],
  groups: ReadonlyMap<string, readonly VectorSeries[]>,
  many: readonly VectorSeries[],
  join: Join,
): void {
  const crowded = [...groups.values()].filter(({ length }) => length > 1);
  if (crowded.length === 0) return;
  const manySteps = stepsOf(many, join);
  for (let step = 0; step < join.grid.count; step++) {
    if (manySteps[step] === 0) continue;
    const isDouble = crowded.some((group) => group.filter(isPresentAt(step)).length > 1);
    if (isDouble) throw firstDuplicate(vector.filter(isPresentAt(step)), join);
  }
}

function isPresentAt(step: number): (series: VectorSeries) => boolean {
  return ({ kinds }) => kinds[step] !== ABSENT;
}

/** Of all of them the first in the order of the series. */
function firstDuplicate(present: readonly VectorSeries[], join: Join): Error {
  const keyOf = matchKeyOf(join.matching);
  const byKey = new Map<string, Labels>();
  for (const { labels } of present) {
    const key = keyOf(labels);
    const earlier = byKey.get(key);
    if (earlier === undefined) byKey.set(key, labels);
    else {
      const matched = matchLabelsOf(join.matching)(labels);
      return duplicateMatch(matched, join.isSwapped ? "left" : "right", [labels, earlier]);
    }
  }
  throw new AssertionError("no two series have the same key");
}

/**
 * Whether each series of the "many" side meets at most one other and has a result of its own, as it
 * mostly is: then nothing has to be looked up, and no step can be matched twice.
 */
function arePairsApart(
  many: readonly VectorSeries[],
  ones: ReadonlyMap<string, readonly VectorSeries[]>,
  keyOf: (labels: Labels) => string,
  join: Join,
): boolean {
  const { matching, fillMany, fillOne } = join;
  if (fillOne !== null || fillMany !== null || matching.include.length > 0) return false;
  for (const group of ones.values()) if (group.length > 1) return false;
  const keys = new Set<string>();
  const isOneToOne = matching.cardinality === "oneToOne";
  for (const { labels } of many) {
    keys.add(isOneToOne ? keyOf(labels) : labelsKey(resultLabels(labels, labels, join)));
  }
  return keys.size === many.length;
}

/** Each pair by itself; the series of the "many" side are let go of as they are used up. */
function* joinApart(
  many: readonly VectorSeries[],
  ones: ReadonlyMap<string, readonly VectorSeries[]>,
  keyOf: (labels: Labels) => string,
  join: Join,
): Generator<VectorSeries> {
  const { node, evaluation, grid, notes, isSwapped } = join;
  const { columns: pool } = evaluation;
  const operation = { node, notes, keepsRight: false };
  for (const series of many) {
    const one = ones.get(keyOf(series.labels))?.[0];
    if (one !== undefined) {
      const columns = pool.take(grid);
      if (isSwapped) operateColumns(operation, one, series, columns);
      else operateColumns(operation, series, one, columns);
      const labels = resultLabels(series.labels, one.labels, join);
      if (columns.pointCount > 0) yield seriesOf(labels, node.returnsBool, columns);
    }
    pool.giveBack(series);
  }
}

/** The results come in the order of the "many" side. */
function* joinSeries(
  many: readonly VectorSeries[],
  ones: ReadonlyMap<string, readonly VectorSeries[]>,
  keyOf: (labels: Labels) => string,
  join: Join,
): Generator<VectorSeries> {
  const results: Results = { series: new Map(), matched: new Map() };
  for (const series of many) {
    const key = keyOf(series.labels);
    const group = ones.get(key) ?? [];
    for (const one of group) addPair(series, one, key, join, results);
    const filler = fillerWhereAbsent(group, join.fillOne, series, join);
    if (filler !== null) addPair(series, filler, key, join, results);
  }
  if (join.fillMany !== null) {
    const manies = groupByKey(many, keyOf);
    for (const [key, group] of ones) fillGroup(manies.get(key) ?? [], group, key, join, results);
  }
  for (const { labels, dropsName, columns } of results.series.values()) {
    if (columns.pointCount > 0) yield seriesOf(labels, dropsName, columns);
  }
}

interface Results {
  readonly series: Map<string, JoinedSeries>;
  /** Steps at which a pair has been computed: a second one is an error, filtered out or not. */
  readonly matched: Map<string, Uint8Array>;
}

interface JoinedSeries {
  readonly labels: Labels;
  readonly dropsName: boolean;
  readonly columns: MutableColumns;
}

/** Series of the "one" side at steps where no series of the "many" side matches them. */
function fillGroup(
  many: readonly VectorSeries[],
  group: readonly VectorSeries[],
  key: string,
  join: Join,
  results: Results,
): void {
  for (const series of group) {
    const filler = fillerWhereAbsent(many, join.fillMany, series, join);
    if (filler !== null) addPair(filler, series, key, join, results);
  }
}

/** A made-up series with the match labels, present where `present` is and none of `group` is. */
function fillerWhereAbsent(
  group: readonly VectorSeries[],
  value: number | null,
  present: VectorSeries,
  { matching, evaluation, grid }: Join,
): VectorSeries | null {
  if (value === null) return null;
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
  matchKey: string,
  join: Join,
  results: Results,
): void {
  const { node, evaluation, grid, notes, isSwapped, matching } = join;
  const labels = resultLabels(many.labels, one.labels, join);
  const key = labelsKey(labels);
  const result = results.series.get(key) ?? {
    labels,
    // A name that was to go stays where a comparison filters, as in Prometheus.
    dropsName: node.returnsBool,
    columns: evaluation.columns.take(grid),
  };
  results.series.set(key, result);
  const operation = { node, notes, keepsRight: false };
  const meaningless = isSwapped
    ? operateColumns(operation, one, many, result.columns)
    : operateColumns(operation, many, one, result.columns);
  const place = matching.cardinality === "oneToOne" ? matchKey : key;
  const matched = results.matched.get(place) ?? new Uint8Array(grid.count);
  results.matched.set(place, matched);
  for (let step = 0; step < matched.length; step++) {
    if (many.kinds[step] === ABSENT || one.kinds[step] === ABSENT) continue;
    if (meaningless?.has(step) === true) continue;
    if (matched[step] === 1) throw multipleMatches(matching);
    matched[step] = 1;
  }
}

/** One-to-one keeps what matched; group_x keeps the "many" side and takes labels from the other. */
function resultLabels(many: Labels, one: Labels, { node, matching, evaluation }: Join): Labels {
  const isKept = node.returnsBool && evaluation.settings.isNameRemovalDelayed;
  let labels = makesNewValues(node) && !isKept ? dropMetricIdentity(many) : many;
  if (matching.cardinality === "oneToOne") {
    const listed = new Set(matching.labels);
    labels = matching.isOn ? keepLabels(labels, listed) : dropLabels(labels, listed);
  }
  for (const name of matching.include) labels = setLabel(labels, name, labelValue(one, name));
  return labels;
}
