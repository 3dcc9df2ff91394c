import type { PositionRange } from "../position-range.ts";
import type { Expression } from "./expression.ts";

/** `-expression`, `+expression`, over a scalar or an instant vector. */
export interface Unary {
  readonly kind: "unary";
  readonly operator: "+" | "-";
  readonly expression: Expression;
  readonly position: PositionRange;
}
