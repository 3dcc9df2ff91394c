import type { Expression } from "./ast/expression.ts";
import { checkTypes } from "./check-types.ts";
import { ExpressionParser } from "./expression-parser.ts";
import { QUERY_TEXT_CHARS_MAX } from "./limits.ts";
import { DEFAULT_PARSER_OPTIONS, type ParserOptions } from "./parser-options.ts";
import { PromqlSyntaxError } from "./promql-syntax-error.ts";
import { TokenReader } from "./token-reader.ts";

/**
 * Reads a whole query and checks its types. The tree is the text's: nothing is rewritten but a sign
 * before a number, which becomes part of it. Throws PromqlSyntaxError with Prometheus' message for
 * the first thing that is wrong.
 */
export function parseExpression(
  text: string,
  options: ParserOptions = DEFAULT_PARSER_OPTIONS,
): Expression {
  if (text.length > QUERY_TEXT_CHARS_MAX) {
    const reason = `query is longer than ${QUERY_TEXT_CHARS_MAX} characters`;
    throw new PromqlSyntaxError(text, { start: 0, end: 1 }, reason);
  }
  const reader = new TokenReader(text);
  if (reader.is("eof")) reader.fail({ start: 0, end: 0 }, "no expression found in input");
  const expression = new ExpressionParser(reader, options).readExpression();
  if (!reader.is("eof")) reader.failUnexpected();
  checkTypes(expression, reader);
  return expression;
}
