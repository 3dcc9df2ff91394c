import { OperatingError } from "#lib/operating-error";
import type { PositionRange } from "./position-range.ts";
import { textPlace } from "./text-place.ts";

/** A query that cannot be read. The message is Prometheus': `1:5: parse error: …`. */
export class PromqlSyntaxError extends OperatingError {
  /** What is wrong, without the place. */
  readonly reason: string;
  readonly position: PositionRange;
  /** The line of the query with a caret below the place, for terminals and logs. */
  readonly excerpt: string;

  constructor(text: string, position: PositionRange, reason: string) {
    super("promql_syntax", `${placeOf(text, position)}: parse error: ${reason}`);
    this.reason = reason;
    this.position = position;
    this.excerpt = excerptOf(text, position);
  }
}

/** Prometheus has no place for an empty text. */
function placeOf(text: string, { start }: PositionRange): string {
  return text === "" ? "unknown position" : textPlace(text, start);
}

const EXCERPT_CHARS_MAX = 120;
const EXCERPT_CHARS_BEFORE = 60;

function excerptOf(text: string, position: PositionRange): string {
  const lineStart = text.slice(0, position.start).lastIndexOf("\n") + 1;
  const nextBreak = text.indexOf("\n", position.start);
  const lineEnd = nextBreak === -1 ? text.length : nextBreak;
  const from = Math.max(lineStart, position.start - EXCERPT_CHARS_BEFORE);
  const to = Math.min(lineEnd, from + EXCERPT_CHARS_MAX);
  // Tabs and other controls would shift the caret.
  const line = text.slice(from, to).replace(/\p{Cc}/gu, " ");
  const width = Math.max(1, Math.min(position.end, to) - position.start);
  return `${line}\n${" ".repeat(position.start - from)}${"^".repeat(width)}`;
}
