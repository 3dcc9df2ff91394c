import type { Keyword } from "./keywords.ts";
import type { PositionRange } from "./position-range.ts";

export type Punctuation =
  | "("
  | ")"
  | "{"
  | "}"
  | "["
  | "]"
  | ","
  | ":"
  | "@"
  | "="
  | "=~"
  | "!~"
  | "!="
  | "=="
  | "<"
  | "<="
  | ">"
  | ">="
  | "</"
  | ">/"
  | "+"
  | "-"
  | "*"
  | "/"
  | "%"
  | "^";

/** A keyword and a sign are their own kind; the keyword in lower case. */
export type TokenKind =
  | Punctuation
  | Keyword
  /** Letters, digits and `_`. */
  | "identifier"
  /** The same with colons, as recording rules name metrics; never inside braces. */
  | "metricIdentifier"
  /** With its quotes: `"…"`, `'…'` or a raw one between back-quotes. */
  | "string"
  | "number"
  /** `1h30m`. */
  | "duration"
  /** Nothing is left. Called so because `end` is a keyword. */
  | "eof";

export interface Token {
  readonly kind: TokenKind;
  readonly text: string;
  readonly position: PositionRange;
}
