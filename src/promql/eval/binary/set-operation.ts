import type { Labels } from "#model";
import type { Binary } from "../../syntax/ast/binary.ts";
import type { ColumnPool } from "../column-pool.ts";
import type { Evaluation } from "../evaluation.ts";
import { required } from "../required.ts";
import type { StepGrid } from "../step-grid.ts";
import { ABSENT, copyPoint, seriesOf, type VectorSeries } from "../vector-series.ts";
import { matchKeyOf } from "./match-key.ts";

/** `and`, `or`, `unless`: decided at each step by which keys the other side has there. */
export function* setOperation(
  node: Binary,
  evaluation: Evaluation,
  grid: StepGrid,
): Generator<VectorSeries> {
  const keyOf = matchKeyOf(required(node.matching ?? undefined));
  if (node.operator === "or") {
    const left = [...evaluation.vector(node.left, grid)];
    // Before the left side is passed on: whoever gets it may change it.
    const leftSteps = presenceByKey(left, keyOf, grid);
    yield* left;
    for (const series of evaluation.vector(node.right, grid)) {
      yield* whereOther(series, leftSteps.get(keyOf(series.labels)), false, evaluation, grid);
    }
    return;
  }
  // The left side is evaluated first, so that annotations come in the order of the query.
  const left = [...evaluation.vector(node.left, grid)];
  const right = evaluation.vector(node.right, grid);
  const rightSteps = presenceByKey(right, keyOf, grid, evaluation.columns);
  const isAnd = node.operator === "and";
  for (const series of left) {
    yield* whereOther(series, rightSteps.get(keyOf(series.labels)), isAnd, evaluation, grid);
  }
}

/** At which steps any series with the key has a point. */
function presenceByKey(
  vector: Iterable<VectorSeries>,
  keyOf: (labels: Labels) => string,
  grid: StepGrid,
  /** Takes the columns back where the series are not needed for anything else. */
  pool?: ColumnPool,
): ReadonlyMap<string, Uint8Array> {
  const byKey = new Map<string, Uint8Array>();
  for (const series of vector) {
    const key = keyOf(series.labels);
    let steps = byKey.get(key);
    if (steps === undefined) {
      steps = new Uint8Array(grid.count);
      byKey.set(key, steps);
    }
    for (let step = 0; step < grid.count; step++) {
      if (series.kinds[step] !== ABSENT) steps[step] = 1;
    }
    pool?.giveBack(series);
  }
  return byKey;
}

/** The points of a series at the steps where the other side has its key, or has not. */
function* whereOther(
  series: VectorSeries,
  other: Uint8Array | undefined,
  isPresent: boolean,
  { columns: pool }: Evaluation,
  grid: StepGrid,
): Generator<VectorSeries> {
  if (other === undefined) {
    if (!isPresent) yield series;
    return;
  }
  const columns = pool.take(grid);
  for (let step = 0; step < grid.count; step++) {
    if ((other[step] === 1) === isPresent) copyPoint(series, columns, step);
  }
  pool.giveBack(series);
  if (columns.pointCount > 0) yield seriesOf(series.labels, series.dropsName, columns);
}
