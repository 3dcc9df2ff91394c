import type { ArithmeticOperator } from "../../syntax/ast/binary.ts";
import { FLOAT, type MutableColumns } from "../vector-series.ts";

/** Writes one column from two, of the same length. */
type ColumnArithmetic = (a: Float64Array, b: Float64Array, into: Float64Array) => void;

/**
 * The usual operators over columns that have a float at every step. Each is a loop of its own: one
 * loop that calls an operator would call it through a pointer, once a point.
 */
const DENSE: Partial<Record<ArithmeticOperator, ColumnArithmetic>> = {
  "+": (a, b, into) => {
    for (let i = 0; i < into.length; i++) into[i] = (a[i] as number) + (b[i] as number);
  },
  "-": (a, b, into) => {
    for (let i = 0; i < into.length; i++) into[i] = (a[i] as number) - (b[i] as number);
  },
  "*": (a, b, into) => {
    for (let i = 0; i < into.length; i++) into[i] = (a[i] as number) * (b[i] as number);
  },
  "/": (a, b, into) => {
    for (let i = 0; i < into.length; i++) into[i] = (a[i] as number) / (b[i] as number);
  },
};

/** Whether the operator has such a loop; then the result is written, and has every point. */
export function denseArithmetic(
  operator: string,
  a: Float64Array,
  b: Float64Array,
  into: MutableColumns,
): boolean {
  const arithmetic = DENSE[operator as ArithmeticOperator];
  if (arithmetic === undefined) return false;
  arithmetic(a, b, into.values);
  into.kinds.fill(FLOAT);
  into.pointCount = into.kinds.length;
  return true;
}
