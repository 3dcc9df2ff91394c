import type { Binary } from "../../syntax/ast/binary.ts";
import type { Evaluation } from "../evaluation.ts";
import { required } from "../required.ts";
import type { StepGrid } from "../step-grid.ts";
import { ABSENT, copyPoint, emptyColumns, seriesOf, type VectorSeries } from "../vector-series.ts";
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
    yield* left;
    const leftSteps = presenceByKey(left, (series) => keyOf(series.labels), grid);
    for (const series of evaluation.vector(node.right, grid)) {
      yield* whereOther(series, leftSteps.get(keyOf(series.labels)), false, grid);
    }
    return;
  }
  // The left side is evaluated first, so that annotations come in the order of the query.
  const left = [...evaluation.vector(node.left, grid)];
  const right = evaluation.vector(node.right, grid);
  const rightSteps = presenceByKey(right, (series) => keyOf(series.labels), grid);
  for (const series of left) {
    yield* whereOther(series, rightSteps.get(keyOf(series.labels)), node.operator === "and", grid);
  }
}

/** At which steps any series with the key has a point. */
function presenceByKey(
  vector: Iterable<VectorSeries>,
  keyOf: (series: VectorSeries) => string,
  grid: StepGrid,
): ReadonlyMap<string, Uint8Array> {
  const byKey = new Map<string, Uint8Array>();
  for (const series of vector) {
    const key = keyOf(series);
    let steps = byKey.get(key);
    if (steps === undefined) {
      steps = new Uint8Array(grid.count);
      byKey.set(key, steps);
    }
    for (let step = 0; step < grid.count; step++) {
      if (series.kinds[step] !== ABSENT) steps[step] = 1;
    }
  }
  return byKey;
}

/** The points of a series at the steps where the other side has its key, or has not. */
function* whereOther(
  series: VectorSeries,
  other: Uint8Array | undefined,
  isPresent: boolean,
  grid: StepGrid,
): Generator<VectorSeries> {
  if (other === undefined) {
    if (!isPresent) yield series;
    return;
  }
  const columns = emptyColumns(grid);
  for (let step = 0; step < grid.count; step++) {
    if ((other[step] === 1) === isPresent) copyPoint(series, columns, step);
  }
  yield* seriesOf(series.labels, series.dropsName, columns);
}
