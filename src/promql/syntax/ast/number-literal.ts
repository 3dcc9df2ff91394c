import type { PositionRange } from "../position-range.ts";

/** `1.5`, `0x1f`, `Inf`, or a duration such as `5m`, which is the number of its seconds. */
export interface NumberLiteral {
  readonly kind: "numberLiteral";
  readonly value: number;
  /** Written as a duration: the printer writes it back as one. */
  readonly isDuration: boolean;
  readonly position: PositionRange;
}
