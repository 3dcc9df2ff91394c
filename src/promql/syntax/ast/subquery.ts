import type { PositionRange } from "../position-range.ts";
import type { DurationNode } from "./duration.ts";
import type { Expression } from "./expression.ts";
import type { TimeModifiers } from "./time-modifiers.ts";

/** `expression[range:step]`. */
export interface Subquery extends TimeModifiers {
  readonly kind: "subquery";
  readonly expression: Expression;
  readonly range: DurationNode;
  /** Null: the engine's default step. */
  readonly step: DurationNode | null;
  readonly position: PositionRange;
}
