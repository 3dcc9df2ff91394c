import type { BinaryOperator } from "./ast/binary.ts";

/**
 * How tightly operators bind; the higher, the tighter. A sign before an operand binds as `*` does,
 * so `-2^2` is −4.
 */
const LEVELS: readonly (readonly BinaryOperator[])[] = [
  ["or"],
  ["and", "unless"],
  ["==", "!=", "<", "<=", ">", ">=", "</", ">/"],
  ["+", "-"],
  ["*", "/", "%", "atan2"],
  ["^"],
];

const PRECEDENCE: ReadonlyMap<string, number> = new Map(
  LEVELS.flatMap((operators, index) => operators.map((operator) => [operator, index + 1])),
);

export const PRECEDENCE_MIN = 1;
export const PRECEDENCE_OF_SIGN = 5;

/** 0 for what is no binary operator. */
export function precedenceOf(kind: string): number {
  return PRECEDENCE.get(kind) ?? 0;
}

export function isBinaryOperator(kind: string): kind is BinaryOperator {
  return PRECEDENCE.has(kind);
}

/** The least precedence that the right operand's operators must have; only `^` groups rightwards. */
export function rightPrecedence(operator: BinaryOperator): number {
  return operator === "^" ? precedenceOf(operator) : precedenceOf(operator) + 1;
}
