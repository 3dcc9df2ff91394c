import type { Matcher } from "#model";
import type { PositionRange } from "../position-range.ts";
import type { TimeModifiers } from "./time-modifiers.ts";

/** A matcher and where it stands. */
export interface MatcherNode extends Matcher {
  readonly position: PositionRange;
}

/** `metric{label="value"}`, with `offset`, `@`, `anchored` and `smoothed`. */
export interface VectorSelector extends TimeModifiers {
  readonly kind: "vectorSelector";
  /** Every condition in the order written, the metric's name (`__name__`) among them. */
  readonly matchers: readonly MatcherNode[];
  /**
   * What stands for the edges of the range: the sample at or before them (`anchored`) or an
   * interpolated one (`smoothed`); null is Prometheus' usual rule.
   */
  readonly edges: "anchored" | "smoothed" | null;
  readonly position: PositionRange;
}
