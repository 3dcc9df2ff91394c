import { AssertionError } from "#lib/assert";
import type {
  ArithmeticOperator,
  Binary,
  BinaryOperator,
  ComparisonOperator,
} from "../../syntax/ast/binary.ts";

/** What an arithmetic operator does to two floats. `%` is truncated, with the dividend's sign. */
const ARITHMETIC: Readonly<Record<ArithmeticOperator, (a: number, b: number) => number>> = {
  "+": (a, b) => a + b,
  "-": (a, b) => a - b,
  "*": (a, b) => a * b,
  "/": (a, b) => a / b,
  "%": (a, b) => a % b,
  "^": power,
  atan2: Math.atan2,
};

const COMPARISON: Readonly<Record<ComparisonOperator, (a: number, b: number) => boolean>> = {
  "==": (a, b) => a === b,
  "!=": (a, b) => a !== b,
  "<": (a, b) => a < b,
  "<=": (a, b) => a <= b,
  ">": (a, b) => a > b,
  ">=": (a, b) => a >= b,
};

/** IEEE 754-2008 says 1, as Go does, where JavaScript says NaN. */
function power(base: number, exponent: number): number {
  const isOne = base === 1 || (base === -1 && (exponent === Infinity || exponent === -Infinity));
  return isOne ? 1 : base ** exponent;
}

export function isComparison(operator: BinaryOperator): operator is ComparisonOperator {
  return operator in COMPARISON;
}

export function isArithmetic(operator: BinaryOperator): operator is ArithmeticOperator {
  return operator in ARITHMETIC;
}

/** Arithmetic and `bool` make new values; what filters or trims keeps the metric's name. */
export function makesNewValues({ operator, returnsBool }: Binary): boolean {
  return isArithmetic(operator) || returnsBool;
}

/** Two floats to one; a comparison gives 1 or 0. */
export function floatOperation(operator: BinaryOperator): (a: number, b: number) => number {
  if (isArithmetic(operator)) return ARITHMETIC[operator];
  if (!isComparison(operator)) throw new AssertionError(`${operator} has no value for floats`);
  const compare = COMPARISON[operator];
  return (a, b) => (compare(a, b) ? 1 : 0);
}

export function scalarBinary(
  operator: BinaryOperator,
  left: Float64Array,
  right: Float64Array,
): Float64Array {
  const operation = floatOperation(operator);
  return left.map((value, step) => operation(value, right[step] as number));
}
