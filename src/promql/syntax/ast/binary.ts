import type { PositionRange } from "../position-range.ts";
import type { Expression } from "./expression.ts";
import type { VectorMatching } from "./vector-matching.ts";

export type ArithmeticOperator = "+" | "-" | "*" | "/" | "%" | "^" | "atan2";
export type ComparisonOperator = "==" | "!=" | "<" | "<=" | ">" | ">=";
/** `h </ 5` keeps the observations of a native histogram below 5, `h >/ 5` those above. */
export type TrimOperator = "</" | ">/";
export type SetOperator = "and" | "or" | "unless";
export type BinaryOperator = ArithmeticOperator | ComparisonOperator | TrimOperator | SetOperator;

/** `left operator right`. */
export interface Binary {
  readonly kind: "binary";
  readonly operator: BinaryOperator;
  readonly left: Expression;
  readonly right: Expression;
  /** `bool`: a comparison gives 0 or 1 instead of filtering. */
  readonly returnsBool: boolean;
  /** How series of both sides find each other; null unless both sides are instant vectors. */
  readonly matching: VectorMatching | null;
  readonly position: PositionRange;
}
