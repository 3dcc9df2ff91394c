import type { PositionRange } from "../position-range.ts";
import type { DurationNode } from "./duration.ts";
import type { VectorSelector } from "./vector-selector.ts";

/** `selector[range]`; `offset`, `@` and the edges are the selector's. */
export interface MatrixSelector {
  readonly kind: "matrixSelector";
  readonly selector: VectorSelector;
  readonly range: DurationNode;
  readonly position: PositionRange;
}
