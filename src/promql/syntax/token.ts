import type { MatchOperator } from "#model";
import type { PositionRange } from "./position-range.ts";

export type TokenKind =
  /** Letters, digits and `_`. */
  | "identifier"
  /** The same with colons, as recording rules name metrics; never inside braces. */
  | "metricIdentifier"
  /** With its quotes: `"…"`, `'…'` or a raw one between back-quotes. */
  | "string"
  | MatchOperator
  | "{"
  | "}"
  | ","
  /** A character that a selector has no use for. */
  | "other"
  | "end";

export interface Token {
  readonly kind: TokenKind;
  readonly text: string;
  readonly position: PositionRange;
}
