import { FUNCTION_SIGNATURES } from "../functions/signatures.ts";
import { beginsExpression } from "./begins-expression.ts";
import type { Aggregation, AggregationOperator } from "./ast/aggregation.ts";
import type { Binary, BinaryOperator } from "./ast/binary.ts";
import type { Call } from "./ast/call.ts";
import type { Expression } from "./ast/expression.ts";
import type { VectorSelector } from "./ast/vector-selector.ts";
import { DurationParser, readNumber } from "./duration-parser.ts";
import { goQuote } from "./go-quote.ts";
import { readGroupingLabels } from "./grouping-parser.ts";
import { isAggregation, isCallWord, keywordOf, mayNameMetric } from "./keywords.ts";
import { QUERY_DEPTH_MAX } from "./limits.ts";
import { MatcherParser } from "./matcher-parser.ts";
import { readMatching } from "./matching-parser.ts";
import type { ParserOptions } from "./parser-options.ts";
import type { PositionRange } from "./position-range.ts";
import { PostfixParser } from "./postfix-parser.ts";
import {
  isBinaryOperator,
  precedenceOf,
  PRECEDENCE_MIN,
  PRECEDENCE_OF_SIGN,
  rightPrecedence,
} from "./precedence.ts";
import type { Token } from "./token.ts";
import type { TokenReader } from "./token-reader.ts";
import { unquote } from "./unquote.ts";

/**
 * Operator precedence parsing (Pratt): an operand, then operators as long as they bind tightly
 * enough. What follows an operand without being an operator (`[5m]`, `offset`, `@`) binds tightest.
 * Errors read as Prometheus' because each place names itself as its grammar does.
 */
export class ExpressionParser {
  readonly #reader: TokenReader;
  readonly #options: ParserOptions;
  readonly #postfix: PostfixParser;
  #depth = 0;

  constructor(reader: TokenReader, options: ParserOptions) {
    this.#reader = reader;
    this.#options = options;
    const durations = new DurationParser(reader, options.durationExpressions);
    this.#postfix = new PostfixParser(reader, durations, options.extendedRangeSelectors);
  }

  readExpression(precedenceMin: number = PRECEDENCE_MIN): Expression {
    const outerDepth = this.#depth;
    this.#deeper();
    let left = this.#readOperand();
    for (;;) {
      const operator = this.#reader.token.kind;
      if (!isBinaryOperator(operator) || precedenceOf(operator) < precedenceMin) break;
      this.#deeper();
      left = this.#readBinary(left, operator);
    }
    this.#depth = outerDepth;
    return left;
  }

