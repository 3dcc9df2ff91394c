import type { Matcher } from "#model";
import type { PositionRange } from "./position-range.ts";

/** A matcher and where it stands. */
export interface MatcherNode extends Matcher {
  readonly position: PositionRange;
}

/** `metric{label="value"}`: which series, without time. */
export interface VectorSelector {
  readonly kind: "vectorSelector";
  /** Every condition in the order written, the metric's name (`__name__`) among them. */
  readonly matchers: readonly MatcherNode[];
  readonly position: PositionRange;
}
