import type { PositionRange } from "../position-range.ts";
import type { Expression } from "./expression.ts";

/** `name(arguments)`. The type checker has compared the arguments with the function's signature. */
export interface Call {
  readonly kind: "call";
  /** One of the names of `functions/signatures.ts`. */
  readonly functionName: string;
  readonly args: readonly Expression[];
  readonly position: PositionRange;
}
