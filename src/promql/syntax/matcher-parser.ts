import { compileMatcher, type MatchOperator, METRIC_NAME } from "#model";
import type { MatcherNode } from "./ast/vector-selector.ts";
import { REGEX_CHARS_MAX, SELECTOR_MATCHERS_MAX } from "./limits.ts";
import type { PositionRange } from "./position-range.ts";
import type { TokenReader } from "./token-reader.ts";
import { unquote } from "./unquote.ts";

/** The matchers of one selector, in the order written; checks what each of them must fulfil. */
export class MatcherParser {
  readonly #reader: TokenReader;
  readonly matchers: MatcherNode[] = [];

  constructor(reader: TokenReader) {
    this.#reader = reader;
  }

  /** The metric's name before the braces. */
  addName(name: string, position: PositionRange): void {
    this.#add(METRIC_NAME, "=", name, position);
  }

  /** The list after `{`, up to and with `}`; returns the end of it. A comma may follow the last. */
  readBraces(): number {
    const reader = this.#reader;
    for (;;) {
      if (reader.is("}")) return reader.take().position.end;
      this.#readMatcher();
      if (reader.takeIf(",") === null && !reader.is("}"))
        reader.failUnexpected("label matching", '"," or "}"');
    }
  }

  /** `name op "value"`, or a quoted name alone, which is the metric's. */
  #readMatcher(): void {
    const reader = this.#reader;
    const first = reader.token;
    if (first.kind !== "identifier" && first.kind !== "string") {
      reader.failUnexpected("label matching", 'identifier or "}"');
    }
    reader.take();
    const name = first.kind === "string" ? unquote(first.text) : first.text;
    const operator = reader.token.kind;
    if (!isMatchOperator(operator)) {
      if (first.kind !== "string") {
        reader.failUnexpected("label matching", "label matching operator");
      }
      this.#add(METRIC_NAME, "=", name, first.position);
      return;
    }
    reader.take();
    if (!reader.is("string")) reader.failUnexpected("label matching", "string");
    const value = reader.take();
    const position = { start: first.position.start, end: value.position.end };
    if (name === "") reader.fail(first.position, 'invalid label name ""');
    this.#add(name, operator, unquote(value.text), position);
  }

  #add(name: string, operator: MatchOperator, value: string, position: PositionRange): void {
    if (this.matchers.length === SELECTOR_MATCHERS_MAX) {
      this.#reader.fail(position, `selector has more than ${SELECTOR_MATCHERS_MAX} matchers`);
    }
    const isRegex = operator === "=~" || operator === "!~";
    if (isRegex && value.length > REGEX_CHARS_MAX) {
      const reason = `regular expression is longer than ${REGEX_CHARS_MAX} characters`;
      this.#reader.fail(position, reason);
    }
    const node: MatcherNode = { name, operator, value, position };
    if (isRegex) this.#checkRegex(node);
    this.matchers.push(node);
  }

  #checkRegex(node: MatcherNode): void {
    try {
      compileMatcher(node);
    } catch (error) {
      this.#reader.fail(node.position, regexReason(error));
    }
  }
}

/** Prometheus says `error parsing regexp: …` whatever is wrong with it. */
function regexReason(error: unknown): string {
  const reason = error instanceof Error ? error.message : String(error);
  return reason.startsWith("error parsing regexp") ? reason : `error parsing regexp: ${reason}`;
}

function isMatchOperator(kind: string): kind is MatchOperator {
  return kind === "=" || kind === "!=" || kind === "=~" || kind === "!~";
}
