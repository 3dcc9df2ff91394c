import { incompatibleTypesInfo } from "../../functions/annotation-texts.ts";
import type { Binary } from "../../syntax/ast/binary.ts";
import {
  type Columns,
  FLOAT,
  isAllFloats,
  type MutableColumns,
  pointAt,
  type PointValue,
  setFloat,
  setPoint,
} from "../vector-series.ts";
import { denseArithmetic } from "./dense-arithmetic.ts";
import { histogramOperation } from "./histogram-operation.ts";
import type { LastNotes } from "./last-notes.ts";
import { floatOperation, isArithmetic, isComparison } from "./scalar-operation.ts";

interface ColumnOperation {
  readonly node: Binary;
  readonly notes: LastNotes;
  /** A comparison without `bool` keeps the value of this side where it holds. */
  readonly keepsRight: boolean;
}

/**
 * Applies the operator to two columns, both present or nothing. Returns the steps at which it has no
 * meaning for what is there; null where there are none.
 */
export function operateColumns(
  operation: ColumnOperation,
  left: Columns,
  right: Columns,
  into: MutableColumns,
): ReadonlySet<number> | null {
  const { node, notes, keepsRight } = operation;
  if (
    into.pointCount === 0 &&
    isAllFloats(left) &&
    isAllFloats(right) &&
    denseArithmetic(node.operator, left.values, right.values, into)
  ) {
    return null;
  }
  let meaningless: Set<number> | null = null;
  const isTrim = !isArithmetic(node.operator) && !isComparison(node.operator);
  const ofFloats = isTrim ? null : floatOperation(node.operator);
  const isFilter = isComparison(node.operator) && !node.returnsBool;
  for (let step = 0; step < into.kinds.length; step++) {
    const leftKind = left.kinds[step];
    const rightKind = right.kinds[step];
    if (leftKind === 0 || rightKind === 0) continue;
    if (leftKind !== FLOAT || rightKind !== FLOAT || ofFloats === null) {
      notes.step = step;
      const result = mixedOperation(operation, pointAt(left, step), pointAt(right, step));
      if (result === "meaningless") (meaningless ??= new Set()).add(step);
      else setPoint(into, step, result);
      continue;
    }
    const a = left.values[step] as number;
    const b = right.values[step] as number;
    const result = ofFloats(a, b);
    if (!isFilter) setFloat(into, step, result);
    else if (result === 1) setFloat(into, step, keepsRight ? b : a);
  }
  return meaningless;
}

/** At least one histogram, or floats under an operator that has no meaning for them. */
function mixedOperation(
  { node, notes, keepsRight }: ColumnOperation,
  left: PointValue,
  right: PointValue,
): PointValue | "meaningless" {
  const { operator, position, returnsBool } = node;
  const result =
    typeof left === "number" && typeof right === "number"
      ? "incompatible"
      : histogramOperation(operator, left, right, { annotations: notes, position });
  if (result === "incompatible") {
    notes.info(incompatibleTypesInfo(typeWord(left), operator, typeWord(right)), position);
    return "meaningless";
  }
  if (result === undefined) return "meaningless";
  if (!isComparison(operator)) return result;
  const holds = result === 1;
  if (returnsBool) return holds ? 1 : 0;
  if (!holds) return undefined;
  return keepsRight ? right : left;
}

function typeWord(value: PointValue): string {
  return typeof value === "number" ? "float" : "histogram";
}
