import type { Binary } from "../../syntax/ast/binary.ts";
import { valueTypeOf } from "../../syntax/value-type.ts";
import type { Evaluation } from "../evaluation.ts";
import type { StepGrid } from "../step-grid.ts";
import type { VectorSeries } from "../vector-series.ts";
import { joinVectors } from "./join.ts";
import { setOperation } from "./set-operation.ts";
import { vectorWithScalar } from "./vector-scalar.ts";

/** A binary operation of which at least one side is a vector. */
export function evaluateBinary(
  node: Binary,
  evaluation: Evaluation,
  grid: StepGrid,
): Iterable<VectorSeries> {
  if (valueTypeOf(node.left) === "scalar") return vectorWithScalar(node, "left", evaluation, grid);
  if (valueTypeOf(node.right) === "scalar") {
    return vectorWithScalar(node, "right", evaluation, grid);
  }
  return node.matching?.cardinality === "manyToMany"
    ? setOperation(node, evaluation, grid)
    : joinVectors(node, evaluation, grid);
}
