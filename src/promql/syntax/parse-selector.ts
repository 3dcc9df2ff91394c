import { compileMatcher, METRIC_NAME } from "#model";
import type { VectorSelector } from "./ast/vector-selector.ts";
import { goQuote } from "./go-quote.ts";
import { isReserved } from "./keywords.ts";
import { SELECTOR_TEXT_CHARS_MAX } from "./limits.ts";
import { MatcherParser } from "./matcher-parser.ts";
import type { PositionRange } from "./position-range.ts";
import { PromqlSyntaxError } from "./promql-syntax-error.ts";
import { TokenReader } from "./token-reader.ts";
import { isBrokenText } from "./unquote.ts";

/**
 * Reads one vector selector and nothing else: no functions, no ranges, no `offset`. Stricter than a
 * query where a slip would widen or empty what somebody may see: the name is given once.
 * Throws PromqlSyntaxError.
 */
export function parseSelector(text: string): VectorSelector {
  if (text.length > SELECTOR_TEXT_CHARS_MAX) {
    const reason = `selector is longer than ${SELECTOR_TEXT_CHARS_MAX} characters`;
    throw new PromqlSyntaxError(text, { start: 0, end: 1 }, reason);
  }
  const reader = new TokenReader(text);
  const parser = new MatcherParser(reader);
  const first = reader.token;
  const { start } = first.position;
  let end = first.position.end;

  const isNamed = /^[a-zA-Z_:]/.test(first.text);
  if (isNamed) {
    if (isReserved(first.text)) reader.failUnexpected();
    parser.addName(first.text, first.position);
    reader.take();
  } else if (first.kind !== "{") {
    reader.failUnexpected();
  }
  if (reader.token.kind === "{") {
    reader.take();
    end = parser.readBraces();
  }
  if (reader.token.kind !== "eof") reader.failUnexpected();

  const position = { start, end };
  const selector: VectorSelector = {
    kind: "vectorSelector",
    matchers: parser.matchers,
    offset: null,
    at: null,
    edges: null,
    position,
  };
  checkMatchers(reader, selector, isNamed, position);
  return selector;
}

/**
 * A name is given once, every text is UTF-8 as labels are, and something must be asked for: a
 * selector that any series satisfies is mostly a typing error (Prometheus refuses it too).
 */
function checkMatchers(
  reader: TokenReader,
  { matchers }: VectorSelector,
  isNamed: boolean,
  position: PositionRange,
): void {
  for (const { name, value, position: where } of matchers) {
    if (isBrokenText(name) || isBrokenText(value)) {
      reader.fail(where, "string is not valid UTF-8");
    }
  }
  const ofName = matchers.filter((matcher) => matcher.name === METRIC_NAME);
  const given = isNamed
    ? ofName
    : ofName.filter((matcher) => matcher.operator === "=" && matcher.value !== "");
  if (given.length > 1) {
    const [first, second] = given.map((matcher) => goQuote(matcher.value));
    reader.fail(position, `metric name must not be set twice: ${first} or ${second}`);
  }
  if (matchers.every((matcher) => compileMatcher(matcher)(""))) {
    reader.fail(position, "vector selector must contain at least one non-empty matcher");
  }
}