  /** A chain `a + b + c` makes the tree as deep as brackets do. */
  #deeper(): void {
    this.#depth += 1;
    if (this.#depth > QUERY_DEPTH_MAX) {
      const reason = `query is nested more than ${QUERY_DEPTH_MAX} levels deep`;
      this.#reader.fail(this.#reader.token.position, reason);
    }
  }

  #readBinary(left: Expression, operator: BinaryOperator): Binary {
    const reader = this.#reader;
    reader.take();
    const returnsBool = reader.takeIf("bool") !== null;
    const matching = readMatching(reader, left.position, this.#options.fillModifiers);
    const right = this.readExpression(rightPrecedence(operator));
    const position = { start: left.position.start, end: right.position.end };
    return { kind: "binary", operator, left, right, returnsBool, matching, position };
  }

  #readOperand(): Expression {
    const sign = this.#reader.token;
    if (sign.kind !== "+" && sign.kind !== "-") return this.#postfix.read(this.#readPrimary());
    this.#reader.take();
    const expression = this.readExpression(PRECEDENCE_OF_SIGN + 1);
    const position = { start: sign.position.start, end: expression.position.end };
    if (expression.kind !== "numberLiteral") {
      return { kind: "unary", operator: sign.kind, expression, position };
    }
    const value = sign.kind === "-" ? -expression.value : expression.value;
    return { ...expression, value, position };
  }

  #readPrimary(): Expression {
    const reader = this.#reader;
    const { token } = reader;
    const { kind, text, position } = token;
    if (kind === "number" || kind === "duration") return readNumber(reader);
    if (kind === "string") {
      reader.take();
      return { kind: "stringLiteral", value: unquote(text), position };
    }
    if (kind === "(") return this.#readParentheses();
    if (kind === "{") return this.#readSelector(null);
    if (kind === "metricIdentifier") return this.#readSelector(reader.take());
    return this.#readWord(token);
  }

  #readParentheses(): Expression {
    const reader = this.#reader;
    const { start } = reader.take().position;
    const expression = this.readExpression();
    const { end } = reader.expect(")").position;
    return { kind: "parentheses", expression, position: { start, end } };
  }

  /** A word is a function or an aggregation where a bracket says so, and a metric otherwise. */
  #readWord(token: Token): Expression {
    const reader = this.#reader;
    const keyword = keywordOf(token.kind);
    const isName = token.kind === "identifier" || (keyword !== undefined && mayNameMetric(keyword));
    if (!isName) reader.failUnexpected();
    reader.take();
    if (isAggregation(token.kind) && (reader.is("(") || reader.is("by") || reader.is("without"))) {
      return this.#readAggregation(token, token.kind);
    }
    const mayCall = token.kind === "identifier" || isCallWord(token.kind);
    if (mayCall && reader.is("(")) return this.#readCall(token);
    return this.#readSelector(token);
  }

  #readSelector(name: Token | null): VectorSelector {
    const reader = this.#reader;
    const parser = new MatcherParser(reader);
    const { start } = (name ?? reader.token).position;
    let end = name?.position.end ?? start;
    if (name !== null) parser.addName(name.text, name.position);
    if (reader.takeIf("{") !== null) end = parser.readBraces();
    return {
      kind: "vectorSelector",
      matchers: parser.matchers,
      offset: null,
      at: null,
      edges: null,
      position: { start, end },
    };
  }

  #readCall(name: Token): Call {
    const { args, end } = this.#readArguments();
    this.#requireFunction(name);
    const position = { start: name.position.start, end };
    return { kind: "call", functionName: name.text, args, position };
  }

  #requireFunction({ text, position }: Token): void {
    const signature = FUNCTION_SIGNATURES.get(text);
    if (signature === undefined) {
      this.#reader.fail(position, `unknown function with name ${goQuote(text)}`);
    }
    if (signature.isExperimental && !this.#options.experimentalFunctions) {
      this.#reader.fail(position, `function ${goQuote(text)} is not enabled`);
    }
  }

  #readArguments(): {
    readonly args: readonly Expression[];
    readonly end: number;
  } {
    const reader = this.#reader;
    reader.expect("(");
    const args: Expression[] = [];
    while (!reader.is(")")) {
      args.push(this.readExpression());
      const comma = reader.takeIf(",");
      if (comma === null) break;
      if (!beginsExpression(reader.token)) {
        reader.fail(comma.position, "trailing commas not allowed in function call args");
      }
    }
    return { args, end: reader.expect(")").position.end };
  }

  #readAggregation(name: Token, operator: AggregationOperator): Aggregation {
    const reader = this.#reader;
    const outerContext = reader.context;
    reader.context = "aggregation";
    let modifier = this.#readGrouping();
    const { args, end: argsEnd } = this.#readArguments();
    reader.context = outerContext;
    modifier ??= this.#readGrouping();
    const end = Math.max(argsEnd, modifier?.end ?? 0);
    const position = { start: name.position.start, end };
    const { parameter, expression } = this.#splitArguments(operator, args, position);
    return {
      kind: "aggregation",
      operator,
      expression,
      parameter,
      grouping: modifier?.labels ?? [],
      isWithout: modifier?.isWithout ?? false,
      position,
    };
  }

  #readGrouping(): {
    readonly labels: readonly string[];
    readonly end: number;
    readonly isWithout: boolean;
  } | null {
    const reader = this.#reader;
    if (!reader.is("by") && !reader.is("without")) return null;
    const isWithout = reader.take().kind === "without";
    return { ...readGroupingLabels(reader), isWithout };
  }

  #splitArguments(
    operator: AggregationOperator,
    args: readonly Expression[],
    position: PositionRange,
  ): { readonly parameter: Expression | null; readonly expression: Expression } {
    const reader = this.#reader;
    const [first, second] = args;
    if (first === undefined) {
      return reader.fail(position, "no arguments for aggregate expression provided");
    }
    const isExperimental = operator === "limitk" || operator === "limit_ratio";
    if (isExperimental && !this.#options.experimentalFunctions) {
      const flag = "--enable-feature=promql-experimental-functions";
      reader.fail(position, `${operator}() is experimental and must be enabled with ${flag}`);
    }
    const expected = hasParameter(operator) ? 2 : 1;
    if (args.length !== expected) {
      const what = "wrong number of arguments for aggregate expression provided";
      reader.fail(position, `${what}, expected ${expected}, got ${args.length}`);
    }
    return second === undefined
      ? { parameter: null, expression: first }
      : { parameter: first, expression: second };
  }
}

const WITH_PARAMETER: ReadonlySet<AggregationOperator> = new Set([
  "topk",
  "bottomk",
  "count_values",
  "quantile",
  "limitk",
  "limit_ratio",
]);

function hasParameter(operator: AggregationOperator): boolean {
  return WITH_PARAMETER.has(operator);
}
