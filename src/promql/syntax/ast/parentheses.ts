import type { PositionRange } from "../position-range.ts";
import type { Expression } from "./expression.ts";

/** `(expression)`: kept, because the printer and the positions of messages need it. */
export interface Parentheses {
  readonly kind: "parentheses";
  readonly expression: Expression;
  readonly position: PositionRange;
}
