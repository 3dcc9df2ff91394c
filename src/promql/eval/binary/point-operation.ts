import { incompatibleTypesInfo } from "../../functions/annotation-texts.ts";
import type { Binary } from "../../syntax/ast/binary.ts";
import type { Evaluation } from "../evaluation.ts";
import {
  type Columns,
  FLOAT,
  type MutableColumns,
  pointAt,
  type PointValue,
  setFloat,
  setPoint,
} from "../vector-series.ts";
import { histogramOperation } from "./histogram-operation.ts";
import { floatOperation, isArithmetic, isComparison } from "./scalar-operation.ts";

interface ColumnOperation {
  readonly node: Binary;
  readonly evaluation: Evaluation;
  /** A comparison without `bool` keeps the value of this side where it holds. */
  readonly keepsRight: boolean;
}

/**
 * Applies the operator to two columns, both present or nothing.
 */
export function operateColumns(
  { node, evaluation, keepsRight }: ColumnOperation,
  left: Columns,
  right: Columns,
  into: MutableColumns,
): void {
  const isTrim = !isArithmetic(node.operator) && !isComparison(node.operator);
  const operation = isTrim ? null : floatOperation(node.operator);
  const isFilter = isComparison(node.operator) && !node.returnsBool;
  for (let step = 0; step < into.kinds.length; step++) {
    const leftKind = left.kinds[step];
    const rightKind = right.kinds[step];
    if (leftKind === 0 || rightKind === 0) continue;
    if (leftKind !== FLOAT || rightKind !== FLOAT || operation === null) {
      setPoint(
        into,
        step,
        mixedOperation(node, pointAt(left, step), pointAt(right, step), evaluation, keepsRight),
      );
      continue;
    }
    const a = left.values[step] as number;
    const b = right.values[step] as number;
    const result = operation(a, b);
    if (!isFilter) setFloat(into, step, result);
    else if (result === 1) setFloat(into, step, keepsRight ? b : a);
  }
}

/** At least one histogram, or floats under an operator that has no meaning for them. */
function mixedOperation(
  node: Binary,
  left: PointValue,
  right: PointValue,
  { annotations }: Evaluation,
  keepsRight: boolean,
): PointValue {
  const { operator, position, returnsBool } = node;
  const result =
    typeof left === "number" && typeof right === "number"
      ? "incompatible"
      : histogramOperation(operator, left, right, { annotations, position });
  if (result === "incompatible") {
    const text = incompatibleTypesInfo(typeWord(left), operator, typeWord(right));
    annotations.info(text, position);
    return undefined;
  }
  if (!isComparison(operator)) return result;
  const holds = result === 1;
  if (returnsBool) return holds ? 1 : 0;
  if (!holds) return undefined;
  return keepsRight ? right : left;
}

function typeWord(value: PointValue): string {
  return typeof value === "number" ? "float" : "histogram";
}
