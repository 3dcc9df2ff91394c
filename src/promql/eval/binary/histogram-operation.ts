import { equalHistograms, type FloatHistogram } from "#model";
import {
  collidingResetsWarning,
  type HistogramOperation,
  reconciledBoundsInfo,
} from "../../functions/histogram-annotations.ts";
import {
  addHistograms,
  compact,
  divide,
  multiply,
  subtractHistograms,
  trimHistogram,
} from "../../histogram/index.ts";
import type { BinaryOperator } from "../../syntax/ast/binary.ts";
import type { PositionRange } from "../../syntax/position-range.ts";
import type { AnnotationSink } from "../annotations.ts";
import type { PointValue } from "../vector-series.ts";

interface OperationNotes {
  readonly annotations: AnnotationSink;
  readonly position: PositionRange;
}

/**
 * An operator with a histogram on at least one side: a histogram, for comparisons 1 or 0, nothing,
 * or `incompatible` where the operator has no meaning for these two. The caller says the latter.
 */
export function histogramOperation(
  operator: BinaryOperator,
  left: PointValue,
  right: PointValue,
  notes: OperationNotes,
): PointValue | "incompatible" {
  if (left === undefined || right === undefined) return undefined;
  if (typeof left === "number") {
    if (typeof right === "number" || operator !== "*") return "incompatible";
    return compact(multiply(right, left));
  }
  return typeof right === "number"
    ? withFloat(operator, left, right)
    : withHistogram(operator, left, right, notes);
}

function withFloat(
  operator: BinaryOperator,
  left: FloatHistogram,
  right: number,
): PointValue | "incompatible" {
  if (operator === "*") return compact(multiply(left, right));
  if (operator === "/") return compact(divide(left, right));
  if (operator === "</") return trimHistogram(left, right, "below");
  return operator === ">/" ? trimHistogram(left, right, "above") : "incompatible";
}

function withHistogram(
  operator: BinaryOperator,
  left: FloatHistogram,
  right: FloatHistogram,
  notes: OperationNotes,
): PointValue | "incompatible" {
  if (operator === "==") return equalHistograms(left, right) ? 1 : 0;
  if (operator === "!=") return equalHistograms(left, right) ? 0 : 1;
  if (operator === "+") return combined("addition", operator, left, right, notes);
  if (operator !== "-") return "incompatible";
  const difference = combined("subtraction", operator, left, right, notes);
  return difference && { ...difference, counterResetHint: "gauge" };
}

function combined(
  operation: Exclude<HistogramOperation, "aggregation">,
  operator: BinaryOperator,
  left: FloatHistogram,
  right: FloatHistogram,
  { annotations, position }: OperationNotes,
): FloatHistogram | undefined {
  const combine = operation === "addition" ? addHistograms : subtractHistograms;
  const { histogram, hintsCollide, boundsReconciled } = combine(left, right);
  if (histogram === null) {
    const text = `incompatible bucket layout encountered for binary operator ${operator}`;
    annotations.warn(text, position);
    return undefined;
  }
  if (hintsCollide) {
    // Prometheus takes the warning for a failure and gives no result (vectorElemBinop, doBinOp).
    annotations.warn(collidingResetsWarning(operation), position);
    return undefined;
  }
  if (boundsReconciled) annotations.info(reconciledBoundsInfo(operation), position);
  return compact(histogram);
}
