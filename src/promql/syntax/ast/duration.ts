import type { PositionRange } from "../position-range.ts";
import type { NumberLiteral } from "./number-literal.ts";

/**
 * A length of time in `[…]`, after `offset` or as a subquery's step: a number of seconds, a duration,
 * or an expression over them. All values are seconds; `duration-value.ts` computes them.
 */
export type DurationNode =
  | NumberLiteral
  | DurationUnary
  | DurationBinary
  | DurationCall
  | DurationParentheses;

export interface DurationUnary {
  readonly kind: "durationUnary";
  readonly operator: "+" | "-";
  readonly operand: DurationNode;
  readonly position: PositionRange;
}

export interface DurationBinary {
  readonly kind: "durationBinary";
  readonly operator: "+" | "-" | "*" | "/" | "%" | "^";
  readonly left: DurationNode;
  readonly right: DurationNode;
  readonly position: PositionRange;
}

/** `step()`, `range()` of the whole query; `min_of(a, b)`, `max_of(a, b)`. */
export interface DurationCall {
  readonly kind: "durationCall";
  readonly functionName: "step" | "range" | "min_of" | "max_of";
  /** None for `step` and `range`, two for the others. */
  readonly args: readonly DurationNode[];
  readonly position: PositionRange;
}

export interface DurationParentheses {
  readonly kind: "durationParentheses";
  readonly inner: DurationNode;
  readonly position: PositionRange;
}
