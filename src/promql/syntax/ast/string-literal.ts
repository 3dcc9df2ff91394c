import type { PositionRange } from "../position-range.ts";

/** `"text"`, `'text'` or a raw one between back-quotes. */
export interface StringLiteral {
  readonly kind: "stringLiteral";
  readonly value: string;
  readonly position: PositionRange;
}
