import type { Binary } from "../../syntax/ast/binary.ts";
import type { Evaluation } from "../evaluation.ts";
import type { StepGrid } from "../step-grid.ts";
import { FLOAT, seriesOf, type VectorSeries } from "../vector-series.ts";
import { LastNotes } from "./last-notes.ts";
import { operateColumns } from "./point-operation.ts";
import { makesNewValues } from "./scalar-operation.ts";

/** A vector on one side, a scalar on the other: comparisons keep the vector's value. */
export function* vectorWithScalar(
  node: Binary,
  scalarSide: "left" | "right",
  evaluation: Evaluation,
  grid: StepGrid,
): Generator<VectorSeries> {
  const isLeft = scalarSide === "left";
  const scalar = {
    kinds: new Uint8Array(grid.count).fill(FLOAT),
    values: evaluation.scalar(isLeft ? node.left : node.right, grid),
    histograms: null,
    pointCount: grid.count,
  };
  const notes = new LastNotes();
  const operation = { node, notes, keepsRight: isLeft };
  for (const series of evaluation.vector(isLeft ? node.right : node.left, grid)) {
    const columns = evaluation.columns.take(grid);
    if (isLeft) operateColumns(operation, scalar, series, columns);
    else operateColumns(operation, series, scalar, columns);
    evaluation.columns.giveBack(series);
    if (columns.pointCount === 0) continue;
    yield seriesOf(series.labels, series.dropsName || makesNewValues(node), columns);
  }
  notes.tell(evaluation.annotations);
}
