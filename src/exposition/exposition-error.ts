import { OperatingError } from "#lib/operating-error";

/** Why an exposition was refused. */
export type ExpositionErrorCode =
  /** The bytes do not follow the grammar of the format. */
  | "exposition_syntax"
  /** The grammar holds, but a rule about names, types, values or order does not. */
  | "exposition_rule"
  /** A line is longer than the limit. */
  | "exposition_line_too_long"
  /** The body ends before it should: no `# EOF`. */
  | "exposition_incomplete";

/** Where and why reading an exposition stopped. */
export class ExpositionError extends OperatingError {
  declare readonly code: ExpositionErrorCode;
  /** From 1. */
  readonly line: number;
  /** In characters, from 1. */
  readonly column: number;
  /** Without the position. */
  readonly reason: string;

  constructor(code: ExpositionErrorCode, line: number, column: number, reason: string) {
    super(code, `line ${line}, column ${column}: ${reason}`);
    this.line = line;
    this.column = column;
    this.reason = reason;
  }
}
